#include "opt/file.h"

#include "opt/scan.h"

#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* -- which ---------------------------------------------------------------------- */

static bool
is_there(const char *path)
{
    return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

bool
opt_file_find(const char *name, char *out, size_t size)
{
    const char *xdg = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    bool has_xdg = xdg != NULL && xdg[0] == '/'; /* relative is to be ignored */
    int n = has_xdg ? snprintf(out, size, "%s/liao/%s", xdg, name)
                    : snprintf(out, size, "%s/.config/liao/%s",
                               home != NULL ? home : "", name);
    if ((has_xdg || home != NULL) && (size_t)n < size && is_there(out))
        return true;
    n = snprintf(out, size, LIAO_SYSCONFDIR "/liao/%s", name);
    return (size_t)n < size && is_there(out);
}

/* -- what libconfuse calls --------------------------------------------------------- */

/* It hands its callbacks nothing of ours, and keeps globals of its own: one
 * file is read at a time. */
static struct opt_source *reading;

static int
on_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
    struct opt_source *s = reading;
    const struct opt *row = opt_find(s->table, span_of(opt->name));
    *(void **)result = NULL;
    if (row == NULL && cfg_opt_size(opt) > 1)
        return 0; /* a list of a stranger's: told once */
    s->line = (unsigned)cfg->line;
    if (row != NULL && !row->is_once) {
        opt_value_set(s, row, value);
        return 0; /* it was told if it was wrong; on, to tell of all */
    }
    const char *nearest = opt_nearest(s->table, opt->name, true);
    if (row != NULL)
        opt_complain(s, _("%s is for the command line only"), opt->name);
    else if (nearest != NULL)
        opt_complain(s, _("there is no %s; did you mean %s?"), opt->name,
                     nearest);
    else
        opt_complain(s,
                     _("there is no %s; %s --example-config shows what "
                       "there is"),
                     opt->name, s->table->program);
    return 0;
}

/* Whatever libconfuse has to say, it means this. */
static void
complain_shape(const cfg_t *cfg)
{
    reading->line = (unsigned)cfg->line;
    opt_complain(reading, _("here KEY = VALUE is expected, or KEY = {VALUE, "
                            "VALUE} for what may be given several times"));
}

static void
on_error(cfg_t *cfg, const char *format, va_list ap)
{
    (void)format;
    (void)ap;
    complain_shape(cfg);
}

/* -- reading ----------------------------------------------------------------------- */

static cfg_opt_t
key_of(const char *name, bool is_list)
{
    cfg_opt_t one = CFG_PTR_CB(name, NULL, CFGF_NODEFAULT, on_value, NULL);
    cfg_opt_t many =
        CFG_PTR_LIST_CB(name, NULL, CFGF_NODEFAULT, on_value, NULL);
    return is_list ? many : one;
}

static void
put_together(struct opt_source *s, const struct opt_scan *scan,
             const char *text)
{
    cfg_opt_t keys[OPT_ROWS_MOST + OPT_SCAN_STRANGERS + 1];
    size_t n = 0;
    for (size_t i = 0; i < s->table->rows_n; i++) {
        const struct opt *row = &s->table->rows[i];
        if (!row->is_once)
            keys[n++] = key_of(row->name, row->many > 0);
    }
    for (size_t i = 0; i < scan->strangers_n; i++)
        keys[n++] = key_of(scan->strangers[i], true);
    keys[n] = (cfg_opt_t)CFG_END();
    cfg_t *cfg = cfg_init(keys, CFGF_NONE);
    CHECK(cfg != NULL);
    cfg_set_error_function(cfg, on_error);
    reading = s;
    unsigned wrong_before = s->wrong_n;
    if (cfg_parse_buf(cfg, text) != CFG_SUCCESS && s->wrong_n == wrong_before)
        complain_shape(cfg); /* an empty key: it fails without a word */
    reading = NULL;
    cfg_free(cfg);
}

bool
opt_file_parse(struct opt_source *s, struct span text)
{
    unsigned wrong_before = s->wrong_n;
    if (span_find(text, '\0') < text.n)
        return opt_complain(s, _("this is no text"));
    struct opt_scan scan = {0};
    struct buf copy = {0};
    while (text.n > 0 && strchr(" \t\r\n", span_get(text, text.n - 1)) != NULL)
        text.n--; /* so that what lacks at the end lacks in the last line */
    buf_add(&copy, text);
    buf_add(&copy, SPAN(" \0")); /* it reads no empty text */
    if (opt_scan(&scan, s, (char *)copy.at))
        put_together(s, &scan, (char *)copy.at);
    opt_scan_finish(&scan);
    buf_finish(&copy);
    return s->wrong_n == wrong_before;
}

/* At most one byte beyond what is allowed. False with errno. */
static bool
read_all(const char *path, struct buf *out)
{
    /* Not to wait for a pipe that nobody writes. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    ssize_t n = fd < 0 ? -1 : 1;
    while (n > 0 && out->n <= OPT_FILE_BYTES) {
        size_t room = OPT_FILE_BYTES + 1 - out->n;
        n = read(fd, buf_reserve(out, room), room);
        out->n += n > 0 ? (size_t)n : 0;
    }
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return n >= 0;
}

bool
opt_file_read(struct opt_source *s)
{
    struct buf text = {0};
    bool is_right = false;
    s->line = 0;
    if (!read_all(s->file, &text))
        opt_complain(s, _("cannot be read: %s"), strerror(errno));
    else if (text.n > OPT_FILE_BYTES)
        opt_complain(s, _("it is longer than %llu bytes"),
                     (unsigned long long)OPT_FILE_BYTES);
    else
        is_right = opt_file_parse(s, buf_span(&text));
    buf_finish(&text);
    return is_right;
}
