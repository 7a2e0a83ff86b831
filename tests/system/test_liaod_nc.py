"""What people get who come with nc, and every command that they can type."""
import re
import time
import unicodedata

import pytest

GREETING = r"^-- .* you are (guest\d+), in room lobby.*\n.*leaves$\n"


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in line)


def assert_fits_one_screen(text):
    lines = text.splitlines()
    assert len(lines) <= 24, text
    assert all(width(line) <= 80 for line in lines), text


# --- the real nc -------------------------------------------------------------

def test_nc_is_greeted_within_two_seconds_on_one_screen(hub, nc):
    start = time.monotonic()
    screen = nc(hub).expect(GREETING)
    assert time.monotonic() - start < 2
    assert_fits_one_screen(screen)


def test_the_greeting_fits_one_screen_with_a_crowd_of_long_names(hub, nc):
    crowd = [hub.join("n" * 29 + chr(ord("a") + i)) for i in range(25)]
    crowd[0].answer("/topic " + "long " * 78, "^-- the topic of lobby is: .*\n")
    late = nc(hub)
    late.line("")
    screen = late.expect(GREETING)
    screen += late.answer("/topic", "^-- the topic of lobby is: .*\n")
    rows = sum(-(-width(line) // 80) for line in screen.splitlines())
    assert rows <= 24, screen


def test_nc_talks_before_choosing_a_name(hub, nc):
    bob = hub.join("bob")
    alice = nc(hub)
    alice.line("hello 你好 🙂")
    bob.expect(r"^-- guest\d+ joined\nguest\d+: hello 你好 🙂\n")
    bob.line("welcome")
    alice.expect("^bob: welcome\n")


def test_two_nc_talk_and_nothing_is_echoed_twice(hub, nc):
    alice, bob = nc(hub), nc(hub)
    alice.line("/nick alice")
    alice.expect("^-- you are now alice\n")
    bob.line("/nick bob")
    bob.expect("^-- you are now bob\n")
    alice.line("one")
    alice.line("two")
    bob.expect("^alice: one\nalice: two\n")
    bob.line("three")
    heard = alice.expect("^bob: three\n")
    assert "one" not in heard and "two" not in heard
    heard = bob.answer("/rooms", "^-- rooms: .*\n")
    assert "three" not in heard and "alice: " not in heard


def test_q_alone_makes_nc_leave(hub, nc):
    bob = hub.join("bob")
    alice = nc(hub)
    alice.answer("/nick alice", "^-- you are now alice\n")
    alice.line("q")
    alice.expect("^-- bye\n")
    bob.expect("^-- alice left\n")
    alice.say_no_more()
    assert alice.end() == 0


def test_ctrl_d_at_nc_leaves_after_all_was_answered(hub, nc):
    bob = hub.join("bob")
    alice = nc(hub, "-N")
    alice.say("hi\n/who\n/nick alice\nthe last line has no newline")
    alice.say_no_more()
    heard = alice.until_end()
    assert alice.end() == 0
    assert re.search(r"^-- people in lobby: 2 \(bob, guest\d+\)$", heard, re.M)
    assert re.search("^-- you are now alice$", heard, re.M)
    bob.expect(r"^guest\d+: hi\n-- guest\d+ is now alice\n"
               "alice: the last line has no newline\n-- alice left\n")


def test_a_single_unfinished_line_of_nc_counts(hub, nc):
    bob = hub.join("bob")
    alice = nc(hub, "-N")
    alice.say("no newline at all")
    alice.say_no_more()
    bob.expect(r"^guest\d+: no newline at all\n-- guest\d+ left\n")
    alice.until_end()


def test_an_nc_that_is_killed_leaves(hub, nc):
    bob = hub.join("bob")
    alice = nc(hub)
    alice.answer("/nick alice", "^-- you are now alice\n")
    alice.process.kill()
    bob.expect("^-- alice left")


def test_nc_joins_over_ipv6(start_hub, nc):
    hub = start_hub("--listen", "tcp://[::1]:0")
    nc(hub).answer("/nick alice", "^-- you are now alice\n")


# --- commands ---------------------------------------------------------------

def test_help_has_fifteen_lines_at_most_and_names_every_command(hub):
    alice = hub.join()
    alice.line("/help")
    alice.line("/who")
    text = alice.expect("^-- people in .*\n").rpartition("-- people")[0]
    assert len(text.splitlines()) <= 15
    assert_fits_one_screen(text)
    for word in "/nick /me /msg /who /rooms /join /leave /topic /help " \
                "/quit // q".split():
        assert re.search(rf"(?<!\w){re.escape(word)}(?![a-z])", text), word
    assert all(line.startswith("-- ") for line in text.splitlines())


def test_nick_is_announced_once_to_the_others(hub):
    alice, bob = hub.join(), hub.join("bob")
    alice.expect("^-- guest2 is now bob\n")
    alice.answer("/nick alice", "^-- you are now alice\n")
    bob.expect("^-- guest1 is now alice\n")
    alice.line("x")
    assert bob.expect("^alice: x\n") == "alice: x\n"


@pytest.mark.parametrize("nick, answer", [
    ("bob", "somebody else is called bob"),
    ("BOB", "somebody else is called BOB"),
    ("ｂｏｂ", "somebody else is called"),
    ("n" * 31, r"too long \(characters at most: 30\)"),
    ("a,b", "cannot be a name"),
    ("a:b", "cannot be a name"),
    ("a@b", "cannot be a name"),
    (":alice", "cannot begin"),
    ("--", "cannot begin"),
    ("*alice", "cannot begin"),
    ("(1.2.3.4,5)", "cannot begin"),
    ("[lobby]", "cannot begin"),
    ("9lives", "cannot begin"),
    ("server", "server's own"),
    ("SERVER", "server's own"),
    ("服务器", "server's own"),
    ("guest99", "server's own"),
    ("аlice", "several scripts"),     # the first letter is Cyrillic
    ("two words", "usage: /nick NAME"),
    ("", "usage: /nick NAME"),
    ("a\x1b[31m", "cannot be a name"),
    ("a\u202eb", "cannot be a name"),
    ("a\u200bb", "cannot be a name"),
    ("\u200b", "cannot be a name"),
])
def test_a_bad_nick_is_refused_with_a_reason(hub, nick, answer):
    hub.join("bob")
    alice = hub.join("alice")
    heard = alice.answer(f"/nick {nick}", f"^-- .*{answer}.*\n")
    assert "\x1b" not in heard and "\u202e" not in heard
    alice.answer("/who", r"^-- people in lobby: 2 \(bob, alice\)\n")


@pytest.mark.parametrize("nick", ["爱丽丝", "Zoë", "Ольга", "علي", "a_b-c.d",
                                  "n" * 30, "グエン太郎"])
def test_a_good_nick_is_taken(hub, nick):
    bob, alice = hub.join("bob"), hub.join()
    alice.answer(f"/nick {nick}", f"^-- you are now {re.escape(nick)}\n")
    bob.expect(f" is now {re.escape(nick)}\n")
    bob.answer("/who", rf"^-- people in lobby: 2 \(bob, {re.escape(nick)}\)\n")


def test_a_nick_is_free_again_when_its_owner_left(hub):
    first, second = hub.join("alice"), hub.join()
    first.line("q")
    first.until_end()
    second.answer("/nick alice", "^-- you are now alice\n")


def test_me_is_an_action(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    alice.line("/me waves")
    bob.expect(r"^\* alice waves\n")


def test_msg_reaches_one_person_and_is_confirmed(hub):
    alice, bob, carol = hub.join("alice"), hub.join("bob"), hub.join("carol")
    alice.answer("/msg BOB psst, 你好", r"^\[you to bob\] psst, 你好\n")
    bob.expect(r"^\[alice to you\] psst, 你好\n")
    alice.line("aloud")
    assert "psst" not in carol.expect("^alice: aloud\n")


def test_msg_to_oneself_arrives(hub):
    alice = hub.join("alice")
    alice.line("/msg alice note")
    heard = alice.answer("/who", "^-- people .*\n")
    assert "[alice to you] note\n" in heard
    assert "[you to alice] note\n" in heard


def test_who_counts_and_names_the_members(hub):
    alice, _ = hub.join("alice"), hub.join("bob")
    alice.answer("/who", r"^-- people in lobby: 2 \(alice, bob\)\n")
    alice.answer("/who lobby", r"^-- people in lobby: 2 \(alice, bob\)\n")
    alice.answer("/who LOBBY", r"^-- people in lobby: 2 \(alice, bob\)\n")


def test_rooms_are_listed_with_their_members(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    alice.answer("/join tea", "^-- you are now talking in tea\n")
    heard = bob.answer("/rooms", r"^-- rooms: 2 \(.*\)\n")
    assert "lobby: 2" in heard and "tea: 1" in heard


def test_a_room_that_the_last_one_left_is_gone(hub):
    alice = hub.join("alice")
    alice.answer("/join tea", "^-- you are now talking in tea\n")
    alice.answer("/leave", "^-- you left tea.*\n")
    alice.answer("/rooms", r"^-- rooms: 1 \(lobby: 1\)\n")


def test_members_of_two_rooms_read_which_room_and_of_one_the_bare_form(hub):
    alice, bob, carol = hub.join("alice"), hub.join("bob"), hub.join("carol")
    alice.answer("/join tea", "^-- you are now talking in tea\n")
    bob.answer("/join tea", r"^-- you are now talking in tea; here: alice\n")
    alice.expect(r"^-- \[tea\] bob joined\n")

    alice.line("oolong?")
    bob.expect(r"^\[tea\] alice: oolong\?\n")
    carol.line("hello all")
    bob.expect(r"^\[lobby\] carol: hello all\n")
    alice.expect(r"^\[lobby\] carol: hello all\n")
    bob.answer("/join lobby", "^-- you are now talking in lobby.*\n")
    bob.line("here again")
    alice.expect(r"^\[lobby\] bob: here again\n")
    heard = carol.expect("^bob: here again\n")
    assert "oolong" not in heard and "[" not in heard

    bob.answer("/leave tea", "^-- you left tea.*\n")
    alice.expect(r"^-- \[tea\] bob left\n")
    carol.line("bare again")
    bob.expect("^carol: bare again\n")
    alice.expect(r"^\[lobby\] carol: bare again\n")
    alice.line("/me pours")
    alice.line("/rooms")
    heard = alice.expect("^-- rooms: .*\n")
    assert "pours" not in heard


def test_in_two_rooms_a_nick_and_a_quit_are_told_once(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    for someone in alice, bob:
        someone.answer("/join tea", "^-- you are now talking in tea.*\n")
    alice.answer("/nick alicia", "^-- you are now alicia\n")
    alice.line("/quit see you")
    alice.until_end()
    bob.line("/who")
    heard = bob.expect("^-- people in tea: 1 .*\n")
    assert heard.count("-- alice is now alicia\n") == 1
    assert heard.count("-- alicia left (see you)\n") == 1


def test_a_room_may_be_written_with_a_hash_and_in_any_script(hub):
    alice = hub.join("alice")
    alice.answer("/join #茶", "^-- you are now talking in 茶\n")
    alice.answer("/leave 茶", "^-- you left 茶.*\n")


def test_one_who_left_every_room_is_told_how_to_talk_again(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    alice.answer("/leave", "^-- you left lobby.*\n")
    bob.expect("^-- alice left\n")
    for line in "hello?", "/who", "/topic", "/topic x", "/leave", "/me x":
        alice.answer(line, "^-- you are in no room; /join lobby\n")
    alice.answer("/join lobby", "^-- you are now talking in lobby; here: bob\n")
    alice.line("back")
    assert "hello?" not in bob.expect("^alice: back\n")


def test_a_topic_is_set_read_and_shown_to_newcomers(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    alice.answer("/topic", r"^-- lobby has no topic; /topic TEXT sets one\n")
    alice.answer("/topic tea time", "^-- the topic of lobby is: tea time\n")
    bob.expect("^-- alice changed the topic to: tea time\n")
    bob.answer("/topic", "^-- the topic of lobby is: tea time\n")
    late = hub.connect()
    late.line("")
    late.expect("^-- the topic of lobby is: tea time\n")


def test_quit_says_goodbye_and_gives_the_reason(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    alice.line("/quit 晚安 good night")
    assert alice.until_end().endswith("-- bye\n")
    bob.expect(r"^-- alice left \(晚安 good night\)\n")


def test_q_leaves_only_alone_on_its_line(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    for line in "qq", "q ?", " q", "Q":
        alice.line(line)
        bob.expect(f"^alice: {re.escape(line)}\n")
    alice.say("q\r\n")
    bob.expect("^-- alice left\n")


def test_two_slashes_say_one(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    alice.line("//nick is a command")
    bob.expect("^alice: /nick is a command\n")
    alice.line("//")
    bob.expect("^alice: /\n")


@pytest.mark.parametrize("line", [
    "/hunter2 is my password", "/NICK", "/nickbob", "/", "/ hello", "/me2",
    "/密码", "/q",
])
def test_an_unknown_command_is_never_said_aloud(hub, line):
    alice, bob = hub.join("alice"), hub.join("bob")
    word = re.escape(line.split()[0])
    alice.answer(line, f"^-- there is no command {word}, so this was not said")
    alice.line("marker")
    assert bob.expect("^alice: marker\n") == "alice: marker\n"


@pytest.mark.parametrize("line, answer", [
    ("/me", "usage: /me TEXT"),
    ("/me  ", "usage: /me TEXT"),
    ("/msg", "usage: /msg NAME TEXT"),
    ("/msg bob", "usage: /msg NAME TEXT"),
    ("/msg nobody hi", "there is nobody called nobody"),
    ("/who nowhere", "there is no room nowhere; /rooms lists them"),
    ("/who a b", r"usage: /who \[ROOM\]"),
    ("/rooms all", "usage: /rooms"),
    ("/join", r"usage: /join ROOM \[PASSWORD\]"),
    ("/join a b c", r"usage: /join ROOM \[PASSWORD\]"),
    ("/join a,b", "a,b cannot be a room's name"),
    ("/join " + "r" * 51, "r+ cannot be a room's name"),
    ("/leave nowhere", "there is no room nowhere; /rooms lists them"),
    ("/leave a b", r"usage: /leave \[ROOM\]"),
    ("/topic " + "t" * 391, r"that topic is too long \(bytes at most: 390\)"),
    ("/help me", "usage: /help"),
    ("/me " + "x" * 5000, r"that command is too long \(bytes at most: 4096\)"),
])
def test_a_command_used_wrongly_gets_a_clear_answer_and_is_not_said(
        hub, line, answer):
    alice, bob = hub.join("alice"), hub.join("bob")
    alice.answer(line, f"^-- {answer}")
    alice.line("marker")
    assert bob.expect("^alice: marker\n") == "alice: marker\n"


def test_leaving_a_room_that_one_is_not_in_is_refused(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    bob.answer("/join tea", "^-- you are now talking in tea\n")
    alice.answer("/leave tea", "^-- you are not in tea\n")


def test_one_person_can_be_in_twenty_rooms(hub):
    alice = hub.join("alice")
    for i in range(2, 21):
        alice.answer(f"/join room{i}", f"^-- you are now talking in room{i}\n")
    alice.answer("/join more",
                 r"^-- you are in too many rooms \(at most: 20\)")


# --- listeners ---------------------------------------------------------------

def test_a_silent_connection_is_greeted_but_nobody_sees_it(hub):
    bob = hub.join("bob")
    silent = hub.connect()
    start = time.monotonic()
    silent.expect(GREETING)
    assert 1.2 < time.monotonic() - start < 4
    heard = bob.answer("/who", r"^-- people in lobby: 1 \(bob\)\n")
    heard += bob.answer("/rooms", r"^-- rooms: 1 \(lobby: 1\)\n")
    assert "guest2" not in heard
    bob.line("anybody there?")
    silent.expect(r"^bob: anybody there\?\n")
    silent.line("yes")
    assert bob.expect("^guest2: yes\n").startswith("-- guest2 joined\n")


@pytest.mark.parametrize("goodbye", ["", "q\n", "/quit\n"],
                         ids=["hang-up", "q", "quit"])
def test_one_who_leaves_before_his_first_line_is_not_announced(hub, goodbye):
    bob, carol = hub.join("bob"), hub.join("carol")
    silent = hub.connect()
    silent.expect(GREETING)
    silent.say(goodbye)
    silent.say_no_more()
    silent.until_end()
    carol.line("marker")
    heard = bob.expect("^carol: marker\n")
    assert "guest3" not in heard and "left" not in heard


def test_one_who_comes_only_to_say_q_is_not_announced(hub):
    bob, carol = hub.join("bob"), hub.join("carol")
    short = hub.connect()
    short.say("q\n")
    assert "-- bye\n" in short.until_end()
    carol.line("marker")
    assert "guest3" not in bob.expect("^carol: marker\n")


def test_an_empty_line_makes_one_a_member_and_is_not_said(hub):
    bob = hub.join("bob")
    alice = hub.connect()
    alice.line("")
    bob.expect("^-- guest2 joined\n")
    alice.say("\n\r\n   \n\t\n")
    alice.line("x")
    assert bob.expect("^guest2: x\n") == "guest2: x\n"
