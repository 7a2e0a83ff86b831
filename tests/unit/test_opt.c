/*
 * The engine of options, with a small table: values, sources and their order,
 * what is complained about, and how help is laid out.
 */
#include "cmocka_all.h"

#include "opt/file.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

struct settings {
    bool is_loud;
    uint64_t most;
    unsigned colour;
    char name[8];
    char log[64];
    char doors[3][16];
    size_t doors_n;
    struct opt_config config;
};

static bool
set_door(void *settings, struct opt_source *s, const char *value)
{
    struct settings *to = settings;
    if (strchr(value, ':') == NULL)
        return opt_wrong(s, "a door has a colon");
    snprintf(to->doors[to->doors_n++], sizeof(to->doors[0]), "%s", value);
    return true;
}

static const char *const colours[] = {"red", "green", "blue", NULL};

static const struct opt rows[] = {
    {.name = "loud", OPT_SWITCH(struct settings, is_loud), .help = "be loud"},
    {.name = "most",
     .value = "N",
     OPT_NUMBER(struct settings, most, 1, 100),
     .help = "so many"},
    {.name = "colour",
     .value = "COLOUR",
     OPT_WORD(struct settings, colour, colours),
     .is_fixed = true,
     .help = "which"},
    {.name = "name",
     .value = "NAME",
     OPT_TEXT(struct settings, name),
     .help = "who"},
    {.name = "log",
     .value = "FILE",
     OPT_TEXT(struct settings, log),
     .help = "where to"},
    {.name = "door",
     .value = "DOOR",
     OPT_SET_MANY(struct settings, doors_n, 3, set_door),
     .example = "\"a:1\"",
     .help = "a way in"},
    {OPT_ROW_CONFIG(struct settings, config)},
    {OPT_ROW_CHECK(struct settings, config)},
    {OPT_ROW_HELP},
};

static const struct settings defaults = {.most = 7, .colour = OPT_UNSAID};

static const struct opt_table table = {
    .program = "prog",
    .file = "prog.conf",
    .page = "prog",
    .usage = "usage: prog",
    .about = "about",
    .more = "more",
    .rows = rows,
    .rows_n = COUNT_OF(rows),
    .defaults = &defaults,
    .bytes = sizeof(defaults),
    .config_at = offsetof(struct settings, config),
};

/* -- what is heard -------------------------------------------------------------- */

static char heard[4096];

static void
hear(const struct opt_ear *ear, const char *line)
{
    (void)ear;
    size_t n = strlen(heard);
    snprintf(heard + n, sizeof(heard) - n, "%s\n", line);
}

static const struct opt_ear ear = {hear, "prog"};

#define ARGV(...)                                                              \
    (int)(sizeof((const char *[]){"prog", __VA_ARGS__}) / sizeof(char *)),     \
        (char **)(const char *[])                                              \
    {                                                                          \
        "prog", __VA_ARGS__, NULL                                              \
    }

static struct settings
read_argv(enum opt_verdict wanted, int argc, char **argv)
{
    struct settings s = defaults;
    heard[0] = '\0';
    assert_int_equal(opt_argv_read(&table, &s, &ear, argc, argv), wanted);
    return s;
}

static struct settings
read_file(const char *text, const char *wrong)
{
    struct settings s = defaults;
    struct opt_source source = {
        .table = &table, .settings = &s, .ear = &ear, .file = "f"};
    heard[0] = '\0';
    bool is_right = opt_file_parse(&source, span_of(text));
    assert_string_equal(heard, wrong);
    assert_int_equal(is_right, wrong[0] == '\0');
    return s;
}

/* -- the command line ------------------------------------------------------------- */

static void
test_values_behind_a_blank_or_an_equals_sign(void **state)
{
    (void)state;
    struct settings s =
        read_argv(OPT_GO, ARGV("--most", "5", "--name=bob", "--loud",
                               "--colour=blue", "--door", "a:1", "--door=b:2"));
    assert_int_equal(s.most, 5);
    assert_string_equal(s.name, "bob");
    assert_true(s.is_loud);
    assert_int_equal(s.colour, 2);
    assert_int_equal(s.doors_n, 2);
    assert_string_equal(s.doors[1], "b:2");
}

