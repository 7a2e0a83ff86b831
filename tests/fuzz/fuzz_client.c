/*
 * What liao shows: a server sends anything, in any pieces, in lines or as the
 * lab does. Whatever it is, the terminal gets text, our own colours, the bell
 * and notifications of ours, and not a single other control character; and
 * liao always reads on.
 *
 * Input: one byte for the framing, then pieces, each behind a byte for its
 * length.
 */
#include "base/utf8.h"
#include "liao/output.h"
#include "liao/prefix.h"
#include "liao/screen_priv.h"
#include "support/world.h"
#include "term/language.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Behind ours at the front of `s`: ESC [ 1 ; 31 m, BEL, ESC ] 9 ; liao: ... */
static struct span
step_over_ours(struct span s)
{
    static const struct span notice = SPAN_INIT("\x1b]9;liao: ");
    if (span_starts(s, SPAN("\a")))
        return span_from(s, 1);
    if (span_starts(s, notice))
        return span_from(s, notice.n);
    if (!span_starts(s, SPAN("\x1b[")))
        return s;
    size_t n = 2;
    while (n < s.n && (span_get(s, n) == ';' ||
                       (span_get(s, n) >= '0' && span_get(s, n) <= '9')))
        n++;
    CHECK(n < s.n && span_get(s, n) == 'm');
    return span_from(s, n + 1);
}

static void
check_screen(struct span shown)
{
    struct buf text = {0}, clean = {0};
    while (shown.n > 0) {
        size_t before = shown.n;
        shown = step_over_ours(shown);
        if (shown.n < before)
            continue;
        if (span_get(shown, 0) != '\n')
            buf_add_byte(&text, span_get(shown, 0));
        shown = span_from(shown, 1);
    }
    utf8_clean(buf_span(&text), &clean);
    CHECK(span_equal(buf_span(&text), buf_span(&clean)));
    buf_finish(&text);
    buf_finish(&clean);
}

static void
hear(struct liao_output *o, struct liao_prefix *prefix, bool is_lab,
     struct span bytes)
{
    struct buf shown = {0};
    if (is_lab) {
        liao_output_add_burst(o, bytes);
        return;
    }
    liao_prefix_add(prefix, bytes, &shown);
    liao_output_add(o, buf_span(&shown));
    buf_finish(&shown);
}

static void
take_screen(struct liao_screen *s)
{
    check_screen(buf_span(&s->term->above));
    check_screen(buf_span(&s->term->out));
    buf_truncate(&s->term->above, 0);
    buf_truncate(&s->term->out, 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct liao_options options = {.times = TERM_TIMES_RIGHT};
    struct span in = {data, size};
    if (size < 1)
        return 0;
    bool is_lab = (span_get(in, 0) & 1) != 0;
    struct world *w = world_create(1, NULL);
    struct liao_input input;
    struct liao_log log = {0};
    struct liao_output output;
    struct liao_prefix prefix = {0};
    liao_input_init(&input, 0);
    liao_output_init(&output, w->loop, 1, &log);
    struct liao_screen *s = liao_screen_create(w->loop, &options, &input, &log);
    liao_screen_begin(s, is_lab ? LIAO_FRAMING_LAB : LIAO_FRAMING_LINES);
    s->is_linear = (span_get(in, 0) & 2) != 0;
    s->style.colours = TERM_COLOURS_256;
    output.screen = s;
    for (in = span_from(in, 1); in.n > 0;) {
        size_t n = (size_t)span_get(in, 0) << (is_lab ? 0 : 2);
        hear(&output, &prefix, is_lab, span_sub(in, 1, n));
        in = span_from(in, 1 + n);
        take_screen(s);
        CHECK(!liao_output_is_full(&output));
        world_pass(w, 400);
    }
    struct buf rest = {0};
    liao_prefix_finish(&prefix, &rest);
    liao_output_add(&output, buf_span(&rest));
    buf_finish(&rest);
    liao_output_end(&output);
    take_screen(s);
    liao_output_finish(&output);
    liao_input_finish(&input);
    liao_screen_destroy(s);
    world_destroy(w);
    return 0;
}
