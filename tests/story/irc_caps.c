/*
 * The story of IRC clients that change what they can do while people talk.
 *
 * In the first half they are told what to say; in the second they ask at random
 * for capabilities and take them back, in a room where others number what they
 * say. Whatever is cut where: nothing is lost, nothing comes twice, and each
 * line is legal for the set that was acknowledged before it.
 */
#include "support/world.h"
#include "wire/irc/line.h"
#include "wire/irc/tags.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTER(nick, caps)                                                      \
    "CAP REQ :" caps "\r\n" IRC_HELLO(nick) "CAP END\r\nJOIN #tea\r\n"

/* What he has read, with "@h" for hosts, which nobody can foretell. */
static bool
has_read(struct wire *wire, const char *words)
{
    struct buf heard = {0}, shown = {0};
    wire_read(wire, SIZE_MAX, &heard);
    for (size_t at = 0; at < heard.n;) {
        struct span rest = span_from(buf_span(&heard), at);
        bool is_host = span_starts(rest, SPAN("@")) &&
                       span_starts(span_from(rest, 13), SPAN(".cloak"));
        buf_add(&shown, is_host ? SPAN("@h") : span_sub(rest, 0, 1));
        at += is_host ? 19 : 1;
    }
    bool is_it = span_equal(buf_span(&shown), span_of(words));
    if (!is_it)
        fprintf(stderr, "not\n%s\nbut\n%.*s\n", words,
                SPAN_ARG(buf_span(&shown)));
    buf_finish(&heard);
    buf_finish(&shown);
    return is_it;
}

static void
forget(struct wire *wire)
{
    struct buf heard = {0};
    wire_read(wire, SIZE_MAX, &heard);
    buf_finish(&heard);
}

/* -- told ------------------------------------------------------------------------- */

struct scene {
    struct world *world;
    struct wire *al;
    struct wire *bob;
    struct wire *wires[2];
};

/* al with these capabilities and bob with none, in #tea, which is al's. */
static void
begin(struct scene *s, uint64_t seed, const char *hello)
{
    s->world = world_create(seed, NULL);
    s->wires[0] = s->al = world_connect(s->world, SNIFF_PINNED_IRC);
    s->wires[1] = s->bob = world_connect(s->world, SNIFF_PINNED_IRC);
    wire_send(s->al, hello);
    world_pass(s->world, 50);
    wire_send(s->bob, IRC_HELLO("bob") "JOIN #tea\r\n");
    world_pass(s->world, 50);
    forget(s->al);
    forget(s->bob);
}

static void
hears_himself(void)
{
    struct scene s;
    begin(&s, 1, ENTER("al", "echo-message"));
    wire_send(s.al, "PRIVMSG #tea :hi\r\nPRIVMSG bob :psst\r\n"
                    "NOTICE al :me\r\nPRIVMSG #tea :\001ACTION waves\001\r\n"
                    "PART #tea\r\nMODE al +i\r\n");
    world_pass(s.world, 50);
    CHECK(has_read(s.al, ":al!~u@h PRIVMSG #tea :hi\r\n"
                         ":al!~u@h PRIVMSG bob :psst\r\n"
                         ":al!~u@h NOTICE al :me\r\n"
                         ":al!~u@h NOTICE al :me\r\n"
                         ":al!~u@h PRIVMSG #tea :\001ACTION waves\001\r\n"
                         ":al!~u@h PART #tea\r\n"
                         ":al!~u@h MODE al +i\r\n"));
    CHECK(has_read(s.bob, ":al!~u@h PRIVMSG #tea :hi\r\n"
                          ":al!~u@h PRIVMSG bob :psst\r\n"
                          ":al!~u@h PRIVMSG #tea :\001ACTION waves\001\r\n"
                          ":al!~u@h PART #tea\r\n"));
    world_end(s.world, s.wires, 2);
}

