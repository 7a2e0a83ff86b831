#include "liao/heard.h"

#include "base/tr.h"
#include "wire/lab.h"
#include "wire/plain.h"

/* Of what can be a name; longer ones are none of liaod's. */
#define NAME_BYTES 256

/* In this order: a line of the server's begins with "-- ", so what was said
 * comes last. */
static const struct {
    const char *const *words;
    size_t row;
    enum liao_heard_kind kind;
} shapes[LIAO_PHRASES_SHAPES] = {
    {wire_plain_reply_words, REPLY_WELCOME, LIAO_HEARD_YOU},
    {wire_plain_reply_words, REPLY_NICK_IS, LIAO_HEARD_YOU},
    {wire_plain_reply_words, REPLY_JOINED, LIAO_HEARD_NAMES},
    {wire_plain_reply_words, REPLY_WHO, LIAO_HEARD_NAMES},
    {wire_plain_reply_words, REPLY_PRIVATE_SENT, LIAO_HEARD_SENT},
    {wire_plain_reply_words, REPLY_NICK_TAKEN, LIAO_HEARD_REFUSED},
    {wire_plain_reply_words, REPLY_NICK_EMPTY, LIAO_HEARD_REFUSED},
    {wire_plain_reply_words, REPLY_NICK_TOO_LONG, LIAO_HEARD_REFUSED},
    {wire_plain_reply_words, REPLY_NICK_CHARACTER, LIAO_HEARD_REFUSED},
    {wire_plain_reply_words, REPLY_NICK_FIRST, LIAO_HEARD_REFUSED},
    {wire_plain_reply_words, REPLY_NICK_MIXED, LIAO_HEARD_REFUSED},
    {wire_plain_reply_words, REPLY_NICK_RESERVED, LIAO_HEARD_REFUSED},
    {wire_plain_reply_words, REPLY_STOPPING, LIAO_HEARD_CLOSING},
    {wire_plain_reply_words, REPLY_TOO_SLOW, LIAO_HEARD_CLOSING},
    {wire_plain_reply_words, REPLY_FULL, LIAO_HEARD_CLOSING},
    {wire_plain_reply_words, REPLY_SOURCE_FULL, LIAO_HEARD_CLOSING},
    {wire_plain_reply_words, REPLY_TALK_FULL, LIAO_HEARD_CLOSING},
    {wire_lab_reply_words, REPLY_STOPPING, LIAO_HEARD_CLOSING},
    {wire_lab_reply_words, REPLY_FULL, LIAO_HEARD_CLOSING},
    {wire_lab_reply_words, REPLY_TALK_FULL, LIAO_HEARD_CLOSING},
    {wire_plain_reply_words, REPLY_KILLED, LIAO_HEARD_OUT},
    {wire_plain_reply_words, REPLY_SOURCE_BANNED, LIAO_HEARD_OUT},
    {wire_plain_reply_words, REPLY_TALK_ENDED, LIAO_HEARD_OUT},
    {wire_plain_reply_words, REPLY_TALK_MISSED, LIAO_HEARD_OUT},
    {wire_plain_reply_words, REPLY_MACHINE, LIAO_HEARD_OUT},
    {wire_lab_reply_words, REPLY_TALK_ENDED, LIAO_HEARD_OUT},
    {wire_plain_entry_words, ENTRY_JOIN, LIAO_HEARD_CAME},
    {wire_plain_entry_words, ENTRY_PART, LIAO_HEARD_WENT},
    {wire_plain_entry_words, ENTRY_QUIT, LIAO_HEARD_WENT},
    {wire_plain_entry_words, ENTRY_KICK, LIAO_HEARD_WENT},
    {wire_plain_entry_words, ENTRY_NICK, LIAO_HEARD_NICK},
    {wire_plain_entry_words, ENTRY_PRIVATE, LIAO_HEARD_PRIVATE},
    {wire_plain_entry_words, ENTRY_ACTION, LIAO_HEARD_ACTION},
    {wire_plain_entry_words, ENTRY_SAY, LIAO_HEARD_SAID},
};

void
liao_phrases_learn(void *phrases)
{
    struct liao_phrases *p = phrases;
    if (p->n == LIAO_PHRASES_LANGUAGES)
        return;
    for (size_t i = 0; i < COUNT_OF(shapes); i++)
        p->words[p->n][i] = tr(shapes[i].words[shapes[i].row]);
    p->n++;
}

static struct span *
field_of(struct liao_heard *h, struct span name)
{
    if (span_equal(name, SPAN("who")))
        return &h->who;
    if (span_equal(name, SPAN("target")))
        return &h->target;
    if (span_equal(name, SPAN("nick")))
        return &h->nick;
    if (span_equal(name, SPAN("text")))
        return &h->text;
    if (span_equal(name, SPAN("names")))
        return &h->names;
    return NULL; /* of no interest: room, count */
}

