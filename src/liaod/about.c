#include "liaod/about.h"

#include "base/tr.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FILE_BYTES_MOST ((size_t)64 << 10)

/* All of it, or false after a sentence. An empty path: nothing. */
static bool
read_file(const char *path, struct buf *out)
{
    if (path[0] == '\0')
        return true;
    FILE *f = fopen(path, "re");
    if (f == NULL) {
        fprintf(stderr, "liaod: %s: %s\n", path, strerror(errno));
        return false;
    }
    size_t n = 1;
    while (n > 0 && out->n <= FILE_BYTES_MOST) {
        n = fread(buf_reserve(out, 4096), 1, 4096, f);
        out->n += n;
    }
    bool is_read = ferror(f) == 0 && out->n <= FILE_BYTES_MOST;
    if (!is_read)
        fprintf(stderr, "liaod: %s: %s\n", path,
                out->n > FILE_BYTES_MOST ? _("longer than 64 KB")
                                         : strerror(errno));
    (void)fclose(f);
    return is_read;
}

static struct span
take_line(struct span *rest)
{
    size_t n = span_find(*rest, '\n');
    struct span line = span_trim(span_sub(*rest, 0, n));
    *rest = span_from(*rest, n + 1);
    return line;
}

/* "name password"; empty lines, and such with # in front, are for the reader. */
static bool
read_operators(struct about *a, const char *path)
{
    struct span rest = buf_span(&a->operators_text);
    size_t number = 0;
    while (rest.n > 0) {
        struct span line = take_line(&rest);
        number++;
        if (line.n == 0 || span_starts(line, SPAN("#")))
            continue;
        struct span name = span_word(&line);
        if (line.n == 0 || a->info.operators_n == ABOUT_OPERATORS_MOST) {
            fprintf(stderr, "liaod: %s:%zu: %s\n", path, number,
                    line.n == 0 ? _("a name needs a password behind it")
                                : _("there are too many"));
            return false;
        }
        a->operators[a->info.operators_n++] = (struct hub_operator){name, line};
    }
    return true;
}

bool
about_read(struct about *a, const struct options *o, uint64_t now_ms)
{
    *a = (struct about){0};
    a->info.started_ms = now_ms;
    a->info.name = span_of(o->name);
    a->info.network = span_of(o->network);
    a->info.about = span_of(o->about);
    a->info.autojoin = span_of(o->autojoin);
    a->info.operators = a->operators;
    if (!read_file(o->motd_file, &a->motd) ||
        !read_file(o->password_file, &a->password) ||
        !read_file(o->operators_file, &a->operators_text))
        return false;
    a->info.motd = buf_span(&a->motd);
    struct span password = buf_span(&a->password);
    a->info.password = take_line(&password);
    if (o->password_file[0] != '\0' && a->info.password.n == 0) {
        fprintf(stderr, _("liaod: %s: there is no password in it\n"),
                o->password_file);
        return false;
    }
    return read_operators(a, o->operators_file);
}

void
about_finish(struct about *a)
{
    buf_finish(&a->motd);
    buf_finish(&a->password);
    buf_finish(&a->operators_text);
}
