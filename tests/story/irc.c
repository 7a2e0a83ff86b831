/*
 * The story of IRC clients among people with nc: all sit in the same rooms,
 * and each finds it natural.
 *
 * The second half is random: IRC clients keep their lists of members from what
 * they read alone, as real ones do, while everybody comes, goes, renames and
 * kicks; at the end each list is what NAMES says.
 */
#include "support/irc_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All that he has read; cloaks, which nobody can foretell, as "@h". */
static struct buf
read_all(struct wire *wire)
{
    struct buf heard = {0}, out = {0};
    wire_read(wire, SIZE_MAX, &heard);
    struct span rest = buf_span(&heard);
    while (rest.n > 0) {
        if (span_starts(span_from(rest, 13), SPAN(".cloak")) &&
            span_starts(rest, SPAN("@"))) {
            buf_add(&out, SPAN("@h"));
            rest = span_from(rest, 19);
        } else {
            buf_add_byte(&out, span_get(rest, 0));
            rest = span_from(rest, 1);
        }
    }
    buf_finish(&heard);
    return out;
}

static bool
has_read(struct wire *wire, const char *words)
{
    struct buf heard = read_all(wire);
    bool is_it = span_equal(buf_span(&heard), span_of(words));
    if (!is_it)
        fprintf(stderr, "not\n%s\nbut\n%.*s\n", words,
                SPAN_ARG(buf_span(&heard)));
    buf_finish(&heard);
    return is_it;
}

/* -- told ----------------------------------------------------------------------- */

