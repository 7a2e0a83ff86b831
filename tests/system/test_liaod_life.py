"""How liaod ends, and what it costs while nothing happens."""
import os
import re
import signal
import subprocess
import time

import pytest

from talk import LIAOD, PATIENCE, Socket, flood, on_engine

FAREWELL = "-- the server is stopping; bye\n"


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT],
                         ids=["SIGTERM", "SIGINT"])
def test_everybody_is_told_when_a_signal_stops_it(start_hub, sign):
    hub = start_hub("--listen", "tcp://127.0.0.1:0",
                    "--listen", "lab://127.0.0.1:0")
    alice, bob = hub.join("alice"), hub.join("bob")
    student = hub.connect(at=1)
    hub.expect_complaint("connected, as guest3")
    silent = hub.connect()
    silent.expect("^-- .* you are guest4")
    alice.line("last words")
    bob.expect("^alice: last words\n")
    os.kill(hub.pid, sign)
    for member in alice, bob, silent:
        assert member.until_end().endswith(FAREWELL)
        member.close()
    assert "服务器已关闭" in student.until_end()
    student.close()
    start = time.monotonic()
    assert hub.end() == 0
    assert time.monotonic() - start < 1.9   # two are for who does not read
    assert f"info: stopping: {sign.name}" in hub.log()
    assert hub.log().endswith("info: stopped\n")