/* What somebody did comes once, wherever he reads of it. */
static void
knows_the_answers(void)
{
    struct scene s;
    begin(&s, 2, ENTER("al", "echo-message batch labeled-response"));
    wire_send(s.al, "@label=1 PRIVMSG #tea :hi\r\n"
                    "@label=2 PRIVMSG al :me\r\n"
                    "@label=3 MODE #tea +m\r\n"
                    "@label=4 JOIN #a,#b\r\n"
                    "@label=5 KICK #tea bob\r\n"
                    "@label=6 KICK #tea bob\r\n"
                    "@label=7 PONG x\r\n");
    world_pass(s.world, 50);
    CHECK(has_read(
        s.al,
        "@label=1 :al!~u@h PRIVMSG #tea :hi\r\n"
        ":al!~u@h PRIVMSG al :me\r\n"
        "@label=2 :al!~u@h PRIVMSG al :me\r\n"
        "@label=3 :al!~u@h MODE #tea +m\r\n"
        "@label=4 :liao.chat BATCH +1 labeled-response\r\n"
        "@batch=1 :al!~u@h JOIN #a\r\n"
        "@batch=1 :liao.chat 353 al = #a :@al\r\n"
        "@batch=1 :liao.chat 366 al #a :End of /NAMES list\r\n"
        "@batch=1 :al!~u@h JOIN #b\r\n"
        "@batch=1 :liao.chat 353 al = #b :@al\r\n"
        "@batch=1 :liao.chat 366 al #b :End of /NAMES list\r\n"
        ":liao.chat BATCH -1\r\n"
        "@label=5 :al!~u@h KICK #tea bob :al\r\n"
        "@label=6 :liao.chat 441 al bob #tea :They aren't on that channel\r\n"
        "@label=7 :liao.chat ACK\r\n"));
    wire_send(s.al, "@label=8 NAMES #a\r\n@label=9 QUIT :bye\r\n");
    world_pass(s.world, 50);
    struct buf heard = {0};
    wire_read(s.al, SIZE_MAX, &heard);
    CHECK(span_starts(buf_span(&heard),
                      SPAN("@label=8 :liao.chat BATCH +2 labeled-response\r\n"
                           "@batch=2 :liao.chat 353 al = #a :@al\r\n"
                           "@batch=2 :liao.chat 366 al #a :End of /NAMES "
                           "list\r\n"
                           ":liao.chat BATCH -2\r\n"
                           "@label=9 ERROR :Closing link: (")));
    buf_finish(&heard);
    world_end(s.world, s.wires, 2);
}

/* What others do beside talking, for who asked; for nobody else, and not for
 * who did it. */
static void
watches_the_others(void)
{
    struct scene s;
    begin(&s, 5, ENTER("al", "away-notify setname invite-notify"));
    wire_send(s.bob, "AWAY\r\nAWAY :for tea\r\nSETNAME :Bob B.\r\n"
                     "PART #tea\r\nJOIN #tea\r\nAWAY\r\n");
    world_pass(s.world, 50);
    wire_send(s.al, "SETNAME :Al\r\nAWAY :too\r\n");
    world_pass(s.world, 50);
    CHECK(has_read(s.al, ":bob!~u@h AWAY :for tea\r\n"
                         ":bob!~u@h SETNAME :Bob B.\r\n"
                         ":bob!~u@h PART #tea\r\n"
                         ":bob!~u@h JOIN #tea\r\n"
                         ":bob!~u@h AWAY :for tea\r\n"
                         ":bob!~u@h AWAY\r\n"
                         ":al!~u@h SETNAME :Al\r\n"
                         ":liao.chat 306 al :You have been marked as being "
                         "away\r\n"));
    forget(s.bob);
    struct wire *cy = world_connect(s.world, SNIFF_PINNED_IRC);
    wire_send(cy, IRC_HELLO("cy"));
    world_pass(s.world, 50);
    forget(cy);
    wire_send(s.bob, "INVITE cy #tea\r\n");
    world_pass(s.world, 50);
    CHECK(has_read(s.al, ":bob!~u@h INVITE cy #tea\r\n"));
    CHECK(has_read(s.bob, ":liao.chat 341 bob cy #tea\r\n"));
    CHECK(has_read(cy, ":bob!~u@h INVITE cy #tea\r\n"));
    struct wire *wires[] = {s.al, s.bob, cy};
    world_end(s.world, wires, 3);
}

/* As through a cluster: several says are under way, each with its label, and
 * what others say comes between. */
