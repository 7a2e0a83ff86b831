/*
 * Tab: the word before the cursor grows as far as all that it could become
 * agree; if it can grow no further, they are shown. What that is says
 * term_setup.complete.
 */
#include "term/readline_priv.h"
#include "term/width.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

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
replace_word(size_t at, struct span word)
{
    char *text = alloc_zeroed(word.n + 1);
    memcpy(text, word.at, word.n);
    rl_begin_undo_group();
    rl_delete_text((int)at, rl_point);
    rl_point = (int)at;
    rl_insert_text(text);
    rl_end_undo_group();
    free(text);
}

static void
show_offers(struct span offers)
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
    term_show(&term_readline->term, buf_span(&line));
    buf_finish(&line);
}

int
term_readline_complete(int count, int key)
{
    (void)count, (void)key;
    const struct term_setup *setup = &term_readline->term.setup;
    struct span before = span_sub(term_readline_line(), 0, (size_t)rl_point);
    size_t at = word_begin(before);
    struct term_offers offers = {.suffix = SPAN(" ")};
    if (setup->complete != NULL)
        setup->complete(setup->owner, before, at, &offers);
    struct span words = buf_span(&offers.words);
    if (words.n > 0) {
        struct span front = common_front(words);
        bool is_one = span_find(words, '\n') + 1 == words.n;
        bool is_longer = front.n > before.n - at;
        struct buf word = {0};
        buf_add(&word, front);
        if (is_one)
            buf_add(&word, offers.suffix);
        if (is_one || is_longer)
            replace_word(at, buf_span(&word));
        else
            show_offers(words);
        buf_finish(&word);
    }
    buf_finish(&offers.words);
    return 0;
}