def test_what_was_said_before_the_end_is_delivered(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    alice.say("".join(f"line {i}\n" for i in range(500)))
    bob.expect("^alice: line 499\n")
    alice.line("the very last")
    alice.answer("/rooms", "^-- rooms")
    os.kill(hub.pid, signal.SIGTERM)
    assert bob.until_end() == "alice: the very last\n" + FAREWELL


def test_a_member_who_never_reads_holds_the_end_up_for_two_seconds_only(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    mute = hub.join("mute", receive_buffer=4096)
    flood(alice, bob)
    os.kill(hub.pid, signal.SIGTERM)
    start = time.monotonic()
    assert alice.until_end().endswith(FAREWELL)
    assert time.monotonic() - start < 1.9   # she does not wait for him
    assert hub.end() == 0
    assert time.monotonic() - start < 5
    mute.close()


def test_a_second_signal_ends_it_at_once(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    hub.join("mute", receive_buffer=4096)
    flood(alice, bob)
    os.kill(hub.pid, signal.SIGTERM)
    assert bob.until_end().endswith(FAREWELL)
    start = time.monotonic()
    os.kill(hub.pid, signal.SIGTERM)
    assert hub.end() == 0
    assert time.monotonic() - start < 1.9


def test_nobody_gets_in_while_it_stops(hub):
    alice = hub.join("alice")
    os.kill(hub.pid, signal.SIGTERM)
    alice.until_end()       # and does not close his end
    with pytest.raises(ConnectionRefusedError):
        hub.connect()


def test_nc_ends_by_itself_when_the_server_stops(hub, nc):
    person = nc(hub)
    person.line("hi")
    hub.expect_complaint("connected, as guest1")
    os.kill(hub.pid, signal.SIGTERM)
    person.expect(FAREWELL)
    person.say_no_more()
    assert person.end() == 0
    assert hub.end() == 0


# --- doing nothing -----------------------------------------------------------

def cpu_seconds_of_one_second(hub):
    before = hub.cpu_seconds()
    assert not hub.hear(1)      # it says nothing
    return hub.cpu_seconds() - before


def test_an_idle_hub_uses_no_cpu(hub):
    assert cpu_seconds_of_one_second(hub) <= 0.01      # the clock's one tick


def test_an_idle_hub_with_all_kinds_of_members_uses_no_cpu(start_hub):
    hub = start_hub("--listen", "tcp://127.0.0.1:0",
                    "--listen", "lab://127.0.0.1:0")
    alice, bob = hub.join("alice"), hub.join("bob")
    silent = hub.connect()
    silent.expect("^-- .* you are guest3")
    burst = hub.connect()
    burst.say("a lab burst")
    bob.expect("a lab burst\n")
    hub.connect(at=1)
    gone = hub.connect()
    gone.say("hi\n")
    bob.expect("hi\n")
    gone.vanish()
    half = hub.connect()
    half.say("bye\n")
    half.say_no_more()
    half.until_end()            # and keeps his end open
    bob.expect("-- guest7 left\n")
    alice.answer("/who", "^-- people.*\n")
    assert cpu_seconds_of_one_second(hub) <= 0.01


def test_members_who_never_read_cost_next_to_no_cpu(start_hub):
    hub = start_hub("--listen", "tcp://127.0.0.1:0",
                    "--listen", "lab://127.0.0.1:0")
    alice, bob = hub.join("alice"), hub.join("bob")
    hub.join("mute", receive_buffer=4096)
    hub.connect(at=1, receive_buffer=4096)
    hub.expect_complaint("connected, as guest4")
    flood(alice, bob)
    # Until the lab's socket is full, it goes on at 50 blocks a second.
    assert cpu_seconds_of_one_second(hub) < 0.2


def test_a_loop_of_joining_and_leaving_leaves_nothing_behind(hub):
    """The sanitizers look for leaks at the end, the hub's own CHECKs for
    members, rooms and readers; this looks for descriptors."""
    bob = hub.join("bob")
    before = len(os.listdir(f"/proc/{hub.pid}/fd"))
    for i in range(100):
        visitor = hub.join(f"v{i}")
        visitor.answer("/join tea", "^-- you are now talking in tea")
        visitor.line("q")
        visitor.until_end()
        visitor.close()
        bob.expect(f"^-- v{i} left\n")
    bob.answer("/rooms", r"^-- rooms: 1 \(lobby: 1\)\n")
    assert len(os.listdir(f"/proc/{hub.pid}/fd")) <= before + 1


# --- --timeout ---------------------------------------------------------------

def test_with_timeout_it_stops_by_itself_and_says_so(start_hub):
    start = time.monotonic()
    hub = start_hub("--timeout", "1")
    assert hub.end() == 0
    assert 0.9 < time.monotonic() - start < 6
    assert re.search("info: stopping: nobody was connected for the time "
                     "given by --timeout$", hub.log(), re.M)


def test_with_timeout_it_stays_while_anybody_is_connected(start_hub):
    hub = start_hub("--timeout", "1")
    silent = hub.connect()
    silent.expect("^-- .* you are guest1")      # after 1.5 seconds
    silent.close()
    start = time.monotonic()
    assert hub.end(PATIENCE) == 0
    assert 0.9 < time.monotonic() - start < 6


def test_one_who_comes_in_the_turn_of_the_signal_harms_nothing(start_hub):
    """The listener was closed and freed by the signal, and then called, since
    both were ready in the same turn (found in review)."""
    hub = start_hub()
    os.kill(hub.pid, signal.SIGSTOP)
    _, status = os.waitpid(hub.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    os.kill(hub.pid, signal.SIGTERM)
    hub.connect()
    os.kill(hub.pid, signal.SIGCONT)
    hub.expect_complaint("stopping: SIGTERM")
    assert hub.end() == 0


def test_a_log_that_nobody_reads_stops_nobody():
    """As `liaod 2>&1 | less`: the pipe is full after some hundred lines, and
    then a write would wait for whoever reads it."""
    hub = subprocess.Popen([LIAOD, *on_engine(["--listen", "tcp://127.0.0.1:0"])],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           text=True)
    try:
        while not (line := hub.stdout.readline()).startswith("    nc "):
            assert line
        address = ("127.0.0.1", int(line.split()[-1]))
        alice, bob = Socket(address), Socket(address)
        alice.answer("/nick alice", "^-- you are now alice\n")
        bob.answer("/nick bob", "^-- you are now bob\n")
        for number in range(700):   # two lines each, of some 70 bytes
            guest = Socket(address)
            guest.line("q")
            guest.until_end()
            guest.close()
        alice.line("still here")
        bob.expect("^alice: still here\n")
        told = os.read(hub.stderr.fileno(), 1 << 20).decode()
        bob.line("/quit")
        bob.until_end()
        bob.close()
        while "lines of the log were lost" not in told:
            more = os.read(hub.stderr.fileno(), 1 << 16).decode()
            assert more
            told += more
        lost = int(re.search(r"warning: (\d+) lines of the log", told)[1])
        assert lost > 50
        assert told.count("\n") == told.count("Z info: ") + 1
        os.kill(hub.pid, signal.SIGTERM)
        alice.until_end()
        alice.close()
        assert hub.wait(PATIENCE) == 0
    finally:
        hub.kill()
        hub.communicate()