static void
knows_them_late(void)
{
    struct scene s;
    begin(&s, 3, ENTER("al", "echo-message batch labeled-response"));
    world_hold(s.world);
    wire_send(s.al, "@label=1 PRIVMSG #tea :a\r\n@label=2 PRIVMSG #tea :b\r\n"
                    "@label=3 PRIVMSG #tea,nobody :c\r\n@label=4 PING x\r\n");
    wire_send(s.bob, "PRIVMSG #tea :d\r\n");
    for (int i = 0; i < 30; i++) {
        world_pass(s.world, 10);
        world_order(s.world, 1);
    }
    world_release(s.world);
    world_pass(s.world, 50);
    struct buf heard = {0};
    wire_read(s.al, SIZE_MAX, &heard);
    static const char *const in_order[] = {
        "@label=1 :al!",
        "@label=2 :al!",
        "@label=3 :liao.chat BATCH +1 labeled-response\r\n",
        "@batch=1 :al!",
        "@batch=1 :liao.chat 401 al nobody ",
        ":liao.chat BATCH -1\r\n",
        "@label=4 :liao.chat PONG liao.chat :x\r\n",
    };
    buf_add_byte(&heard, 0);
    const char *at = (const char *)heard.at;
    for (size_t i = 0; i < COUNT_OF(in_order); i++) {
        at = strstr(at, in_order[i]);
        CHECK(at != NULL);
    }
    CHECK(strstr((const char *)heard.at, "\n:bob!") != NULL);
    buf_finish(&heard);
    world_end(s.world, s.wires, 2);
}

/* Who asks for another set again and again, and reads nothing, is closed
 * before he costs much. */
static void
changes_for_ever(void)
{
    struct scene s;
    begin(&s, 4, ENTER("al", "server-time"));
    s.al->window = 0;
    for (int i = 0; i < 2000 && !s.al->is_closed; i++) {
        wire_send(s.al, i % 2 ? "CAP REQ :server-time\r\nPRIVMSG #tea :x\r\n"
                              : "CAP REQ :-server-time\r\n");
        wire_send(s.bob, "PRIVMSG #tea :y\r\n");
        world_pass(s.world, 2);
        forget(s.bob);
    }
    CHECK(s.al->is_closed || s.al->is_server_done);
    world_end(s.world, s.wires, 2);
}

/* -- random ----------------------------------------------------------------------- */

enum cap { TIME, TAGS, JOIN, ECHO, CAPS };

static const char *const names[CAPS] = {"server-time", "message-tags",
                                        "extended-join", "echo-message"};

#define SPEAKERS 3
#define SAYS_MOST 4096

struct changer {
    struct wire *wire;
    struct buf unread;
    bool has[CAPS];           /* by the last ACK that he read */
    bool asked[CAPS];         /* by the last REQ that he sent */
    unsigned said;            /* of his own words, so far */
    bool echoes[SAYS_MOST];   /* of these: it is to come back */
    unsigned read_own;        /* he has read his own words before this one */
    unsigned heard[SPEAKERS]; /* of each: how many of his words */
};

static void
ask(struct world *w, struct changer *c)
{
    char line[128] = "CAP REQ :";
    for (int i = 0; i < 2; i++) {
        enum cap cap = (enum cap)dice_below(&w->dice, CAPS);
        bool is_on = dice_is(&w->dice, 50);
        c->asked[cap] = is_on;
        strcat(line, is_on ? "" : "-");
        strcat(line, names[cap]);
        strcat(line, i == 0 ? " " : "\r\n");
    }
    wire_send(c->wire, line);
}

static void
speak(struct changer *c)
{
    char line[64];
    CHECK(c->said < SAYS_MOST);
    c->echoes[c->said] = c->asked[ECHO];
    snprintf(line, sizeof(line), "PRIVMSG #tea :%u\r\n", c->said++);
    wire_send(c->wire, line);
}

static void
on_ack(struct changer *c, struct span caps)
{
    while (caps.n > 0) {
        struct span word = span_word(&caps);
        bool is_off = span_starts(word, SPAN("-"));
        for (int i = 0; i < CAPS; i++) {
            if (span_equal(span_from(word, is_off ? 1 : 0), span_of(names[i])))
                c->has[i] = !is_off;
        }
    }
}

static void
on_said(struct changer *c, struct span who, struct span text)
{
    uint64_t number;
    CHECK(span_number(text, UINT32_MAX, &number));
    if (span_equal(who, SPAN("al"))) {
        while (c->read_own < c->said && !c->echoes[c->read_own])
            c->read_own++;
        CHECK(c->has[ECHO] && number == c->read_own);
        c->read_own++;
    } else {
        unsigned speaker = span_get(who, 1) - '0';
        CHECK(speaker < SPEAKERS && number == c->heard[speaker]);
        c->heard[speaker]++;
    }
}

