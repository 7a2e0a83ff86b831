#include "msg/name.h"

#include "base/utf8.h"
#include "msg/limits.h"

#include <string.h>
#include <utf8proc.h>

/* What a rule for names consists of. */
struct rule {
    size_t most_bytes;
    size_t most_characters;
    bool may_begin_with_digit; /* IRC takes a leading digit for a server's */
    bool has_reserved;
};

static const struct rule nick_rule = {
    .most_bytes = LIMIT_NICK_BYTES,
    .most_characters = LIMIT_NICK_CHARACTERS,
    .has_reserved = true,
};

static const struct rule room_rule = {
    .most_bytes = LIMIT_ROOM_NAME_BYTES,
    .most_characters = LIMIT_ROOM_NAME_CHARACTERS,
    .may_begin_with_digit = true,
};

/* Marks that one letter may carry: two are enough for Vietnamese; more are
 * there to smear over the lines above and below. */
#define MARKS_A_LETTER 2

/*
 * Scripts, by the blocks where their letters are. Those of East Asia share a
 * number with each other, since they are written together. What is in no row
 * counts as a script of its own by its 256 characters: good enough to refuse
 * a mixture, which is all that is asked.
 */
enum { SCRIPT_ANY, SCRIPT_LATIN, SCRIPT_EAST, SCRIPT_OTHER };

static const struct {
    int32_t first;
    int32_t last;
    int script;
} scripts[] = {
    {0x0041, 0x024f, SCRIPT_LATIN},     {0x0250, 0x02af, SCRIPT_LATIN},
    {0x0370, 0x03ff, SCRIPT_OTHER},     {0x0400, 0x052f, SCRIPT_OTHER + 1},
    {0x0530, 0x058f, SCRIPT_OTHER + 2}, {0x0590, 0x05ff, SCRIPT_OTHER + 3},
    {0x0600, 0x077f, SCRIPT_OTHER + 4}, {0x1100, 0x11ff, SCRIPT_EAST},
    {0x13a0, 0x13ff, SCRIPT_OTHER + 5}, {0x1e00, 0x1eff, SCRIPT_LATIN},
    {0x1f00, 0x1fff, SCRIPT_OTHER},     {0x2e80, 0x2fdf, SCRIPT_EAST},
    {0x3005, 0x3007, SCRIPT_EAST},      {0x3040, 0x33ff, SCRIPT_EAST},
    {0x3400, 0x9fff, SCRIPT_EAST},      {0xac00, 0xd7ff, SCRIPT_EAST},
    {0xf900, 0xfaff, SCRIPT_EAST},      {0x20000, 0x3ffff, SCRIPT_EAST},
};

static int
script_of(int32_t cp)
{
    for (size_t i = 0; i < COUNT_OF(scripts); i++) {
        if (cp >= scripts[i].first && cp <= scripts[i].last)
            return scripts[i].script;
    }
    return 0x100 + (cp >> 8);
}

static bool
is_mark(utf8proc_category_t category)
{
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC;
}

