"""--trace: each socket call, what came of it, and what that means."""
import os
import re

import pytest

from talk import LIAO, LIAOD, REPORT, on_engine


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
    client.expect_complaint("# 对方结束了: 不会再有数据$")


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
