/*
 * At a terminal liao shows whole lines. A server that sent 64 KiB without a
 * newline filled the queue in front of the screen, which waited for the end of
 * the line; and since the queue was full the server was not read any more: the
 * chat stood still for ever. Found by fuzz/client.
 */
#include "liao/output.h"
#include "liao/screen_priv.h"
#include "support/world.h"

int
main(void)
{
    static const struct liao_options options = {0};
    struct world *w = world_create(1, NULL);
    struct liao_input input;
    struct liao_log log = {0};
    struct liao_output output;
    liao_input_init(&input, 0);
    liao_output_init(&output, w->loop, 1, &log);
    struct liao_screen *s = liao_screen_create(w->loop, &options, &input, &log);
    output.screen = s;

    size_t shown = 0;
    for (size_t sent = 0; sent < (size_t)2 * LIAO_OUTPUT_BYTES; sent += 9) {
        liao_output_add(&output, SPAN("\xe4\xbd\xa0\xe5\xa5\xbd..."));
        CHECK(!liao_output_is_full(&output));
        shown += s->term->above.n;
        buf_truncate(&s->term->above, 0);
    }
    CHECK(shown > LIAO_OUTPUT_BYTES);
    liao_output_add(&output, SPAN("\nnext\n"));
    struct span above = buf_span(&s->term->above);
    CHECK(span_equal(span_from(above, above.n - 5), SPAN("next\n")));
    CHECK(output.queue.n == 0);

    buf_truncate(&s->term->above, 0);
    liao_output_finish(&output);
    liao_screen_destroy(s);
    liao_input_finish(&input);
    world_destroy(w);
    return 0;
}
