/*
 * Tab: the word before the cursor grows as far as all that it could become
 * agree; if it can grow no further, they are shown. What that is says
 * term_setup.complete.
 */
#include "term/paint.h"
#include "term/term.h"
#include "term/width.h"

/* Shown of the words that Tab could mean. */
#define OFFERS_SHOWN 40

static size_t
word_begin(struct span before)
{
    size_t at = before.n;
    while (at > 0 && span_get(before, at - 1) != ' ')
        at--;
    return at;
}

static struct span
next_offer(struct span *rest)
{
    size_t n = span_find(*rest, '\n');
    struct span offer = span_sub(*rest, 0, n);
    *rest = span_from(*rest, n + 1);
    return offer;
}

/* How all offers begin. */
static struct span
common_front(struct span offers)
{
    struct span front = next_offer(&offers);
    while (offers.n > 0) {
        struct span other = next_offer(&offers);
        size_t n = 0;
        while (n < front.n && n < other.n &&
               span_get(front, n) == span_get(other, n))
            n++;
        front.n = term_width_begin(front, n);
    }
    return front;
}

static void
show_offers(struct term *t, struct span offers)
{
    struct buf line = {0};
    for (int i = 0; offers.n > 0; i++) {
        struct span offer = next_offer(&offers);
        if (i == OFFERS_SHOWN) {
            buf_add(&line, SPAN("..."));
            break;
        }
        buf_add(&line, offer);
        buf_add(&line, offers.n > 0 ? SPAN("  ") : SPAN(""));
    }
    term_show(t, buf_span(&line));
    buf_finish(&line);
}

void
term_offer_if_fits(struct term_offers *offers, struct span word,
                   struct span name)
{
    struct buf front = {0}, folded = {0};
    term_paint_fold(word, &front);
    term_paint_fold(name, &folded);
    if (span_starts(buf_span(&folded), buf_span(&front)))
        term_offer(offers, name);
    buf_finish(&front);
    buf_finish(&folded);
}

bool
term_complete(struct term *t, struct span before, size_t *at, struct buf *word)
{
    struct term_offers offers = {.suffix = SPAN(" ")};
    *at = word_begin(before);
    if (t->setup.complete != NULL)
        t->setup.complete(t->setup.owner, before, *at, &offers);
    struct span words = buf_span(&offers.words);
    bool is_new = false;
    if (words.n > 0) {
        struct span front = common_front(words);
        bool is_one = span_find(words, '\n') + 1 == words.n;
        is_new = is_one || front.n > before.n - *at;
        buf_add(word, front);
        if (is_one)
            buf_add(word, offers.suffix);
        if (!is_new)
            show_offers(t, words);
    }
    buf_finish(&offers.words);
    return is_new;
}
