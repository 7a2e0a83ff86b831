/*
 * The configuration file: whatever is in it, it is read to its end, what is
 * wrong is told with a line of the file, and the next file is read as if
 * this one had never been.
 */
#include "opt/file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct settings {
    bool is_loud;
    uint64_t most;
    unsigned colour;
    char name[8];
    char doors[3][8];
    size_t doors_n;
};

static bool
set_door(void *settings, struct opt_source *s, const char *value)
{
    struct settings *to = settings;
    if (strlen(value) >= sizeof(to->doors[0]))
        return opt_wrong(s, "too long");
    CHECK(to->doors_n < COUNT_OF(to->doors));
    strcpy(to->doors[to->doors_n++], value);
    return true;
}

static const char *const colours[] = {"red", "green", NULL};

static const struct opt rows[] = {
    {.name = "loud", OPT_SWITCH(struct settings, is_loud), .help = ""},
    {.name = "most", .value = "N", OPT_NUMBER(struct settings, most, 1, 100)},
    {.name = "colour",
     .value = "COLOUR",
     OPT_WORD(struct settings, colour, colours)},
    {.name = "name", .value = "FILE", OPT_TEXT(struct settings, name)},
    {.name = "door",
     .value = "DOOR",
     OPT_SET_MANY(struct settings, doors_n, 3, set_door)},
    {OPT_ROW_HELP},
};

static const struct opt_table table = {
    .program = "fuzz", .rows = rows, .rows_n = COUNT_OF(rows)};

struct counting {
    struct opt_ear ear;
    unsigned *heard;
    unsigned lines;
};

/* "f:LINE: words", harmless and in the file. */
static void
hear(const struct opt_ear *ear, const char *line)
{
    const struct counting *c = CONTAINER_OF(ear, struct counting, ear);
    unsigned number = 0;
    (*c->heard)++;
    CHECK(strncmp(line, "f: ", 3) == 0 ||
          (sscanf(line, "f:%u: ", &number) == 1 && number >= 1 &&
           number <= c->lines));
    for (const char *at = line; *at != '\0'; at++)
        CHECK((unsigned char)*at >= ' ' || *at == '\t');
}

static bool
read_one(struct settings *settings, struct span text)
{
    unsigned heard = 0;
    struct counting c = {{hear, "fuzz"}, &heard, 1};
    for (size_t i = 0; i < text.n; i++)
        c.lines += text.at[i] == '\n';
    struct opt_source s = {
        .table = &table, .settings = settings, .ear = &c.ear, .file = "f"};
    bool is_right = opt_file_parse(&s, text);
    CHECK(heard == s.wrong_n && is_right == (heard == 0));
    return is_right;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct settings settings = {.most = 1}, after = {.most = 1};
    if (size > OPT_FILE_BYTES)
        return 0;
    read_one(&settings, (struct span){data, size});
    CHECK(settings.most >= 1 && settings.most <= 100);
    CHECK(settings.colour < 2 && settings.doors_n <= 3);
    CHECK(memchr(settings.name, '\0', sizeof(settings.name)) != NULL);
    CHECK(read_one(&after, SPAN("most = 7\ndoor = {a, \"b c\"} # d\n")));
    CHECK(after.most == 7 && after.doors_n == 2 && after.name[0] == '\0');
    return 0;
}
