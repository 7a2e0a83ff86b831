"""What others read is text: no telnet, no controls, no addresses."""
import re

import pytest

from test_liaod_bad_input import read_so_far

IAC, DONT, DO, WONT, WILL, SB, SE = 255, 254, 253, 252, 251, 250, 240
ECHO, SGA, TTYPE, NAWS, LINEMODE = 1, 3, 24, 31, 34

# Whatever may do something to a terminal, or to what stands beside it.
UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u2028\u2029"
                     "\u202a-\u202e\u2066-\u2069]")
NASTY = {
    "colour": "\x1b[31mred\x1b[0m", "title": "\x1b]0;owned\x07",
    "bell": "a\x07b", "back": "a\x08\x08b", "cr": "a\rb", "vt": "a\x0bb",
    "ff": "a\x0cb", "del": "a\x7fb", "so": "a\x0eb\x0f", "csi": "a\x9b31mb",
    "nel": "a\x85b", "apc": "a\x9fb\x9c", "rlo": "a\u202eb",
    "rli": "a\u2067b\u2069", "alm": "a\u061cb", "line": "a\u2028b",
    "paragraph": "a\u2029b",
}


# --- telnet ------------------------------------------------------------------

def telnet_opening():
    return bytes([IAC, DO, SGA, IAC, WILL, TTYPE, IAC, WILL, NAWS, IAC, WILL,
                  LINEMODE, IAC, DO, ECHO])


def answers_in(heard):
    return re.findall(rb"\xff[\xfb-\xfe].", heard, re.S)


def test_telnet_is_refused_politely_and_never_shown(hub):
    bob = hub.join("bob")
    alice = hub.connect()
    alice.say(telnet_opening() + b"hello\r\n")
    assert bob.expect("^guest2: .*\n").endswith("guest2: hello\n")
    while b"leaves\n" not in alice.heard:
        assert alice.hear(5)
    assert answers_in(alice.heard) == [
        bytes([IAC, WONT, SGA]), bytes([IAC, DONT, TTYPE]),
        bytes([IAC, DONT, NAWS]), bytes([IAC, DONT, LINEMODE]),
        bytes([IAC, WONT, ECHO])]


def test_telnet_cut_anywhere_between_reads_is_not_shown(hub):
    bob = hub.join("bob")
    whole = b"one" + bytes([IAC, SB, NAWS, 0, 80, 0, 24, IAC, SE]) + b"two" + \
        bytes([IAC, WILL, ECHO, IAC, IAC]) + b"\r\n"
    alice = hub.join("alice")
    for cut in range(1, len(whole)):
        alice.say(whole[:cut])
        read_so_far(bob)
        alice.say(whole[cut:])
        bob.expect("^alice: onetwo\ufffd\n")


def test_telnet_within_a_later_line_is_not_shown(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    alice.say(b"a" + bytes([IAC, DO, ECHO]) + b"b" + bytes([IAC, 241]) +
              b"c\n")
    bob.expect("^alice: abc\n")


def test_telnet_that_asks_for_ever_is_not_answered_for_ever(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    for _ in range(100):
        alice.say(bytes([IAC, DO, ECHO]) * 1000)
    alice.line("enough")
    bob.expect("^alice: enough\n")
    alice.line("/rooms")
    while b"-- rooms" not in alice.heard:
        assert alice.hear(5)
    assert len(answers_in(alice.heard)) < 1000


def test_one_who_types_key_by_key_is_read_in_lines(hub):
    bob = hub.join("bob")
    alice = hub.connect()
    alice.say(telnet_opening())
    for key in "héllo\r\n".encode():
        read_so_far(bob)
        alice.say(bytes([key]))
    bob.expect("^guest2: héllo\n")


# --- controls ----------------------------------------------------------------

@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_no_control_reaches_anybody_by_any_way(start_hub, nasty):
    hub = start_hub("--listen", "plain://127.0.0.1:0",
                    "--listen", "lab://127.0.0.1:0", "--log-level", "debug")
    alice, bob = hub.join("alice"), hub.join("bob")
    student = hub.connect(at=1)
    bob.expect("joined\n")
    bob.answer("/join tea", "^-- you are now talking in tea")
    bob.answer("/join lobby", "^-- you are now talking in lobby")
    for words in "{}", "/me {}", "/msg bob {}", "/nick {}", "/nick a{}", \
            "/msg {} hi", "/join {}", "/who {}", "/leave {}", "/topic {}", \
            "/topic", "/{}", "//{}", "/help {}":
        alice.line(words.format(nasty))
    late = hub.join("late")     # is shown the topic
    alice.line(f"/quit {nasty}")
    bob.expect(r"^-- alice left \(.*\)\n")
    bob.line("marker")
    student.expect("marker")
    heard = {
        "himself": alice.until_end(),
        "bob": bob.answer("/rooms", "^-- rooms.*\n"),
        "late": late.expect("^bob: marker\n"),
    }
    for who, text in heard.items():
        assert not UNCLEAN.search(text), (who, text)
    hub.stop()
    assert not UNCLEAN.search(hub.log())


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_no_control_of_a_lab_burst_reaches_anybody(start_hub, nasty):
    hub = start_hub("--listen", "lab://127.0.0.1:0",
                    "--listen", "plain://127.0.0.1:0")
    bob = hub.join("bob", at=1)
    one = hub.connect()
    bob.expect("joined\n")
    two = hub.connect()
    bob.expect("joined\n")
    one.say("first")
    two.expect("first")
    one.say(f"<{nasty}>")
    assert not UNCLEAN.search(two.expect(">"))
    assert not UNCLEAN.search(bob.expect("^guest2: <.*>\n"))


def test_a_control_split_between_two_reads_is_cleaned_too(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    for nasty in NASTY.values():
        whole = f"<{nasty}>\n".encode()
        for cut in range(1, len(whole)):
            alice.say(whole[:cut])
            read_so_far(bob)
            alice.say(whole[cut:])
            assert not UNCLEAN.search(bob.expect("^alice: <.*>\n")[:-1])


def test_the_servers_own_words_cannot_be_said(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    for forged in "-- bob left", "bob: hi", "[bob to you] hi", "* bob waves", \
            "server: hi":
        alice.line(forged)
        bob.expect(f"^alice: {re.escape(forged)}\n")


# --- addresses ---------------------------------------------------------------

def test_no_address_is_shown_to_anybody(start_hub):
    hub = start_hub("--proxy-from", "127.0.0.1")
    bob = hub.join("bob")
    heard = ""
    for i, end in enumerate(["q\n", "/quit bye\n", None]):
        alice = hub.connect()
        alice.say(f"PROXY TCP4 203.0.113.77 127.0.0.1 {48123 + i} 63434\r\n"
                  "hello\n")
        heard += bob.expect(r"^guest\d+: hello\n")
        heard += bob.answer("/who", "^-- people.*\n")
        if end:
            alice.say(end)
        else:
            alice.vanish()
        heard += bob.expect(r"^-- guest\d+ left.*\n")
    assert "203.0.113.77" in hub.log()
    assert not re.search(r"203|113\.77|4812\d|127\.0|::1", heard), heard