static void
talks_with_nc(void)
{
    struct world *w = world_create(1, NULL);
    struct wire *irc = world_connect(w, SNIFF_ANY);
    struct wire *nc = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *wires[] = {irc, nc};
    wire_send(nc, "/nick bob\n");
    world_pass(w, 50);
    wire_forget(nc);
    wire_send(irc,
              "CAP LS 302\r\n" IRC_HELLO("张三") "CAP END\r\nJOIN #lobby\r\n"
                                                 "PRIVMSG #lobby :你好\r\n"
                                                 "PING 1\r\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(irc, " 001 张三 :Welcome to liao, 张三\r\n"));
    CHECK(has_read(nc, "-- 张三 joined\n张三: 你好\n"));

    wire_send(irc, "PRIVMSG #lobby :\001ACTION 笑\001\r\n"
                   "PRIVMSG bob :psst\r\n"
                   "PRIVMSG bob :\001VERSION\001\r\n"
                   "PRIVMSG #lobby :\x03"
                   "04,12red\x03 and \x02"
                   "bold\x0f\r\n"
                   "NICK 张四\r\nTOPIC #lobby :tea\r\n");
    world_pass(w, 50);
    CHECK(has_read(nc, "* 张三 笑\n[张三 to you] psst\n"
                       "张三: red and bold\n"
                       "-- 张三 is now 张四\n"
                       "-- 张四 changed the topic to: tea\n"));
    CHECK(has_read(irc, ":张三!~u@h NICK 张四\r\n"
                        ":张四!~u@h TOPIC #lobby :tea\r\n"));

    wire_send(nc, "/me waves\n/msg 张四 hi\n\001VERSION\001\n/nick bobby\n"
                  "/away for tea\n");
    world_pass(w, 50);
    CHECK(has_read(irc, ":bob!~user@h PRIVMSG #lobby :\001ACTION waves\001\r\n"
                        ":bob!~user@h PRIVMSG 张四 :hi\r\n"
                        ":bob!~user@h PRIVMSG #lobby :VERSION\r\n"
                        ":bob!~user@h NICK bobby\r\n"));
    wire_forget(nc);
    wire_send(irc, "PRIVMSG bobby :there?\r\nPART #lobby :later\r\n"
                   "PRIVMSG #lobby :outside\r\n");
    world_pass(w, 50);
    CHECK(has_read(irc, ":liao.chat 301 张四 bobby :for tea\r\n"
                        ":张四!~u@h PART #lobby :later\r\n"
                        ":liao.chat 404 张四 #lobby :Cannot send to "
                        "channel\r\n"));
    CHECK(has_read(nc, "[张四 to you] there?\n-- 张四 left (later)\n"));
    world_end(w, wires, 2);
}

/* Everything in one write, before the first answer: as bots do. And PONG is
 * behind all that the lines before it caused. */
static void
pipelines_everything(void)
{
    struct world *w = world_create(2, NULL);
    struct wire *irc = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *wires[] = {irc};
    wire_send(irc, IRC_HELLO("al") "JOIN #a,#b\r\nMODE #a +m\r\nPART #b\r\n"
                                   "WHOIS al\r\nPING end\r\nQUIT :done\r\n");
    world_pass(w, 50);
    struct buf heard = read_all(irc);
    buf_add_byte(&heard, 0);
    static const char *const in_order[] = {" 001 al ",
                                           " 422 al ",
                                           ":al!~u@h JOIN #a\r\n",
                                           " 366 al #a ",
                                           ":al!~u@h JOIN #b\r\n",
                                           ":al!~u@h MODE #a +m\r\n",
                                           ":al!~u@h PART #b\r\n",
                                           " 319 al al :@#a\r\n",
                                           " 318 al al ",
                                           ":liao.chat PONG liao.chat :end\r\n",
                                           "ERROR :"};
    const char *at = (const char *)heard.at;
    for (size_t i = 0; i < COUNT_OF(in_order); i++) {
        at = strstr(at, in_order[i]);
        CHECK(at != NULL);
    }
    buf_finish(&heard);
    CHECK(irc->is_server_done);
    world_end(w, wires, 1);
}

/* Requests that come back late, as through a cluster: nothing is obeyed before
 * its turn, no answer overtakes another. */
static void
waits_for_the_order(void)
{
    struct world *w = world_create(3, NULL);
    struct wire *irc = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *wires[] = {irc};
    world_hold(w);
    wire_send(irc, IRC_HELLO("al") "JOIN #a\r\nPRIVMSG #a :x\r\nCAP LIST\r\n"
                                   "FOO\r\nPING end\r\n");
    for (int i = 0; i < 20; i++) {
        world_pass(w, 10);
        world_order(w, 1);
    }
    world_pass(w, 50);
    struct buf heard = read_all(irc);
    buf_add_byte(&heard, 0);
    CHECK(strstr((char *)heard.at,
                 ":al!~u@h JOIN #a\r\n"
                 ":liao.chat 353 al = #a :@al\r\n"
                 ":liao.chat 366 al #a :End of /NAMES list\r\n"
                 ":liao.chat CAP al LIST :\r\n"
                 ":liao.chat 421 al FOO :Unknown command\r\n"
                 ":liao.chat PONG liao.chat :end\r\n") != NULL);
    buf_finish(&heard);
    world_release(w);
    world_end(w, wires, 1);
}

/* A nick that somebody has: he is nobody until he takes another. */
static void
wants_a_nick_that_is_taken(void)
{
    struct world *w = world_create(4, NULL);
    struct wire *irc = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *nc = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *wires[] = {irc, nc};
    wire_send(nc, "/nick bob\n");
    world_pass(w, 50);
    wire_forget(nc);
    wire_send(irc, IRC_HELLO("BOB") "JOIN #lobby\r\nPING 1\r\n");
    world_pass(w, 50);
    CHECK(has_read(irc, ":liao.chat 433 * BOB :Nickname is already in use\r\n"
                        ":liao.chat 451 * :You have not registered\r\n"
                        ":liao.chat PONG liao.chat :1\r\n"));
    wire_send(nc, "/who\n/msg BOB hi\n");
    world_pass(w, 50);
    CHECK(has_read(nc, "-- people in lobby: 1 (bob)\n"
                       "[bob to you] hi\n[you to bob] hi\n"));
    wire_send(irc, "NICK rob\r\nJOIN #lobby\r\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(irc, ":liao.chat 001 rob :"));
    CHECK(has_read(nc, "-- rob joined\n"));
    world_end(w, wires, 2);
}

/* He was slow to speak and was greeted like a person; then he is a program. */
static void
is_slow_to_speak(void)
{
    struct world *w = world_create(5, NULL);
    struct wire *irc = world_connect(w, SNIFF_ANY);
    struct wire *wires[] = {irc};
    world_pass(w, 3000);
    CHECK(wire_has_heard(irc, "-- liao: you are guest1, in room lobby\n"));
    wire_send(irc, IRC_HELLO("al") "JOIN #lobby\r\nNAMES #lobby\r\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(irc, " 353 al = #lobby :al\r\n"));
    world_end(w, wires, 1);
}

/* Who begins and does not go on, goes. */
static void
never_registers(void)
{
    struct world *w = world_create(6, NULL);
    struct wire *irc = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *wires[] = {irc};
    wire_send(irc, "CAP LS 302\r\nNICK al\r\n");
    world_pass(w, 59000);
    CHECK(!irc->is_server_done);
    world_pass(w, 2000);
    CHECK(wire_has_heard(irc, "ERROR :Closing link: registration timed out"));
    CHECK(irc->is_server_done);
    world_end(w, wires, 1);
}

/* Who makes a room rules it, whatever he speaks. */
static void
rules_a_room(void)
{
    struct world *w = world_create(7, NULL);
    struct wire *al = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *bob = world_connect(w, SNIFF_PINNED_IRC);
    struct wire *nc = world_connect(w, SNIFF_PINNED_PLAIN);
    struct wire *wires[] = {al, bob, nc};
    wire_send(nc, "/nick nic\n/join den\n/mode +km sesame\n");
    world_pass(w, 50);
    wire_send(al, IRC_HELLO("al"));
    wire_send(bob, IRC_HELLO("bob") "JOIN #den\r\n");
    world_pass(w, 50);
    wire_forget(al);
    CHECK(wire_has_heard(bob, " 475 bob #den :"));
    wire_send(nc, "/invite al\n");
    world_pass(w, 50);
    CHECK(has_read(al, ":nic!~user@h INVITE al #den\r\n"));
    wire_send(al, "JOIN #den\r\nPRIVMSG #den :hi\r\nKICK #den nic\r\n");
    wire_send(bob, "JOIN #den sesame\r\n");
    world_pass(w, 50);
    CHECK(wire_has_heard(al, " 404 al #den :Cannot send to channel\r\n"
                             ":liao.chat 482 al #den :"));
    wire_send(nc, "/mode -m+v al\n/kick bob be nice\n/kick nobody\n");
    wire_forget(nc);
    wire_forget(bob);
    world_pass(w, 50);
    CHECK(has_read(al, ":nic!~user@h MODE #den -m+v al\r\n"
                       ":nic!~user@h KICK #den bob :be nice\r\n"));
    CHECK(has_read(bob, ":nic!~user@h MODE #den -m+v al\r\n"
                        ":nic!~user@h KICK #den bob :be nice\r\n"));
    CHECK(wire_has_heard(nc, "-- nobody is not in den\n"));
    world_end(w, wires, 3);
}

/* -- random ----------------------------------------------------------------------- */

#define PEOPLE 8
#define PROGRAMS 5 /* of them; the others have nc */
#define ROOMS 3

static const char *const rooms[ROOMS] = {"#a", "#b", "#c"};

static void
arrive(struct world *w, struct irc_model *p, bool is_program, unsigned number)
{
    char hello[128], nick[16];
    struct wire *wire =
        world_connect(w, is_program ? SNIFF_PINNED_IRC : SNIFF_PINNED_PLAIN);
    wire->window = SIZE_MAX / 4;
    snprintf(nick, sizeof(nick), "n%u", number);
    irc_model_init(p, wire, nick);
    if (is_program)
        snprintf(hello, sizeof(hello), "NICK %s\r\nUSER u 0 * :r\r\n", nick);
    else
        snprintf(hello, sizeof(hello), "/nick %s\n/leave lobby\n", nick);
    wire_send(wire, hello);
}

static void
do_something(struct world *w, struct irc_model *p,
             const struct irc_model *other, bool is_program, unsigned *number)
{
    const char *room = rooms[dice_below(&w->dice, ROOMS)];
    char line[256];
    switch (dice_below(&w->dice, 8)) {
    case 0:
    case 1:
        snprintf(line, sizeof(line), is_program ? "JOIN %s\r\n" : "/join %s\n",
                 room);
        break;
    case 2:
        snprintf(line, sizeof(line),
                 is_program ? "PART %s :x\r\n" : "/leave %s\n", room);
        break;
    case 3:
        snprintf(line, sizeof(line),
                 is_program ? "NICK n%u\r\n" : "/nick n%u\n", ++*number);
        break;
    case 4:
        if (is_program)
            snprintf(line, sizeof(line), "KICK %s %s :y\r\n", room,
                     other->nick);
        else
            snprintf(line, sizeof(line), "/kick %s\n", other->nick);
        break;
    case 5:
        if (is_program)
            snprintf(line, sizeof(line), "MODE %s +o %s\r\n", room,
                     other->nick);
        else
            snprintf(line, sizeof(line), "/mode +o %s\n", other->nick);
        break;
    default:
        if (is_program)
            snprintf(line, sizeof(line), "PRIVMSG %s :你好\r\n", room);
        else
            snprintf(line, sizeof(line), "hello\n");
        break;
    }
    wire_send(p->wire, line);
}

/* Gone, one way or the other, and another one in his place. */
static void
replace(struct world *w, struct irc_model *p, bool is_program, unsigned *number)
{
    if (dice_is(&w->dice, 50))
        wire_reset(p->wire);
    else
        wire_send(p->wire, is_program ? "QUIT :z\r\n" : "q\n");
    world_pass(w, 3000);
    wire_hang_up(p->wire);
    world_pass(w, 3000);
    CHECK(p->wire->is_closed);
    wire_free(p->wire);
    irc_model_finish(p);
    arrive(w, p, is_program, ++*number);
}

static void
keeps_its_list_of_members(uint64_t seed)
{
    struct world *w = world_create(seed, NULL);
    struct irc_model people[PEOPLE];
    unsigned number = 100;
    w->is_rough = true;
    for (int i = 0; i < PEOPLE; i++)
        arrive(w, &people[i], i < PROGRAMS, ++number);
    for (int step = 0; step < 400; step++) {
        int i = (int)dice_below(&w->dice, PEOPLE);
        const struct irc_model *other = &people[dice_below(&w->dice, PEOPLE)];
        if (dice_is(&w->dice, 3))
            replace(w, &people[i], i < PROGRAMS, &number);
        else
            do_something(w, &people[i], other, i < PROGRAMS, &number);
        if (dice_is(&w->dice, 30))
            world_pass(w, dice_below(&w->dice, 20));
        for (int k = 0; k < PROGRAMS; k++)
            irc_model_read(&people[k], SIZE_MAX);
    }
    w->is_rough = false;
    world_pass(w, 1000);
    for (int k = 0; k < PROGRAMS; k++)
        irc_model_compare(&people[k]);
    for (int i = 0; i < PEOPLE; i++)
        wire_reset(people[i].wire);
    world_pass(w, 3000);
    world_destroy(w);
    for (int i = 0; i < PEOPLE; i++) {
        wire_free(people[i].wire);
        irc_model_finish(&people[i]);
    }
}

int
main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t seeds = argc > 1 ? 1 : 12;
    talks_with_nc();
    pipelines_everything();
    waits_for_the_order();
    wants_a_nick_that_is_taken();
    is_slow_to_speak();
    never_registers();
    rules_a_room();
    for (uint64_t i = 0; i < seeds; i++) {
        printf("seed %llu\n", (unsigned long long)(seed + i));
        fflush(stdout);
        keeps_its_list_of_members(seed + i);
    }
    return 0;
}
