"""How many may come, from where, and how the others are told."""
import ipaddress
import re
import struct

import pytest

from talk import wait_for

FULL = r"^-- the room is full \(people at most: {}\); please come back later\n"
TOO_MANY = r"-- too many connections come from your address " \
    r"\(at most: {}\)"


# --- --max-clients -----------------------------------------------------------

def test_at_max_clients_the_next_is_told_and_closed(start_hub):
    hub = start_hub("--max-clients", "2")
    alice, bob = hub.join("alice"), hub.join("bob")
    carol = hub.connect()
    carol.line("let me in")
    assert re.fullmatch(FULL.format(2), carol.until_end())
    alice.line("marker")
    assert bob.expect("^alice: marker\n") == "alice: marker\n"


def test_at_max_clients_a_silent_one_is_told_when_he_would_be_greeted(
        start_hub):
    hub = start_hub("--max-clients", "1")
    hub.join("alice")
    assert re.fullmatch(FULL.format(1), hub.connect().until_end())


def test_at_max_clients_a_listener_has_a_seat_too(start_hub):
    hub = start_hub("--max-clients", "1")
    silent = hub.connect()
    silent.expect("^-- .* you are guest1")
    late = hub.connect()
    late.line("hi")
    assert re.fullmatch(FULL.format(1), late.until_end())


@pytest.mark.parametrize("listen", ["tcp", "lab"])
def test_at_max_clients_a_lab_client_is_told_in_its_words(start_hub, listen):
    hub = start_hub("--max-clients", "1", "--listen", "tcp://127.0.0.1:0",
                    "--listen", f"{listen}://127.0.0.1:0")
    hub.join("alice")
    student = hub.connect(at=1)
    if listen == "tcp":
        student.say("我来了")
    words = student.until_end()
    assert "聊天室已满" in words and "1人" in words
    assert not words.endswith("\n")


def test_at_max_clients_one_who_leaves_makes_room_at_once(start_hub):
    hub = start_hub("--max-clients", "2")
    alice = hub.join("alice")
    for i in range(5):
        bob = hub.join(f"bob{i}")
        bob.line("q")
        bob.expect("^-- bye\n")
        # and keeps his end open
        alice.expect(f"^-- bob{i} left\n")


def test_at_max_clients_64_more_may_be_unknown_and_no_more(start_hub):
    hub = start_hub("--max-clients", "1")
    hub.join("alice")
    unknown = [hub.connect() for _ in range(65)]
    assert re.fullmatch(FULL.format(1), unknown[64].until_end(1.4))
    assert not unknown[63].hear(0.01)
    for someone in unknown:
        someone.close()


# --- PROXY and --per-source --------------------------------------------------

def v1(source, port=5000):
    family, to = ("TCP6", "::1") if ":" in source else ("TCP4", "127.0.0.1")
    return f"PROXY {family} {source} {to} {port} 63434\r\n".encode()


def v2(source, port=5000):
    address = ipaddress.ip_address(source).packed
    family = 0x11 if len(address) == 4 else 0x21
    body = address + bytes(len(address)) + struct.pack(">HH", port, 63434)
    return b"\r\n\r\n\0\r\nQUIT\n\x21" + struct.pack(">BH", family,
                                                     len(body)) + body


@pytest.fixture
def behind_proxy(start_hub):
    """A liaod that believes this machine's proxies."""
    return lambda *more: start_hub("--proxy-from", "127.0.0.1", *more)


def greeted_and_refused(crowd, most):
    """Which is which: threads do not look at them in the order in which they
    came."""
    answers = [(one, one.expect("^-- .*\n")) for one in crowd]
    greeted = [one for one, words in answers if "you are guest" in words]
    refused = [one for one, words in answers
               if re.fullmatch(TOO_MANY.format(most) + "\n", words)]
    assert len(greeted) + len(refused) == len(crowd), answers
    return greeted, refused


def come(hub, header, say="\n", at=0):
    member = hub.connect(at)
    member.say(header)
    member.say(say)
    return member


