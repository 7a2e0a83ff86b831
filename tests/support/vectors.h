/*
 * Vectors: bytes and what they mean, one file a case, under tests/vectors.
 * A line is a key, a blank, a value:
 *
 *     # What the case is about.
 *     in /msg bob hi\r\n
 *     msg PRIVATE
 *         nick bob
 *         text hi
 *
 * Blanks before a key, empty lines and lines with # are for the reader. In a
 * value, \n \r \t \\ \s (a blank) and \xNN stand for bytes. Which keys there
 * are is said where they are used: unit/decode.h, test_dialects.c.
 */
#ifndef SUPPORT_VECTORS_H
#define SUPPORT_VECTORS_H

#include "base/bytes.h"

struct vector_line {
    char key[16];
    struct buf value;
};

struct vector {
    char name[256]; /* of the file */
    struct vector_line *lines;
    size_t n;
};

/* Call `run` for each file of tests/vectors/<folder>, which has to have some;
 * what is wrong in a file ends the test. How many there were. */
size_t vectors_each(const char *folder, void (*run)(const struct vector *v));

#endif