static void
test_the_last_counts_and_a_switch_can_be_taken_back(void **state)
{
    (void)state;
    struct settings s = read_argv(
        OPT_GO, ARGV("--most", "5", "--most=6", "--loud", "--loud=no"));
    assert_int_equal(s.most, 6);
    assert_false(s.is_loud);
}

static void
test_wrong_command_lines(void **state)
{
    static const struct {
        const char *word, *value, *said;
    } cases[] = {
        {"--most", "0", "--most 0: it has to be a number from 1 to 100\n"},
        {"--most", "101", "--most 101: it has to be a number from 1 to 100\n"},
        {"--most", "", "--most : it has to be a number from 1 to 100\n"},
        {"--most", NULL, "--most needs a value: --most N\n"},
        {"--moost", "5", "--moost is no option; did you mean --most?\n"},
        {"--mo", "5", "--mo is no option; did you mean --most?\n"},
        {"-m", NULL, "-m is no option; prog --help lists them\n"},
        {"-", NULL, "- is no option; prog --help lists them\n"},
        {"--", "x", "x: only options are taken; prog --help lists them\n"},
        {"x", NULL, "x: only options are taken; prog --help lists them\n"},
        {"--loud=x", NULL, "--loud x: it is yes or no\n"},
        {"--help=x", NULL, "--help takes no value\n"},
        {"--colour", "bleu",
         "--colour bleu: did you mean blue? It is one of red, green, blue\n"},
        {"--colour", "x", "--colour x: it is one of red, green, blue\n"},
        {"--name", "", "--name : it must not be empty\n"},
        {"--name", "12345678", "--name 12345678: it is longer than 7 bytes\n"},
        {"--door", "x", "--door x: a door has a colon\n"},
        {"--name", "a\033[2J", NULL}, /* is fine as a value */
        {"\033[2J", NULL,
         "\xef\xbf\xbd[2J: only options are taken; prog --help lists them\n"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *argv[] = {"prog", cases[i].word, cases[i].value, NULL};
        read_argv(cases[i].said != NULL ? OPT_USAGE : OPT_GO,
                  cases[i].value != NULL ? 3 : 2, (char **)argv);
        if (cases[i].said != NULL)
            assert_string_equal(heard, cases[i].said);
    }
}

static void
test_many_have_an_end(void **state)
{
    (void)state;
    read_argv(OPT_USAGE,
              ARGV("--door=a:1", "--door=a:2", "--door=a:3", "--door=a:4"));
    assert_string_equal(heard, "--door a:4: it can be given 3 times at most\n");
}

static void
test_a_value_is_found_before_anything_is_judged(void **state)
{
    (void)state;
    struct {
        int argc;
        char **argv;
    } line = {ARGV("--most", "--name", "--nonsense", "--name", "x", "--",
                   "--name=y")};
    assert_string_equal(opt_argv_find(&table, "name", line.argc, line.argv),
                        "x");
    assert_null(opt_argv_find(&table, "log", line.argc, line.argv));
}

/* -- the file ----------------------------------------------------------------------- */

static void
test_a_file_sets_the_same(void **state)
{
    (void)state;
    struct settings s = read_file("# most = 3\n"
                                  "most = 5 # not 6\n"
                                  "loud = yes name = 'bob'\n"
                                  "colour=\"blue\"\r\n"
                                  "door = {\"a:1\", b:2,\n c:3}",
                                  "");
    assert_int_equal(s.most, 5);
    assert_true(s.is_loud);
    assert_string_equal(s.name, "bob");
    assert_int_equal(s.colour, 2);
    assert_int_equal(s.doors_n, 3);
    assert_string_equal(s.doors[2], "c:3");
}

static void
test_a_list_may_come_in_pieces(void **state)
{
    (void)state;
    struct settings s = read_file("door = a:1\ndoor = b:2\n", "");
    assert_int_equal(s.doors_n, 2);
    assert_string_equal(s.doors[0], "a:1");
}

static void
test_an_empty_file_is_right(void **state)
{
    (void)state;
    read_file("", "");
    read_file("\n\n", "");
    read_file("# nothing", "");
}

static void
test_the_home_of_a_file(void **state)
{
    (void)state;
    setenv("HOME", "/home/me", 1);
    assert_string_equal(read_file("log = ~/x", "").log, "/home/me/x");
    assert_string_equal(read_file("name = ~/x", "").name, "~/x");
    assert_string_equal(read_argv(OPT_GO, ARGV("--log", "~/x")).log, "~/x");
}

static void
test_all_that_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    read_file("# one\n"
              "\n"
              "most = 0 # three\n"
              "moost = 5\n"
              "xyzzy = {a, b}\n"
              "xyzzy = c\n"
              "help = yes\n"
              "colour = bleu\n"
              "door = {a:1,\n"
              "x}\n"
              "name = a\n"
              "name = b\n",
              "f:3: most 0: it has to be a number from 1 to 100\n"
              "f:4: there is no moost; did you mean most?\n"
              "f:5: there is no xyzzy; prog --example-config shows what "
              "there is\n"
              "f:6: there is no xyzzy; prog --example-config shows what "
              "there is\n"
              "f:7: help is for the command line only\n"
              "f:8: colour bleu: did you mean blue? It is one of red, green, "
              "blue\n"
              "f:10: door x: a door has a colon\n"
              "f:12: name b: it is set twice\n");
}