@pytest.mark.parametrize("header", [v1, v2], ids=["v1", "v2"])
@pytest.mark.parametrize("source, shown", [
    ("203.0.113.7", "203.0.113.7:5000"),
    ("2001:db8::7", "[2001:db8::7]:5000"),
])
def test_a_trusted_proxy_tells_whom_it_speaks_for(
        behind_proxy, header, source, shown):
    hub = behind_proxy()
    bob = hub.join("bob")
    alice = come(hub, header(source), "hello\n")
    bob.expect("^guest2: hello\n")
    hub.expect_complaint(re.escape(shown) + " connected, as guest2")
    heard = bob.answer("/who", "^-- people in lobby: 2 .*\n")
    assert source not in heard
    alice.line("q")
    bob.expect("^-- guest2 left\n")


@pytest.mark.parametrize("header", [v1, v2], ids=["v1", "v2"])
def test_a_header_may_come_byte_by_byte(behind_proxy, header):
    hub = behind_proxy()
    alice = hub.connect()
    for byte in header("203.0.113.7") + b"hi\n":
        alice.say(bytes([byte]))
    alice.expect("^-- .* you are guest1")
    hub.expect_complaint("203.0.113.7:5000 connected")


@pytest.mark.parametrize("header", [
    b"PROXY UNKNOWN\r\n",
    b"\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00",     # LOCAL: its own health check
], ids=["v1 UNKNOWN", "v2 LOCAL"])
def test_a_proxy_may_speak_for_itself(behind_proxy, header):
    hub = behind_proxy()
    come(hub, header).expect("^-- .* you are guest1")
    hub.expect_complaint("127.0.0.1:[0-9]+ connected, as guest1")


def test_a_proxy_may_send_no_header(behind_proxy):
    hub = behind_proxy()
    hub.join("alice")


def test_on_lab_the_address_that_the_proxy_tells_is_shown(behind_proxy):
    hub = behind_proxy("--listen", "lab://127.0.0.1:0")
    one = hub.connect()
    one.say(v1("203.0.113.7"))
    hub.expect_complaint("203.0.113.7:5000 connected")
    two = hub.connect()
    two.say(v2("203.0.113.8", 6000))
    hub.expect_complaint("203.0.113.8:6000 connected")
    two.say("hi")
    assert one.expect("hi") == "(203.0.113.8,6000):hi"


def test_a_header_from_anybody_else_is_refused(start_hub):
    hub = start_hub("--proxy-from", "192.0.2.0/24")
    for header in v1, v2:
        liar = come(hub, header("203.0.113.7"), "hello\n")
        liar.expect("^-- this looks like a PROXY header that is broken or "
                    "not expected here")
        hub.expect_complaint(f"127.0.0.1:{liar.port} refused: it speaks a "
                             "PROXY header")
    assert "203.0.113.7" not in hub.log()


@pytest.mark.parametrize("header", [
    b"PROXY TCP4 999.0.0.1 127.0.0.1 1 2\r\n",
    b"PROXY TCP4 203.0.113.7 127.0.0.1 1\r\n",
    b"PROXY TCP4 203.0.113.7 127.0.0.1 1 65536\r\n",
    b"PROXY TCP4 203.0.113.7 127.0.0.1 1 2 3\r\n",
    b"PROXY TCP4 2001:db8::1 ::1 1 2\r\n",
    b"PROXY TCP4 203.0.113.7 127.0.0.1 1 2\n",
    b"PROXY TCP4 " + b"1" * 200,
    b"\r\n\r\n\0\r\nQUIT\n\x11\x11\x00\x0c" + bytes(12),    # version 1
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x04" + bytes(4),     # too short
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff" + bytes(100),   # too long
], ids=["address", "few words", "port", "many words", "family", "no CR",
        "endless", "v2 version", "v2 short", "v2 long"])
def test_a_broken_header_is_refused(behind_proxy, header):
    hub = behind_proxy()
    broken = come(hub, header)
    broken.expect("^-- this looks like a PROXY header that is broken")
    hub.expect_complaint("refused: it speaks a PROXY header")


def test_a_second_header_is_refused(behind_proxy):
    hub = behind_proxy()
    come(hub, v1("203.0.113.7"), v1("203.0.113.8")).expect(
        "^-- this looks like a PROXY header")


