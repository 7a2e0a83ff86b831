/*
 * Runs a fuzz target over files instead of noise:  fuzz_x [FILE|FOLDER]...
 *
 * Each file is fed whole and cut short, since what a decoder gets wrong is
 * often the end. An input lies in a block of exactly its size, so that the
 * sanitizer sees a read of one byte too many.
 */
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Prefixes tried of each file: all of a short one's, and enough of a long
 * one's, at a known cost. */
#define CUTS 64

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* In the sanitizers' libraries; NULL when built without them. */
void __sanitizer_set_death_callback(void (*callback)(void))
    __attribute__((weak));

/* What runs now, to be said when it crashes. */
static const char *now_file = "(no file)";
static size_t now_size;
static unsigned long files;
static unsigned long inputs;

static void
say_where(void)
{
    fprintf(stderr, "replay: died on the first %zu bytes of %s\n", now_size,
            now_file);
}

static void
on_abort(int signal_number)
{
    say_where();
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
}

static void *
allocate(size_t size)
{
    void *block = malloc(size);

    if (block == NULL && size > 0) {
        perror("replay: malloc");
        exit(1);
    }
    return block;
}

static void
feed(const uint8_t *bytes, size_t size)
{
    uint8_t *exact = allocate(size);

    if (size > 0)
        memcpy(exact, bytes, size);
    now_size = size;
    inputs++;
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static int
replay_file(const char *path, const struct stat *about, int kind,
            struct FTW *place)
{
    size_t size = (size_t)about->st_size;
    size_t step = size / CUTS + 1;
    uint8_t *bytes;
    FILE *file;

    (void)place;
    if (kind == FTW_D)
        return 0;
    file = kind == FTW_F ? fopen(path, "rb") : NULL;
    bytes = allocate(size);
    if (file == NULL || fread(bytes, 1, size, file) != size) {
        perror(path);
        exit(1);
    }
    (void)fclose(file);

    files++;
    now_file = path;
    for (size_t cut = 0; cut < size; cut += step)
        feed(bytes, cut);
    feed(bytes, size);
    free(bytes);
    return 0;
}

int
main(int argc, char **argv)
{
    (void)signal(SIGABRT, on_abort);
    if (__sanitizer_set_death_callback != NULL)
        __sanitizer_set_death_callback(say_where);

    feed(NULL, 0); /* so that a target without files runs once */
    for (int i = 1; i < argc; i++) {
        if (nftw(argv[i], replay_file, 16, FTW_PHYS) != 0) {
            if (errno == ENOENT) /* nothing has been kept there so far */
                continue;
            perror(argv[i]);
            return 1;
        }
    }
    printf("replay: %lu inputs from %lu files\n", inputs, files);
    return 0;
}