static void
on_line(struct changer *c, struct span text)
{
    struct irc_line line;
    struct irc_tag tag;
    bool has_time = false, has_id = false;
    CHECK(wire_irc_parse(text, &line));
    struct span who = span_sub(line.source, 0, span_find(line.source, '!'));
    bool is_event = who.n < line.source.n;
    while (wire_irc_next_tag(&line.tags, &tag)) {
        has_time = has_time || span_equal(tag.key, SPAN("time"));
        has_id = has_id || span_equal(tag.key, SPAN("msgid"));
    }
    CHECK(has_time == (is_event && c->has[TIME]));
    CHECK(has_id == (is_event && c->has[TAGS]));
    if (span_equal(line.command, SPAN("JOIN")))
        CHECK(line.n == (c->has[JOIN] ? 3 : 1));
    else if (span_equal(line.command, SPAN("PRIVMSG")))
        on_said(c, who, line.parameters[1]);
    else if (span_equal(line.command, SPAN("CAP")) &&
             span_equal(line.parameters[1], SPAN("ACK")))
        on_ack(c, line.parameters[2]);
}

static void
read_lines(struct changer *c)
{
    wire_read(c->wire, SIZE_MAX, &c->unread);
    struct span rest = buf_span(&c->unread);
    size_t n;
    while ((n = span_find(rest, '\n')) < rest.n) {
        on_line(c, span_sub(rest, 0, n - 1));
        rest = span_from(rest, n + 1);
    }
    buf_drop_front(&c->unread, c->unread.n - rest.n);
}

static void
changes_in_mid_traffic(uint64_t seed)
{
    struct world *w = world_create(seed, NULL);
    struct changer al = {.wire = world_connect(w, SNIFF_PINNED_IRC)};
    struct wire *wires[SPEAKERS + 2] = {al.wire};
    unsigned said[SPEAKERS] = {0};
    char line[64];
    wire_send(al.wire, IRC_HELLO("al") "JOIN #tea\r\n");
    world_pass(w, 50);
    for (int i = 0; i < SPEAKERS; i++) {
        /* One has nc: in a track of another dialect. */
        bool is_nc = i == 0;
        wires[1 + i] =
            world_connect(w, is_nc ? SNIFF_PINNED_PLAIN : SNIFF_PINNED_IRC);
        wires[1 + i]->window = SIZE_MAX / 4;
        snprintf(line, sizeof(line),
                 is_nc ? "/nick s%d\n/join tea\n"
                       : "NICK s%d\r\nUSER u 0 * :r\r\nJOIN #tea\r\n",
                 i);
        wire_send(wires[1 + i], line);
        world_pass(w, 50);
    }
    struct wire *comer = wires[SPEAKERS + 1] =
        world_connect(w, SNIFF_PINNED_IRC);
    comer->window = SIZE_MAX / 4;
    wire_send(comer, IRC_HELLO("comer"));
    w->is_rough = true;
    if (seed % 3 == 0)
        world_hold(w);
    for (int step = 0; step < 1500; step++) {
        unsigned i = (unsigned)dice_below(&w->dice, SPEAKERS);
        switch (dice_below(&w->dice, 6)) {
        case 0:
            ask(w, &al);
            break;
        case 1:
            speak(&al);
            break;
        case 2:
            wire_send(comer, dice_is(&w->dice, 50) ? "JOIN #tea\r\n"
                                                   : "PART #tea\r\n");
            break;
        default:
            snprintf(line, sizeof(line),
                     i == 0 ? "%u\n" : "PRIVMSG #tea :%u\r\n", said[i]++);
            wire_send(wires[1 + i], line);
            break;
        }
        if (dice_is(&w->dice, 40))
            world_pass(w, dice_below(&w->dice, 5));
        if (seed % 3 == 0)
            world_order(w, dice_below(&w->dice, 4));
        if (dice_is(&w->dice, 60))
            read_lines(&al);
    }
    w->is_rough = false;
    world_release(w);
    for (int i = 0; i < 100; i++) {
        world_pass(w, 20);
        read_lines(&al);
    }
    for (int i = 0; i < SPEAKERS; i++)
        CHECK(al.heard[i] == said[i] && said[i] > 100);
    while (al.read_own < al.said && !al.echoes[al.read_own])
        al.read_own++;
    CHECK(al.read_own == al.said && al.unread.n == 0);
    CHECK(memcmp(al.has, al.asked, sizeof(al.has)) == 0);
    buf_finish(&al.unread);
    world_end(w, wires, COUNT_OF(wires));
}

int
main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t seeds = argc > 1 ? 1 : 12;
    hears_himself();
    knows_the_answers();
    watches_the_others();
    knows_them_late();
    changes_for_ever();
    for (uint64_t i = 0; i < seeds; i++) {
        printf("seed %llu\n", (unsigned long long)(seed + i));
        fflush(stdout);
        changes_in_mid_traffic(seed + i);
    }
    return 0;
}
