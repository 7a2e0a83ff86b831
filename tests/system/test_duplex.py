"""liao --duplex: both directions at once, and what happens without."""
import os
import re
import socket
import subprocess

import pytest

from talk import LIAO, PATIENCE, REPORT

AT_ONCE = ["poll", "select", "threads"]
SMALL = ["threads", "none", "turns"]


@pytest.fixture
def duplex(run, hub):
    def start(how, *options, url=None, **more):
        return run(LIAO, "--duplex", how, *options,
                   url or f"tcp://127.0.0.1:{hub.port}", **more)
    return start


def arrived(someone, alice, text="hello"):
    """He has said something that alice read: he is in the room."""
    someone.line(text)
    alice.expect(rf"^guest\d+: {text}\n")


@pytest.mark.parametrize("how", AT_ONCE)
def test_both_at_once(hub, duplex, how):
    alice = hub.join("alice")
    bob = duplex(how)
    arrived(bob, alice)
    for i in range(5):      # bob types nothing meanwhile
        alice.line(f"line {i}")
        bob.expect(f"^alice: line {i}\n")
    bob.line("q")
    bob.expect("^-- bye\n")
    assert bob.end() == 0
    alice.expect("^-- guest.* left")


def test_none_sends_and_never_shows(hub, duplex):
    alice = hub.join("alice")
    bob = duplex("none")
    arrived(bob, alice)
    alice.line("can you hear me?")
    arrived(bob, alice, "anybody here")
    bob.line("q")
    alice.expect("^-- guest.* left")
    assert bob.until_end() == ""
    assert bob.end() == 0
    unread = re.search(r"nobody read: (\d+)\n", bob.complaints.decode())
    assert int(unread[1]) >= len("alice: can you hear me?\n")


def test_turns_show_one_for_one(run):
    """Against a peer of ours, so that what is one recv() is ours to say."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        bob = run(LIAO, "--duplex", "turns",
                  "lab://127.0.0.1:%d" % listener.getsockname()[1])
        alice, _ = listener.accept()
        alice.settimeout(PATIENCE)
        bob.say("one\ntwo\n")
        assert alice.recv(100) == b"one"
        # He has typed more, but waits: nothing comes until we have spoken.
        alice.settimeout(0.2)
        with pytest.raises(socket.timeout):
            alice.recv(100)
        alice.settimeout(PATIENCE)
        alice.send(b"first")
        bob.expect("^first\n")
        assert alice.recv(100) == b"two"
        alice.send("第二".encode())
        bob.expect("^第二\n")
        # We speak out of turn: it is there, and not shown until he speaks.
        alice.send(b"out of turn")
        bob.line("three")
        bob.expect("^out of turn\n")
        assert alice.recv(100) == b"three"
        bob.line("q")
        assert bob.end() == 0
        assert alice.recv(100) == b"q"
        alice.close()


@pytest.mark.parametrize("how", SMALL)
def test_the_end_of_the_input_leaves(hub, duplex, how):
    bob = duplex(how)
    bob.line("hello")
    bob.say_no_more()
    bob.until_end()
    assert bob.end() == 0


def test_threads_tell_that_the_other_side_has_ended(hub, duplex):
    alice = hub.join("alice")
    bob = duplex("threads")
    arrived(bob, alice)
    hub.stop()
    bob.expect_complaint("the other side has ended; Enter leaves")
    bob.line("")
    assert bob.end() == 1


@pytest.mark.parametrize("how", SMALL)
def test_what_others_say_is_harmless(run, how):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        bob = run(LIAO, "--duplex", how,
                  "tcp://127.0.0.1:%d" % listener.getsockname()[1])
        alice, _ = listener.accept()
        alice.send(b"\033[2J\a\n")
        bob.line("hello")
        alice.recv(100)
        if how != "none":
            bob.expect("\N{REPLACEMENT CHARACTER}\\[2J")
        bob.line("q")
        alice.close()
        bob.end()
        assert b"\033" not in bob.heard


@pytest.mark.parametrize("how, words", [
    ("poll", r"in poll\(2\): you see all at once"),
    ("select", r"in select\(2\): you see all at once"),
    ("threads", "another shows what comes"),
    ("none", "you will not see it"),
    ("turns", "sends one message, then waits for one")])
def test_it_says_what_one_will_see(hub, duplex, how, words):
    bob = duplex(how)
    bob.expect_complaint(words)
    bob.line("q")
    assert bob.end() == 0


def test_it_says_so_in_chinese(hub, duplex):
    bob = duplex("none", env={**os.environ, "LC_ALL": "zh_CN.UTF-8"})
    bob.expect_complaint("别人的话会到达，但你看不到")
    bob.line("q")
    assert bob.end() == 0


@pytest.mark.parametrize("how", SMALL)
def test_nobody_there(run, how):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    bob = run(LIAO, "--duplex", how, f"tcp://127.0.0.1:{port}")
    assert bob.end() == 3
    bob.expect_complaint(f"^liao: cannot connect to 127.0.0.1, port {port}: "
                         "Connection refused$")
    assert not REPORT.search(bob.complaints.decode())


@pytest.mark.parametrize("words, complaint", [
    (["--duplex", "half", "127.0.0.1"],
     "--duplex half: it is one of poll, select, threads, none, turns"),
    (["--duplex", "none", "--listen", "5000"],
     "--duplex is for a server's clients, not for --listen"),
    (["--duplex", "turns", "--name", "bob", "127.0.0.1"],
     "--duplex threads, none and turns take no --log, --name or "
     "--reconnect"),
    (["--duplex", "threads", "udp://127.0.0.1"],
     "--duplex threads, none and turns have no udp://, where what is lost must "
     "be sent again while they wait"),
])
def test_what_does_not_go_together(words, complaint):
    done = subprocess.run([LIAO, *words], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 2
    assert done.stderr == f"liao: {complaint}\n"


@pytest.mark.parametrize("how", SMALL)
def test_its_calls_can_be_traced(hub, duplex, how):
    bob = duplex(how, "--trace")
    bob.line("hello")
    bob.expect_complaint(r'^~ send\(\d+, "hello\\n", 6\) = 6')
    bob.line("q")
    assert bob.end() == 0
    calls = re.findall(r"^~ (?:\[thread \d+\] )?(\w+)",
                       bob.complaints.decode(), re.M)
    assert ("recv" in calls) == (how != "none")
    assert calls[:2] == ["socket", "connect"] and calls[-1] == "close"