#define EXPECTED                                                               \
    "here KEY = VALUE is expected, or KEY = {VALUE, VALUE} for what may be "   \
    "given several times\n"

static void
test_what_is_no_key_and_value(void **state)
{
    (void)state;
    read_file("most 5", "f:1: " EXPECTED);
    read_file("\nmost", "f:2: " EXPECTED);
    read_file("most =\n\n", "f:1: " EXPECTED);
    read_file("most = {5}", "f:1: " EXPECTED);
    read_file("= 5", "f:1: " EXPECTED);
    read_file("}", "f:1: " EXPECTED);
    read_file("door = {a:1", "f:1: " EXPECTED);
    read_file("door = {a:1 b:2}", "f:1: " EXPECTED);
    read_file("door = {{a:1}}", "f:1: " EXPECTED);
    read_file("server {\n most = 5\n}", "f:1: " EXPECTED);
    read_file("\"\" = 5", "f:1: " EXPECTED);
}

/* What libconfuse would have let through, or taken for something else. */
static void
test_what_libconfuse_does_not_see(void **state)
{
    (void)state;
#define QUOTE ": text with such characters needs quotation marks\n"
    read_file("most = 10*", "f:1: 10*" QUOTE);
    read_file("name = a//b", "f:1: a//b" QUOTE);
    read_file("\n// most = 5", "f:2: //" QUOTE);
    read_file("/* most = 5 */", "f:1: /*" QUOTE);
    read_file("name = ${HOME}", "f:1: ${HOME}" QUOTE);
    read_file("include(\"/etc/passwd\")",
              "f:1: include(\"/etc/passwd\")" QUOTE);
    read_file("door += a:1", "f:1: +=" QUOTE);
    read_file("name = \xe4\xbd\xa0", "f:1: \xe4\xbd\xa0" QUOTE);
#define INSIDE                                                                 \
    "between quotation marks \\, ${ and control characters cannot stand\n"
    read_file("name = \"${HOME}\"", "f:1: " INSIDE);
    read_file("name = \"\\033\"", "f:1: " INSIDE);
    read_file("name = \"\\777\"", "f:1: " INSIDE);
    read_file("name = \"\033[2J\"", "f:1: " INSIDE);
    read_file("name = \"a\n\"", "f:1: a quotation mark is missing: \"\n"
                                "f:2: a quotation mark is missing: \"\n");
    read_file("name = 'a", "f:1: a quotation mark is missing: '\n");
    assert_string_equal(read_file("name = \"#a\"", "").name, "#a");
}

