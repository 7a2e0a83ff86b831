#include "support/vectors.h"

#include "base/alloc.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 4096

_Noreturn static void
wrong(const char *path, int number, const char *why)
{
    fprintf(stderr, "%s:%d: %s\n", path, number, why);
    abort();
}

static int
hex(char c)
{
    const char *digits = "0123456789abcdef";
    const char *hit = c == '\0' ? NULL : strchr(digits, c);
    return hit == NULL ? -1 : (int)(hit - digits);
}

/* False: no such escape. */
static bool
unescape(const char *text, struct buf *out)
{
    for (; *text != '\0'; text++) {
        if (*text != '\\') {
            buf_add_byte(out, (uint8_t)*text);
            continue;
        }
        text++;
        const char *from = "nrts\\";
        const char *to = "\n\r\t \\";
        const char *hit = *text == '\0' ? NULL : strchr(from, *text);
        if (hit != NULL) {
            buf_add_byte(out, (uint8_t)to[hit - from]);
        } else if (*text == 'x' && hex(text[1]) >= 0 && hex(text[2]) >= 0) {
            buf_add_byte(out, (uint8_t)(hex(text[1]) * 16 + hex(text[2])));
            text += 2;
        } else {
            return false;
        }
    }
    return true;
}

static void
read_line(struct vector *v, const char *path, int number, char *text)
{
    text[strcspn(text, "\n")] = '\0';
    text += strspn(text, " ");
    if (*text == '\0' || *text == '#')
        return;
    size_t key = strcspn(text, " ");
    if (key >= sizeof(v->lines->key))
        wrong(path, number, "too long a key");
    v->lines = alloc_resize(v->lines, (v->n + 1) * sizeof(*v->lines));
    struct vector_line *line = &v->lines[v->n++];
    *line = (struct vector_line){0};
    memcpy(line->key, text, key);
    text += key;
    if (*text == ' ')
        text++;
    if (!unescape(text, &line->value))
        wrong(path, number, "no such escape");
}

static void
run_file(const char *path, const char *name,
         void (*run)(const struct vector *v))
{
    struct vector v = {0};
    char text[LINE_BYTES];
    FILE *file = fopen(path, "r");
    if (file == NULL)
        wrong(path, 0, "cannot be read");
    snprintf(v.name, sizeof(v.name), "%s", name);
    for (int number = 1; fgets(text, sizeof(text), file) != NULL; number++)
        read_line(&v, path, number, text);
    fclose(file);
    if (v.n == 0)
        wrong(path, 0, "says nothing");
    run(&v);
    for (size_t i = 0; i < v.n; i++)
        buf_finish(&v.lines[i].value);
    free(v.lines);
}

static int
is_vector(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && strcmp(dot, ".vec") == 0;
}

size_t
vectors_each(const char *folder, void (*run)(const struct vector *v))
{
    char path[1024];
    struct dirent **files;
    snprintf(path, sizeof(path), "%s/vectors/%s", TESTS_FOLDER, folder);
    int n = scandir(path, &files, is_vector, alphasort);
    if (n <= 0)
        wrong(path, 0, "no vectors here");
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof(path), "%s/vectors/%s/%s", TESTS_FOLDER, folder,
                 files[i]->d_name);
        run_file(path, files[i]->d_name, run);
        free(files[i]);
    }
    free(files);
    return (size_t)n;
}