static bool
is_letter(utf8proc_category_t category)
{
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

/* ASCII signs that RFC 2812 (2.3.1, "special") and habit allow in a nick. */
static bool
is_sign(int32_t cp)
{
    return cp > 0 && cp < 0x80 && strchr("_-.[]{}|^\\`", (int)cp) != NULL;
}

static enum name_verdict
check_first(const struct rule *rule, int32_t cp, utf8proc_category_t category)
{
    if (cp < 0x80 && strchr(":(),[]*-.", (int)cp) != NULL)
        return NAME_FIRST;
    if (is_mark(category))
        return NAME_FIRST;
    if (category == UTF8PROC_CATEGORY_ND && !rule->may_begin_with_digit)
        return NAME_FIRST;
    return NAME_OK;
}

/* On the lab's wire the server's words follow the name without a sign. */
static bool
has_words_of_lab(struct span key)
{
    static const char *const words[] = {"已退出聊天", "成功连接"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        struct span word = span_of(words[i]);
        for (size_t at = 0; at + word.n <= key.n; at++) {
            if (span_starts(span_from(key, at), word))
                return true;
        }
    }
    return false;
}

/* `key` is a name that only the server may have; or "you", whom it speaks
 * to: "-- you left". */
static bool
is_reserved(struct span key)
{
    if (span_equal(key, SPAN("server")) || span_equal(key, SPAN("服务器")) ||
        span_equal(key, SPAN("you")))
        return true;
    if (has_words_of_lab(key))
        return true;
    if (!span_starts(key, SPAN("guest")) || key.n == 5)
        return false;
    for (size_t i = 5; i < key.n; i++) {
        if (span_get(key, i) < '0' || span_get(key, i) > '9')
            return false;
    }
    return true;
}

static enum name_verdict
check_characters(const struct rule *rule, struct span name)
{
    size_t characters = 0;
    int marks = 0, latin_or_east = SCRIPT_ANY, script = SCRIPT_ANY;
    for (size_t at = 0; at < name.n; characters++) {
        int32_t cp;
        at += utf8_next(span_from(name, at), &cp);
        if (cp < 0)
            return NAME_CHARACTER;
        utf8proc_category_t category = utf8proc_category(cp);
        if (characters == 0) {
            enum name_verdict first = check_first(rule, cp, category);
            if (first != NAME_OK)
                return first;
        }
        if (is_mark(category)) {
            if (++marks > MARKS_A_LETTER)
                return NAME_CHARACTER;
            continue;
        }
        marks = 0;
        if (category == UTF8PROC_CATEGORY_ND || is_sign(cp))
            continue;
        if (!is_letter(category))
            return NAME_CHARACTER;

        int now = script_of(cp);
        if (now == SCRIPT_LATIN || now == SCRIPT_EAST)
            latin_or_east = now;
        else if (script != SCRIPT_ANY && script != now)
            return NAME_MIXED;
        else
            script = now;
        if (script != SCRIPT_ANY && latin_or_east != SCRIPT_ANY)
            return NAME_MIXED;
    }
    return characters > rule->most_characters ? NAME_TOO_LONG : NAME_OK;
}

static enum name_verdict
check(const struct rule *rule, struct span name)
{
    if (name.n == 0)
        return NAME_EMPTY;
    if (name.n > rule->most_bytes)
        return NAME_TOO_LONG;

    /* The rules hold for the key too: full-width and other compatibility
     * forms fold into what they stand for. */
    struct buf key = {0};
    enum name_verdict verdict = check_characters(rule, name);
    if (verdict == NAME_OK && !msg_name_key(name, &key))
        verdict = NAME_CHARACTER;
    if (verdict == NAME_OK)
        verdict = key.n == 0 ? NAME_CHARACTER
                             : check_characters(rule, buf_span(&key));
    if (verdict == NAME_OK && rule->has_reserved && is_reserved(buf_span(&key)))
        verdict = NAME_RESERVED;
    buf_finish(&key);
    return verdict;
}

enum name_verdict
msg_name_check_nick(struct span nick)
{
    return check(&nick_rule, nick);
}

enum name_verdict
msg_name_check_room(struct span room)
{
    return check(&room_rule, room);
}

/* Of ASCII nothing changes but capital letters. False: it is more. */
static bool
add_ascii_key(struct span name, struct buf *key)
{
    size_t begin = key->n;
    buf_add(key, name);
    for (size_t i = begin; i < key->n; i++) {
        if (key->at[i] >= 0x80) {
            buf_truncate(key, begin);
            return false;
        }
        if (key->at[i] >= 'A' && key->at[i] <= 'Z')
            key->at[i] = (uint8_t)(key->at[i] - 'A' + 'a');
    }
    return true;
}

bool
msg_name_key(struct span name, struct buf *key)
{
    if (add_ascii_key(name, key)) /* for each message its room is found so */
        return true;
    return utf8_fold(name, key);
}
