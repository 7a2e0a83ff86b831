"""liaod --engine: what is particular to each. That all but `one` chat alike is
what the other tests say, with LIAOD_ENGINE set; the first test here is a
sample of that, for each engine in every run."""
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

import talk
from talk import LIAOD, PATIENCE, flood

ENGINES = ["epoll", "poll", "select", "threads"]


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


# --- alike ---------------------------------------------------------------------

def test_a_chat(start_hub, engine):
    hub = start_hub("--engine", engine, "--listen", "tcp://127.0.0.1:0",
                    "--listen", "lab://127.0.0.1:0")
    alice, bob = hub.join("alice"), hub.join("bob")
    lab = hub.connect(at=1)
    lab.say("你好")
    alice.expect(r"^\(127\.0\.0\.1,\d+\): 你好\n|^\S+: 你好\n")
    alice.line("hi all")
    bob.expect("^alice: hi all\n")
    lab.expect(r"^\(alice,0\):hi all")
    bob.line("q")
    bob.until_end()
    alice.expect("^-- bob left\n")
    lab.vanish()
    alice.expect(r"^-- .* left.*\n")
    alice.answer("/who", r"^-- people in lobby: 1 \(alice\)\n")


def test_many_who_talk_at_once(start_hub, engine):
    hub = start_hub("--engine", engine)
    crowd = [hub.join(f"m{i}") for i in range(12)]
    for i, someone in enumerate(crowd):
        someone.say("".join(f"{i}.{n}\n" for n in range(40)))
    orders = []
    for i, someone in enumerate(crowd):
        wanted = 40 * (len(crowd) - 1)
        heard = someone.heard.decode()
        while len(heard_lines(heard)) < wanted:
            heard += someone.expect(".*\n")
        lines = heard_lines(heard)
        for other in range(len(crowd)):
            said = [int(n) for who, n in lines if who == other]
            assert said == ([] if other == i else list(range(40)))
        orders.append([line for line in lines if line[0] > 1])
    # Everybody else heard the others in one order.
    assert orders[0] == orders[1]


def heard_lines(text):
    return [(int(who), int(n)) for who, n in
            re.findall(r"^m\d+: (\d+)\.(\d+)\n", text, re.M)]


def test_a_flood_reaches_all_and_a_dead_reader_stops_nobody(start_hub, engine):
    hub = start_hub("--engine", engine)
    speaker, witness = hub.join("speaker"), hub.join("witness")
    hub.join("dead", receive_buffer=4096)
    flood(speaker, witness, megabytes=2)
    witness.line("all there")
    speaker.expect("^witness: all there\n")


def test_it_stops_while_people_talk(start_hub, engine):
    hub = start_hub("--engine", engine)
    crowd = [hub.join(f"m{i}") for i in range(5)]
    crowd[0].say("talk\n" * 2000)
    os.kill(hub.pid, signal.SIGTERM)
    for someone in crowd:
        assert "-- the server is stopping" in someone.until_end()
    hub.stop()


# --- threads ---------------------------------------------------------------------

def threads_of(hub):
    return len(list(Path(f"/proc/{hub.pid}/task").iterdir()))


def test_a_thread_for_each_connection(start_hub):
    hub = start_hub("--engine", "threads")
    alice = hub.join("alice")
    before = threads_of(hub)
    others = [hub.join(f"m{i}") for i in range(10)]
    assert threads_of(hub) == before + 10
    for other in others:
        other.line("q")
        other.until_end()
        other.close()
    for _ in others:
        alice.expect(r"^-- m\d left\n")
    # They go when they have closed, a moment after they are gone.
    alice.answer("/who", r"^-- people in lobby: 1 \(alice\)\n")
    talk.wait_for(lambda: threads_of(hub) == before)


def test_descriptors_are_halved_by_bells(start_hub, nofile):
    hub = start_hub("--engine", "threads", preexec_fn=nofile(600, 600))
    hub.expect_complaint(r"room for 124 clients \(descriptor limit 600\)")
    hub.join("alice")


# --- select ----------------------------------------------------------------------

def test_select_says_how_many_fit(start_hub, nofile):
    hub = start_hub("--engine", "select", preexec_fn=nofile(1500, 1500))
    hub.expect_complaint(r"info: select\(2\) takes no descriptor above 1023")
    hub.expect_complaint("room for 848 clients")


def test_more_than_select_takes_is_an_error_at_start():
    done = subprocess.run([LIAOD, "--engine", "select", "--max-clients",
                           "849", "--listen", "tcp://127.0.0.1:0"],
                          capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 1
    assert done.stderr == (
        "liaod: --max-clients 849: with --engine select there is room for "
        "848: select(2) takes no descriptor above 1023; --engine poll and "
        "epoll take any\n")


def test_above_the_limit_of_select_nobody_is_accepted(start_hub, nofile):
    """Clients alone cannot get there: liaod is started with descriptors that
    it knows nothing of."""
    most = 2000

    def few_are_left():
        nofile(most, most)()
        for number in range(100, 1024 - 3):
            os.dup2(0, number, inheritable=True)

    # The first numbers are free; they go to members.
    hub = start_hub("--engine", "select", preexec_fn=few_are_left,
                    close_fds=False)
    members = [hub.join()]
    while True:
        guest = hub.connect()
        guest.line("")
        if not greeted(guest):
            break
        members.append(guest)
        assert len(members) < 150
    hub.expect_complaint("warning: cannot accept connections: select.2. takes "
                         "no descriptor above 1023; --engine poll and epoll "
                         "take any; trying again every second")
    members[0].line("/nick alice")
    members[0].line("still here")
    members[1].expect("^alice: still here\n")


def greeted(guest):
    try:
        guest.expect("leaves$\n")
        return True
    except (AssertionError, ConnectionError):
        return False


# --- one -------------------------------------------------------------------------

def test_one_at_a_time(start_hub):
    """The others are connected, by the kernel; what they say waits."""
    hub = start_hub("--engine", "one")
    alice = hub.join("alice")
    bob = hub.connect()
    bob.line("hello?")
    assert alice.answer("/who", "^-- people .*\n") == \
        "-- people in lobby: 1 (alice)\n"
    assert not bob.hear(0.1)
    alice.line("q")
    alice.until_end()
    alice.close()
    bob.expect(r"^-- .* you are guest2, in room lobby\n")
    bob.answer("/who", r"^-- people in lobby: 1 \(guest2\)\n")


def test_one_stops_with_somebody_waiting(start_hub):
    hub = start_hub("--engine", "one")
    alice, bob = hub.join("alice"), hub.connect()
    os.kill(hub.pid, signal.SIGTERM)
    alice.expect("^-- the server is stopping")
    alice.close()
    assert bob.hear(PATIENCE) is False and bob.was_reset


# --- the option --------------------------------------------------------------------

@pytest.mark.parametrize("words, complaint", [
    (["--engine", "pol"], "--engine pol: did you mean poll? It is one of "
     "epoll, poll, select, threads, one"),
    (["--engine", "uring-7"], "--engine uring-7: it is one of epoll, "
     "poll, select, threads, one"),
    (["--engine", "poll", "--mode", "p2p"],
     "--engine is for --mode hub; p2p waits with poll"),
])
def test_a_wrong_engine(words, complaint):
    done = subprocess.run([LIAOD, *words], capture_output=True, text=True,
                          timeout=PATIENCE)
    assert done.returncode == 2
    assert done.stderr == f"liaod: {complaint}\n"