@pytest.mark.parametrize("header", [v1, v2], ids=["v1", "v2"])
def test_one_source_may_have_so_many_connections(behind_proxy, header):
    hub = behind_proxy("--per-source", "3")
    members = [come(hub, header("203.0.113.7", i)) for i in range(1, 4)]
    for member in members:
        member.expect("^-- .* you are guest")
    fourth = come(hub, header("203.0.113.7", 4))
    assert re.fullmatch(TOO_MANY.format(3) + "\n", fourth.until_end())
    fourth.close()      # a connection counts until it is closed
    come(hub, header("203.0.113.8")).expect("^-- .* you are guest")
    members[0].line("q")
    members[0].until_end()
    members[0].close()

    def is_let_in():
        """Who is refused counts, too, and so he goes."""
        fifth = come(hub, header("203.0.113.7", 5))
        if "you are guest" in fifth.expect("^-- .*\n"):
            return True
        fifth.close()
        return False
    wait_for(is_let_in)


def test_an_ipv6_source_is_a_64(behind_proxy):
    hub = behind_proxy("--per-source", "2")
    for source in "2001:db8:0:1::1", "2001:db8:0:1:ffff::2":
        come(hub, v1(source)).expect("^-- .* you are guest")
    third = come(hub, v2("2001:db8:0:1::3"))
    assert re.fullmatch(TOO_MANY.format(2) + "\n", third.until_end())
    come(hub, v1("2001:db8:0:2::1")).expect("^-- .* you are guest")


def test_an_ipv4_address_in_ipv6_is_the_same_source(behind_proxy):
    hub = behind_proxy("--per-source", "1")
    come(hub, v1("203.0.113.7")).expect("^-- .* you are guest")
    second = come(hub, v1("::ffff:203.0.113.7"))
    assert re.fullmatch(TOO_MANY.format(1) + "\n", second.until_end())


def test_one_source_may_have_so_many_who_did_not_say_a_word(behind_proxy):
    hub = behind_proxy("--per-source-unknown", "2")
    silent = [come(hub, v1("203.0.113.7", i), "") for i in range(1, 4)]
    other = come(hub, v1("203.0.113.8"), "")
    greeted, refused = greeted_and_refused(silent, 2)
    assert len(greeted) == 2
    assert refused[0].until_end() == ""
    other.expect("^-- .* you are guest")
    # Greeted, they are known.
    come(hub, v1("203.0.113.7", 4)).expect("^-- .* you are guest")


def test_zero_is_no_limit(behind_proxy):
    hub = behind_proxy("--per-source", "0", "--per-source-unknown", "0")
    crowd = [come(hub, v1("203.0.113.7", i + 1), "") for i in range(100)]
    for member in crowd:
        member.line("")
        member.expect("^-- .* you are guest")


def test_by_default_one_source_may_have_64_and_16_of_them_silent(behind_proxy):
    hub = behind_proxy()
    for i in range(64):
        come(hub, v1("203.0.113.7", i + 1)).expect("^-- .* you are guest")
    late = come(hub, v1("203.0.113.7", 99))
    assert re.fullmatch(TOO_MANY.format(64) + "\n", late.until_end())
    silent = [come(hub, v1("203.0.113.8", i + 1), "") for i in range(17)]
    greeted, refused = greeted_and_refused(silent, 16)
    assert len(greeted) == 16 and len(refused) == 1


def test_loopback_has_no_limit(start_hub):
    hub = start_hub("--per-source", "1", "--per-source-unknown", "1")
    for i in range(5):
        hub.connect()
        hub.join(f"m{i}")


# --- floods -------------------------------------------------------------------

def test_who_floods_is_told_and_read_slowly_and_nothing_is_lost(start_hub):
    hub = start_hub("--flood-rate", "100", "--flood-burst", "50")
    alice, bob = hub.join("alice"), hub.join("bob")
    bob.say("".join(f"line {i}\n" for i in range(150)))
    bob.expect("^-- you send too much at once; from now on it is taken more")
    said = alice.expect("^bob: line 149\n")
    assert said.count("bob: line") == 150
    bob.line("still here")
    alice.expect("^bob: still here\n")


def test_floods_are_free_where_the_configuration_says_so(start_hub):
    hub = start_hub("--flood-rate", "0")
    alice, bob = hub.join("alice"), hub.join("bob")
    bob.say("".join(f"line {i}\n" for i in range(3000)))
    alice.expect("^bob: line 2999\n")
    heard = bob.answer("/topic", "^-- lobby has no topic.*\n")
    assert "too much" not in heard
