"""--trace: each socket call, what came of it, and what that means."""
import os
import re
import socket

import pytest

from talk import LIAO, LIAOD, PATIENCE, REPORT, on_engine


def traced(program):
    return [line for line in program.complaints.decode().splitlines()
            if line.startswith("~ ")]


@pytest.fixture
def traced_hub(run):
    """A liaod with --trace; its address."""
    def start(*arguments):
        hub = run(LIAOD, *on_engine(("--trace", "--listen",
                                     "tcp://127.0.0.1:0", *arguments)))
        ready = hub.expect("Ctrl-C stops it.\n")
        ip, port = re.search(r"^    nc (\S+) (\d+)$", ready, re.M).groups()
        hub.address = ip, int(port)
        return hub
    return start


def test_liaod_shows_its_calls(traced_hub, run):
    hub = traced_hub()
    client = run(LIAO, f"tcp://127.0.0.1:{hub.address[1]}")
    client.answer("hello", "you are guest1")
    client.line("q")
    assert client.end() == 0
    hub.expect_complaint(r"^~ (\[.*\] )?close\(\d+\) = 0 ")
    for call in [
            r"socket\(AF_INET, SOCK_STREAM\) = \d+ +# a descriptor",
            r"setsockopt\(\d+, SO_REUSEADDR, 1\) = 0",
            r"bind\(\d+, 127\.0\.0\.1:0\) = 0",
            r"listen\(\d+, 1024\) = 0",
            r"accept\(\d+, 127\.0\.0\.1:\d+\) = \d+",
            r"(epoll_wait|poll|select): \d+ is readable",
            r'recv\(\d+, ".*hello\\n.*", 16384\) = \d+ +# bytes, not messages',
            r'send\(\d+, "-- liao: you are guest1, .*\) = \d+',
            r"shutdown\(\d+, SHUT_WR\) = 0 +# our side has ended"]:
        hub.expect_complaint(rf"^~ (\[thread \d+\] )?{call}")


def test_liao_shows_its_calls_beside_the_chat(hub, run):
    client = run(LIAO, "--trace", f"tcp://127.0.0.1:{hub.port}")
    client.answer("hello", "you are guest1")
    client.say("q\n")
    client.until_end()
    assert client.end() == 0
    for call in [rf"connect\(\d+, 127\.0\.0\.1:{hub.port}\) = -1 EINPROGRESS",
                 r"poll: 0 is readable +# somebody has typed",
                 # perhaps with what was said around it
                 r'send\(\d+, "(\\n)?hello\\n(q\\n)?", \d\) = \d',
                 r'recv\(\d+, "", 16384\) = 0 +# the other side has ended']:
        client.expect_complaint(f"^~ {call}")


def test_the_words_are_chinese_where_the_locale_is(hub, run):
    client = run(LIAO, "--trace", f"tcp://127.0.0.1:{hub.port}",
                 env={**os.environ, "LC_ALL": "zh_CN.UTF-8"})
    client.answer("q", "bye")
    assert client.end() == 0
    client.expect_complaint("# 对方结束了：不会再有数据$")


def test_secrets_and_escapes_are_not_shown(traced_hub, run):
    hub = traced_hub()
    client = run(LIAO, "--trace", f"tcp://127.0.0.1:{hub.address[1]}")
    client.answer("hello", "you are guest1")
    client.line("hi \033[31mred")
    client.line("/pass geheim")
    client.answer("q", "bye")
    assert client.end() == 0
    hub.expect_complaint(r"\\x1b\[31mred")
    hub.expect_complaint(r"/pass \*\*\*")
    for program in hub, client:
        text = "\n".join(traced(program))
        assert "geheim" not in text and "\033" not in text


def test_threads_say_who_they_are(traced_hub, run):
    hub = traced_hub("--engine", "threads")
    client = run(LIAO, f"tcp://127.0.0.1:{hub.address[1]}")
    client.answer("q", "bye")
    hub.expect_complaint(r"^~ \[thread \d+\] accept\(")
    hub.expect_complaint(r"^~ \[thread \d+\] recv\(")
    who = {re.match(r"~ \[thread (\d+)\]", line)[1] for line in traced(hub)
           if re.search(r"\] (accept|recv)\(", line)}
    assert len(who) == 2


def test_p2p_is_traced_too(run):
    listener = run(LIAO, "--listen", "0", "--trace")
    listener.expect_complaint(r"^~ listen\(\d+, 1024\) = 0")
    assert not REPORT.search(listener.complaints.decode())


def test_without_it_nothing_is_shown(hub):
    hub.join("alice").answer("q", "bye")
    hub.stop()
    assert "~ " not in hub.log()


# --- datagrams ------------------------------------------------------------------