static bool
is_free_text(struct span name)
{
    return span_equal(name, SPAN("text")) || span_equal(name, SPAN("names"));
}

static bool match(struct span words, struct span line, struct liao_heard *h);

/* "[room] ", or nothing. */
static bool
match_in(struct span words, struct span line, struct liao_heard *h)
{
    if (match(words, line, h))
        return true;
    size_t n = span_find(line, ']');
    return span_starts(line, SPAN("[")) && span_find(line, ' ') == n + 1 &&
           match(words, span_from(line, n + 2), h);
}

static bool
match_field(struct span name, struct span words, struct span line,
            struct liao_heard *h)
{
    bool is_free = is_free_text(name);
    size_t most = is_free || line.n < NAME_BYTES ? line.n : NAME_BYTES;
    size_t n = is_free && words.n == 0 ? line.n : 1;
    for (; n <= most && n > 0; n++) {
        if (!is_free && span_get(line, n - 1) == ' ')
            return false;
        if (match(words, span_from(line, n), h)) {
            struct span *field = field_of(h, name);
            if (field != NULL)
                *field = span_sub(line, 0, n);
            return true;
        }
    }
    return false;
}

/* `words` as in wire/words.h: {field}, <only if its fields say something>. */
static bool
match(struct span words, struct span line, struct liao_heard *h)
{
    if (words.n == 0)
        return line.n == 0;
    uint8_t c = span_get(words, 0);
    if (c == '{') {
        size_t n = span_find(words, '}');
        struct span name = span_sub(words, 1, n - 1);
        words = span_from(words, n + 1);
        if (span_equal(name, SPAN("in")))
            return match_in(words, line, h);
        return match_field(name, words, line, h);
    }
    if (c == '<') {
        size_t n = span_find(words, '>');
        return match(span_from(words, 1), line, h) ||
               match(span_from(words, n + 1), line, h);
    }
    if (c == '>')
        return match(span_from(words, 1), line, h);
    return line.n > 0 && span_get(line, 0) == c &&
           match(span_from(words, 1), span_from(line, 1), h);
}

static bool
match_first_line(const char *words, struct span line, struct liao_heard *h)
{
    struct span s = span_of(words);
    return match(span_sub(s, 0, span_find(s, '\n')), line, h);
}

/* False: it is none of those that we know, in no language. */
static bool
match_any(const struct liao_phrases *p, struct span line,
          struct liao_heard *out)
{
    bool is_servers = span_starts(line, SPAN("-- "));
    for (size_t i = 0; i < COUNT_OF(shapes); i++) {
        for (size_t language = 0; language < p->n; language++) {
            const char *words = p->words[language][i];
            *out = (struct liao_heard){.kind = shapes[i].kind};
            if (is_servers == span_starts(span_of(words), SPAN("-- ")) &&
                match_first_line(words, line, out))
                return true;
        }
    }
    return false;
}

/* The lab has "(ip,port):text", a liaod's lab:// also "nick:text". */
static void
read_lab(struct span line, struct liao_heard *h)
{
    size_t n = span_find(line, ':');
    if (h->kind != LIAO_HEARD_OTHER || n == 0 || n >= line.n ||
        n > NAME_BYTES || span_find(line, ' ') < n)
        return;
    h->kind = LIAO_HEARD_SAID;
    h->who = span_sub(line, 0, n);
    h->text = span_from(line, n + 1);
}

static size_t
offset_in(struct span line, struct span part)
{
    return (size_t)(part.at - line.at);
}

void
liao_heard_read(const struct liao_phrases *phrases, enum liao_framing framing,
                struct span line, struct liao_heard *out)
{
    bool is_lab = framing == LIAO_FRAMING_LAB;
    bool is_servers = span_starts(line, SPAN("-- "));
    bool may_match = !is_lab || is_servers;
    if (!may_match || !match_any(phrases, line, out))
        *out = (struct liao_heard){.kind = LIAO_HEARD_OTHER};
    /* An operator with whom one talks alone looks as in the lab. */
    if (is_lab ? !is_servers : span_starts(line, SPAN("server:")))
        read_lab(line, out);
    out->after = line;
    if (out->who.n > 0) {
        size_t at = offset_in(line, out->who);
        out->before = span_sub(line, 0, at);
        out->after = span_from(line, at + out->who.n);
    }
}

bool
liao_heard_name(struct span *names, struct span *out)
{
    size_t n = 0;
    while (n < names->n && span_get(*names, n) != ',')
        n++;
    struct span name = span_sub(*names, 0, n);
    *out = span_word(&name); /* without a mark, as in "bob (udp)" */
    *names = span_from(*names, n + 1);
    return out->n > 0;
}
