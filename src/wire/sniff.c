#include "wire/sniff.h"

#include "wire/proxy.h"
#include "wire/telnet.h"

#include <string.h>

/* Is this the opening of one machine's protocol? */
enum match { NO, MAYBE, NEARLY, YES };

static enum match
match_prefix(struct span bytes, struct span opening)
{
    if (bytes.n >= opening.n)
        return span_starts(bytes, opening) ? YES : NO;
    return span_starts(opening, bytes) ? MAYBE : NO;
}

static enum match
match_tls(struct span bytes)
{
    return match_prefix(bytes, SPAN("\x16\x03"));
}

/* RFC 4253, 4.2: "SSH-protoversion-"; a person may well say "SSH-keys". */
static enum match
match_ssh(struct span bytes)
{
    enum match two = match_prefix(bytes, SPAN("SSH-2"));
    return two != NO ? two : match_prefix(bytes, SPAN("SSH-1."));
}

static enum match
match_method(struct span word, bool is_whole)
{
    static const char *const methods[] = {
        "GET",     "HEAD",  "POST",    "PUT",   "DELETE",
        "CONNECT", "PATCH", "OPTIONS", "TRACE", "PRI",
    };
    for (size_t i = 0; i < COUNT_OF(methods); i++) {
        struct span method = span_of(methods[i]);
        if (is_whole ? span_equal(word, method) : span_starts(method, word))
            return is_whole ? YES : MAYBE;
    }
    return NO;
}

/* RFC 9112, 3: method SP target SP HTTP/x CRLF. Without the version it is
 * "GET well soon". */
static enum match
match_http(struct span bytes)
{
    struct span line = span_sub(bytes, 0, span_find(bytes, '\n'));
    bool has_newline = line.n < bytes.n;
    size_t n = span_find(line, ' ');
    if (n == line.n)
        return has_newline ? NO : match_method(line, false);
    if (match_method(span_sub(line, 0, n), true) == NO)
        return NO;

    struct span target = span_from(line, n + 1);
    n = span_find(target, ' ');
    if (n == target.n)
        return has_newline ? NO : MAYBE;
    if (n == 0)
        return NO;
    struct span version = span_from(target, n + 1);
    enum match is_http = match_prefix(version, SPAN("HTTP/"));
    if (is_http != YES)
        return has_newline ? NO : is_http;
    return has_newline ? YES : NEARLY;
}

/* How many words are in `line`, the last one of which may be a ":trailing
 * one" with blanks (RFC 2812, 2.3.1)? */
static size_t
count_parameters(struct span line)
{
    size_t words = 0;
    while (span_trim(line).n > 0) {
        words++;
        if (span_starts(span_trim(line), SPAN(":")))
            return words;
        (void)span_word(&line);
    }
    return words;
}

/* One whole line of an IRC client's registration? */
static enum match
match_irc_line(struct span line)
{
    struct span rest = line;
    struct span command = span_word(&rest);
    struct span parameters = rest;
    if (span_equal(command, SPAN("CAP"))) {
        struct span verb = span_word(&rest);
        bool is_verb = span_equal(verb, SPAN("LS")) ||
                       span_equal(verb, SPAN("REQ")) ||
                       span_equal(verb, SPAN("END"));
        return is_verb ? YES : NO;
    }
    size_t n = count_parameters(parameters);
    if (span_equal(command, SPAN("NICK")))
        return n == 1 ? YES : NO;
    if (span_equal(command, SPAN("USER")))
        return n == 4 ? YES : NO;
    if (span_equal(command, SPAN("PASS")))
        return n == 1 ? NEARLY : NO; /* waits for one of the others */
    return NO;
}

/* The front of a line that may become one of an IRC client's. */
static enum match
match_irc_front(struct span front)
{
    static const struct {
        const char *opening;
        size_t most_parameters;
        enum match doubt; /* a password is not said, whatever follows it */
    } fronts[] = {
        {"CAP LS", SIZE_MAX, MAYBE},  {"CAP REQ", SIZE_MAX, MAYBE},
        {"CAP END", SIZE_MAX, MAYBE}, {"NICK ", 1, MAYBE},
        {"USER ", 4, MAYBE},          {"PASS ", 1, NEARLY},
    };
    for (size_t i = 0; i < COUNT_OF(fronts); i++) {
        enum match m = match_prefix(front, span_of(fronts[i].opening));
        struct span parameters = front;
        (void)span_word(&parameters);
        if (m == MAYBE)
            return MAYBE;
        if (m == YES)
            return count_parameters(parameters) <= fronts[i].most_parameters
                       ? fronts[i].doubt
                       : NO;
    }
    return NO;
}

static enum match
match_irc(struct span bytes)
{
    enum match so_far = MAYBE;
    size_t at = 0;
    while (at < bytes.n) {
        struct span rest = span_from(bytes, at);
        size_t n = span_find(rest, '\n');
        if (n == rest.n) {
            enum match front = match_irc_front(rest);
            return front == NO || front > so_far ? front : so_far;
        }
        struct span line = span_sub(rest, 0, n);
        if (line.n > 0 && span_get(line, line.n - 1) == '\r')
            line.n--;
        enum match m = match_irc_line(line);
        if (m == YES || m == NO)
            return m;
        so_far = m;
        at += n + 1;
    }
    return so_far;
}

/* Only of a proxy that we trust do we wait for the rest of a header: "\r\n"
 * is the front of one, and a person's Enter. */
static enum match
match_proxy(struct span bytes, bool is_trusted)
{
    struct proxy_header header;
    size_t used;
    switch (wire_proxy_decode(bytes, &header, &used)) {
    case PROXY_NO:
        return NO;
    case PROXY_MORE:
        return is_trusted ? NEARLY : NO;
    case PROXY_OK:
    case PROXY_BAD:
        break;
    }
    return YES;
}