@pytest.fixture
def traced_udp(run):
    """traced_udp(): a liaod with --trace on udp://; hub.port is its port."""
    def start(*arguments, **options):
        hub = run(LIAOD, *on_engine(("--trace", "--listen",
                                     "udp://127.0.0.1:0", *arguments)),
                  **options)
        said = hub.expect_complaint(r"listening on udp://127\.0\.0\.1:\d+$")
        hub.port = int(said.rpartition(":")[2])
        return hub
    return start


def datagram_socket(port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(PATIENCE)
    s.connect(("127.0.0.1", port))
    return s


def test_liaod_shows_each_datagram(traced_udp):
    hub = traced_udp()
    with datagram_socket(hub.port) as guest:
        mine = rf"127\.0\.0\.1:{guest.getsockname()[1]}"
        guest.send(b"hello\n")
        assert b"you are guest1" in guest.recv(65535)
        guest.send(b"hi \033[31mred\n")
    for call in [
            r"socket\(AF_INET, SOCK_DGRAM\) = \d+ +# a descriptor",
            r"bind\(\d+, 127\.0\.0\.1:0\) = 0 +# this address is ours",
            rf"getsockname\(\d+, 127\.0\.0\.1:{hub.port}\) = 0 +# our address",
            r"setsockopt\(\d+, IP_RECVERR, 1\) = 0 +# ICMP errors are kept",
            r"recvmsg\(\d+, MSG_ERRQUEUE\) = -1 EAGAIN .* # no ICMP error",
            r"recvmmsg\(\d+, 32\) = 1 +# datagrams: each is whole",
            rf'  from {mine}: "hi \\x1b\[31mred\\n"$',
            r"sendmmsg\(\d+, \d+\) = \d+ +# datagrams; our system has them",
            rf'  to {mine}: "-- liao: you are guest1, ']:
        hub.expect_complaint(rf"^~ (\[thread \d+\] )?{call}")


def test_liaod_shows_that_icmp_refused(traced_udp):
    hub = traced_udp()
    with datagram_socket(hub.port) as bob, datagram_socket(hub.port) as alice:
        gone = rf"127\.0\.0\.1:{bob.getsockname()[1]}"
        bob.send(b"hi\n")
        bob.recv(65535)
        bob.close()
        alice.send(b"anybody?\n")
        hub.expect_complaint(r"recvmsg\(\d+, MSG_ERRQUEUE: ECONNREFUSED\) = \d+"
                             r" +# ICMP came back: nobody is at that port"
                             rf'.*\n~ (\[thread \d+\] )?  to {gone}: "')


def test_liao_shows_its_datagrams(traced_udp, run):
    hub = traced_udp()
    client = run(LIAO, "--trace", f"udp://127.0.0.1:{hub.port}")
    client.answer("/pass geheim", "^-- ")
    client.answer("hello", "you are guest1")
    client.line("q")
    assert client.end() == 0
    there = rf"127\.0\.0\.1:{hub.port}"
    for call in [r"socket\(AF_INET, SOCK_DGRAM\) = \d+",
                 rf"connect\(\d+, {there}\) = 0 +# no packet goes; it binds",
                 r"getsockname\(\d+, 127\.0\.0\.1:[1-9]\d*\) = 0",
                 rf'  to {there}: "\\xfe\\x01\*\*\*',
                 rf'  from {there}: "\\xfe',
                 rf'  to {there}: "\\xfe\\x02\*\*\*.*hello\\n',
                 r"close\(\d+\) = 0"]:
        client.expect_complaint(f"^~ {call}")
    for program in hub, client:
        program.expect_complaint(r"/pass \*\*\*")
        text = "\n".join(traced(program))
        assert "geheim" not in text
        # Nor is the session's id, which is in each of these.
        assert not re.search(r"\\xfe\\x0\d(?!\*\*\*)", text)


def test_a_secret_that_is_cut_is_secret(traced_udp, run):
    """A segment of liao's has 1,169 bytes."""
    hub = traced_udp()
    client = run(LIAO, "--trace", f"udp://127.0.0.1:{hub.port}")
    client.answer("hello", "you are guest1")
    client.say("".join(f"/pass {i:04}geheim{i:04}\n" for i in range(500)))
    client.answer("q", "bye")
    assert client.end() == 0
    for program in hub, client:
        shown = "\n".join(traced(program))
        assert shown.count("/pass ***") > 10
        assert not re.search(r"gehe|heim|\d{3}\\n", shown)


def test_datagrams_in_chinese(traced_udp):
    hub = traced_udp("--lang", "zh")
    with datagram_socket(hub.port) as guest:
        # as one answers who is asked for a token, of either length
        for n, token in (1, b"abcdefg7"), (2, b"klmnopqrstuv7"):
            guest.send(token + b"\n")
            guest.recv(65535)
            hub.expect_complaint(
                r'(?s)(  来自 127\.0\.0\.1:\d+: "\*\*\*\\n" +'
                rf"# 看起来像令牌的内容不显示$.*){{{n}}}")
    assert not re.search("abcdefg7|klmno", "\n".join(traced(hub)))