/* libconfuse's scanner once went on inside the string of the file before. */
static void
test_a_bad_file_leaves_nothing_for_the_next(void **state)
{
    (void)state;
    read_file("name = \"a", "f:1: a quotation mark is missing: \"\n");
    assert_string_equal(read_file("name = b\n", "").name, "b");
    read_file("door = {a:1", "f:1: " EXPECTED);
    assert_string_equal(read_file("name = b\n", "").name, "b");
}

static void
test_what_is_no_text_or_too_many_strangers(void **state)
{
    (void)state;
    struct settings s = defaults;
    struct opt_source source = {
        .table = &table, .settings = &s, .ear = &ear, .file = "f"};
    heard[0] = '\0';
    assert_false(opt_file_parse(&source, SPAN("most = 5\0\n")));
    assert_string_equal(heard, "f: this is no text\n");

    struct buf many = {0};
    for (int i = 0; i < 1000; i++)
        buf_add_format(&many, "xyzzy%d = 1\n", i);
    assert_false(opt_file_parse(&source, buf_span(&many)));
    assert_int_equal(source.wrong_n, 1 + 32 + 1); /* then it gives up */
    buf_finish(&many);
}

/* -- all together -------------------------------------------------------------------- */

static void
write_file(char path[32], const char *text)
{
    strcpy(path, "/tmp/liao-opt-XXXXXX");
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void
test_the_command_line_beats_the_file(void **state)
{
    (void)state;
    char path[32];
    write_file(path, "most = 5\nname = bob\nloud = yes\ndoor = {a:1, b:2}\n");
    struct {
        int argc;
        char **argv;
    } line = {ARGV("--most=6", "--config", path, "--door=c:3", "--loud=no")};
    struct settings s;
    assert_int_equal(opt_load(&table, &s, &ear, line.argc, line.argv), OPT_GO);
    assert_int_equal(s.most, 6);
    assert_string_equal(s.name, "bob");
    assert_false(s.is_loud);
    assert_int_equal(s.doors_n, 1); /* not a third: instead of them */
    assert_string_equal(s.doors[0], "c:3");
    assert_string_equal(s.config.path, path);
    remove(path);
}

static void
test_a_file_that_is_named_must_be_there(void **state)
{
    (void)state;
    struct {
        int argc;
        char **argv;
    } line = {ARGV("--config", "/nowhere/x")};
    struct settings s;
    heard[0] = '\0';
    assert_int_equal(opt_load(&table, &s, &ear, line.argc, line.argv),
                     OPT_BAD_FILE);
    assert_string_equal(
        heard, "/nowhere/x: cannot be read: No such file or directory\n");
}

static void
test_the_users_own_file_is_found(void **state)
{
    (void)state;
    char folder[] = "/tmp/liao-opt-XXXXXX", path[128], found[4096];
    assert_non_null(mkdtemp(folder));
    setenv("XDG_CONFIG_HOME", folder, 1);
    assert_false(opt_file_find("nothing-has-this.conf", found, sizeof(found)));
    snprintf(path, sizeof(path), "mkdir %s/liao; > %s/liao/x.conf", folder,
             folder);
    assert_int_equal(system(path), 0);
    assert_true(opt_file_find("x.conf", found, sizeof(found)));
    snprintf(path, sizeof(path), "%s/liao/x.conf", folder);
    assert_string_equal(found, path);
    assert_false(opt_file_find("x.conf", found, 8)); /* no room: none */
    snprintf(path, sizeof(path), "rm -r %s", folder);
    assert_int_equal(system(path), 0);
    unsetenv("XDG_CONFIG_HOME");
}

static void
test_a_reload_changes_all_but_what_is_fixed(void **state)
{
    (void)state;
    char path[32];
    write_file(path, "most = 5\ncolour = red\n");
    struct {
        int argc;
        char **argv;
    } line = {ARGV("--config", path, "--name=bob")};
    struct settings s;
    assert_int_equal(opt_load(&table, &s, &ear, line.argc, line.argv), OPT_GO);

    FILE *f = fopen(path, "w");
    fputs("most = 9\ncolour = blue\nname = eve\n", f);
    fclose(f);
    heard[0] = '\0';
    assert_true(opt_reload(&table, &s, &ear, line.argc, line.argv));
    assert_int_equal(s.most, 9);
    assert_string_equal(s.name, "bob");
    assert_int_equal(s.colour, 0);
    assert_string_equal(heard,
                        "colour changes only when prog is started again\n");

    f = fopen(path, "w");
    fputs("most = 3\nmoost = 9\n", f);
    fclose(f);
    assert_false(opt_reload(&table, &s, &ear, line.argc, line.argv));
    assert_int_equal(s.most, 9);
    remove(path);
}

/* -- what is printed ------------------------------------------------------------------- */

static void
print(char *out, size_t size, void (*how)(const struct opt_table *, FILE *),
      const struct opt_table *t)
{
    FILE *f = fmemopen(out, size, "w");
    assert_non_null(f);
    how(t, f);
    fclose(f);
}

static void
test_help_is_wrapped(void **state)
{
    static const struct opt long_rows[] = {
        {.heading = "Things:",
         .name = "a-name-that-is-rather-long",
         .value = "VALUE",
         OPT_NUMBER(struct settings, most, 1, 100),
         .help = "a sentence of so many words that it does not fit into one "
                 "line of a terminal"},
        {.name = "wide",
         OPT_SWITCH(struct settings, is_loud),
         .help = "汉字之间没有空格, 所以可以在任何两个字之间换行, "
                 "但是标点不能放在行首。"},
        {OPT_ROW_HELP},
    };
    struct opt_table t = table;
    char out[2048];
    (void)state;
    t.rows = long_rows;
    t.rows_n = COUNT_OF(long_rows);
    print(out, sizeof(out), opt_help_print, &t);
    assert_string_equal(
        out,
        "usage: prog\n"
        "about\n"
        "\n"
        "Things:\n"
        "  --a-name-that-is-rather-long VALUE\n"
        "                          a sentence of so many words that it "
        "does not fit into\n"
        "                          one line of a terminal\n"
        "  --wide                  汉字之间没有空格, 所以可以在任何两个字之"
        "间换行, 但是\n"
        "                          标点不能放在行首。\n"
        "  -h, --help              this text\n"
        "\n"
        "more\n");
}

static void
test_the_example_can_be_read_and_says_the_defaults(void **state)
{
    (void)state;
    char out[4096];
    print(out, sizeof(out), opt_example_print, &table);
    struct settings before = read_file(out, "");
    assert_memory_equal(&before, &defaults, sizeof(before));
    assert_non_null(strstr(out, "\n# so many\n#most = 7\n"));
    assert_non_null(strstr(out, "\n#door = \"a:1\"\n"));
    assert_null(strstr(out, "help ="));
}

int
main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_behind_a_blank_or_an_equals_sign),
        cmocka_unit_test(test_the_last_counts_and_a_switch_can_be_taken_back),
        cmocka_unit_test(test_wrong_command_lines),
        cmocka_unit_test(test_many_have_an_end),
        cmocka_unit_test(test_a_value_is_found_before_anything_is_judged),
        cmocka_unit_test(test_a_file_sets_the_same),
        cmocka_unit_test(test_a_list_may_come_in_pieces),
        cmocka_unit_test(test_an_empty_file_is_right),
        cmocka_unit_test(test_the_home_of_a_file),
        cmocka_unit_test(test_all_that_is_wrong_is_told_with_its_line),
        cmocka_unit_test(test_what_is_no_key_and_value),
        cmocka_unit_test(test_what_libconfuse_does_not_see),
        cmocka_unit_test(test_a_bad_file_leaves_nothing_for_the_next),
        cmocka_unit_test(test_what_is_no_text_or_too_many_strangers),
        cmocka_unit_test(test_the_command_line_beats_the_file),
        cmocka_unit_test(test_a_file_that_is_named_must_be_there),
        cmocka_unit_test(test_the_users_own_file_is_found),
        cmocka_unit_test(test_a_reload_changes_all_but_what_is_fixed),
        cmocka_unit_test(test_help_is_wrapped),
        cmocka_unit_test(test_the_example_can_be_read_and_says_the_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