static const struct {
    enum sniff_verdict verdict;
    enum match (*match)(struct span bytes);
} machines[] = {
    {SNIFF_TLS, match_tls},
    {SNIFF_HTTP, match_http},
    {SNIFF_SSH, match_ssh},
    {SNIFF_IRC, match_irc},
};

/* Of all machines, the one that comes closest. */
static enum match
match_machines(const struct sniff *s, struct span bytes,
               enum sniff_verdict *verdict)
{
    enum match best = match_proxy(bytes, s->trusts_proxy);
    *verdict = SNIFF_PROXY;
    for (size_t i = 0; i < COUNT_OF(machines) && best != YES; i++) {
        enum match m = machines[i].match(bytes);
        if (m > best) {
            best = m;
            *verdict = machines[i].verdict;
        }
    }
    return best;
}

static bool
has_controls(struct span bytes)
{
    for (size_t i = 0; i < bytes.n; i++) {
        uint8_t c = span_get(bytes, i);
        if (c < 0x20 && c != '\t' && c != '\r' && c != '\n')
            return true;
    }
    return false;
}

void
wire_sniff_init(struct sniff *s, enum sniff_pin pin, bool trusts_proxy,
                uint64_t now_ms)
{
    *s = (struct sniff){
        .pin = pin,
        .trusts_proxy = trusts_proxy,
        .opened_ms = now_ms,
    };
}

void
wire_sniff_note(struct sniff *s, size_t fresh, uint64_t now_ms)
{
    if (!s->has_bytes) {
        s->has_bytes = true;
        s->first_ms = now_ms;
        s->is_single = fresh == 1;
    } else if (s->is_single) {
        s->is_single = false;
        s->is_keyed = now_ms - s->last_ms >= SNIFF_CUT_MS;
    }
    s->last_ms = now_ms;
}

static enum sniff_verdict
wait_until(uint64_t due_ms, uint64_t now_ms, uint64_t *again_ms,
           enum sniff_verdict then)
{
    if (now_ms >= due_ms)
        return then;
    *again_ms = due_ms;
    return SNIFF_MORE;
}

/* It is no machine's; lines or bursts? */
static enum sniff_verdict
judge_framing(const struct sniff *s, struct span bytes, uint64_t now_ms,
              uint64_t *again_ms)
{
    if (s->pin != SNIFF_ANY)
        return s->pin == SNIFF_PINNED_LAB ? SNIFF_LAB : SNIFF_PLAIN;
    if (s->is_keyed || bytes.n > SNIFF_BURST_BYTES ||
        span_find(bytes, '\n') < bytes.n)
        return SNIFF_PLAIN;
    uint64_t quiet = bytes.n == 1 ? SNIFF_KEY_MS : SNIFF_BURST_MS;
    return wait_until(s->last_ms + quiet, now_ms, again_ms, SNIFF_LAB);
}

static enum sniff_verdict
judge_silence(struct sniff *s, uint64_t now_ms, uint64_t *again_ms)
{
    if (s->was_silent)
        return SNIFF_MORE;
    enum sniff_verdict verdict = wait_until(s->opened_ms + SNIFF_SILENT_MS,
                                            now_ms, again_ms, SNIFF_SILENT);
    s->was_silent = verdict == SNIFF_SILENT;
    return verdict;
}

enum sniff_verdict
wire_sniff_judge(struct sniff *s, struct span bytes, uint64_t now_ms,
                 uint64_t *again_ms)
{
    *again_ms = UINT64_MAX;
    if (bytes.n == 0)
        return judge_silence(s, now_ms, again_ms);
    if (wire_telnet_is_opening(bytes) && s->pin != SNIFF_PINNED_LAB &&
        s->pin != SNIFF_PINNED_IRC)
        return SNIFF_PLAIN;

    enum sniff_verdict machine;
    enum match doubt = match_machines(s, bytes, &machine);
    if (doubt == YES)
        return machine;
    if (s->pin == SNIFF_PINNED_IRC && doubt == NO)
        return has_controls(bytes) ? SNIFF_BINARY : SNIFF_IRC;
    uint64_t patience = doubt == NEARLY ? SNIFF_NEARLY_MS : SNIFF_DOUBT_MS;
    if (doubt != NO && bytes.n < SNIFF_HELD_BYTES &&
        now_ms < s->first_ms + patience) {
        *again_ms = s->first_ms + patience;
        return SNIFF_MORE;
    }
    if (doubt == NEARLY)
        return machine;
    if (has_controls(bytes))
        return SNIFF_BINARY;
    if (s->pin == SNIFF_PINNED_IRC)
        return SNIFF_IRC;
    return judge_framing(s, bytes, now_ms, again_ms);
}

enum sniff_pin
wire_sniff_pin(const char *scheme)
{
    if (strcmp(scheme, "plain") == 0)
        return SNIFF_PINNED_PLAIN;
    if (strcmp(scheme, "irc") == 0)
        return SNIFF_PINNED_IRC;
    return strcmp(scheme, "lab") == 0 ? SNIFF_PINNED_LAB : SNIFF_ANY;
}

const char *
wire_sniff_verdict_name(enum sniff_verdict verdict)
{
    static const char *const names[] = {
        [SNIFF_MORE] = "MORE",   [SNIFF_SILENT] = "SILENT",
        [SNIFF_PLAIN] = "PLAIN", [SNIFF_LAB] = "LAB",
        [SNIFF_PROXY] = "PROXY", [SNIFF_TLS] = "TLS",
        [SNIFF_HTTP] = "HTTP",   [SNIFF_SSH] = "SSH",
        [SNIFF_IRC] = "IRC",     [SNIFF_BINARY] = "BINARY",
    };
    return names[verdict];
}
