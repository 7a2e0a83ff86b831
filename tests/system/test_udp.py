"""Chat over UDP: nc -u and liao udp://, beside others, in both modes, and
through a network that loses things (tests/support/lossy.py)."""
import os
import re
import shutil
import signal
import socket
import struct
import sys
import time

import pytest

from talk import (LIAO, LIAOD, PATIENCE, ROOT, Hub, Program, Socket, Talk,
                  wait_for)

NC = shutil.which("nc.openbsd") or shutil.which("nc")
LOSSY = ROOT / "tests/support/lossy.py"


class Datagrams(Talk):
    """One address. What is heard is all datagrams, one behind the other."""

    def __init__(self, address):
        super().__init__()
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.connect(address)

    def hear(self, seconds):
        self.socket.settimeout(max(seconds, 0.001))
        try:
            self.heard += self.socket.recv(65535)
        except socket.timeout:
            return False
        return True

    def say(self, what):
        self.socket.send(what.encode() if isinstance(what, str) else what)

    def close(self):
        self.socket.close()


def udp_address(program):
    said = program.expect_complaint(r"listening on udp://\S+:\d+$")
    ip, _, port = said.split("//")[1].rpartition(":")
    return ip.strip("[]"), int(port)


@pytest.fixture
def udp(start_hub):
    """udp(): a hub with udp:// and tcp:// on loopback; hub.udp is where."""
    def start(*arguments, host="127.0.0.1"):
        hub = start_hub("--listen", f"tcp://{host}:0",
                        "--listen", f"udp://{host}:0", *arguments)
        hub.udp = udp_address(hub)
        return hub
    return start


@pytest.fixture
def datagrams():
    made = []

    def start(address):
        made.append(Datagrams(address))
        return made[-1]
    yield start
    for one in made:
        one.close()


def url(address):
    host, port = address
    return f"udp://[{host}]:{port}" if ":" in host else f"udp://{host}:{port}"


@pytest.fixture
def liao(run):
    """liao(address): greeted."""
    def start(address, *options):
        program = run(LIAO, url(address), *options)
        program.expect("^-- type and press Enter .*\n", 30)
        return program
    return start


# --- one room -----------------------------------------------------------------

def test_the_lines_to_paste(udp):
    hub = udp()
    assert f"    nc -u {hub.udp[0]} {hub.udp[1]}\n" in hub.greeting
    assert re.search(rf"^    \S*liao udp://127.0.0.1:{hub.udp[1]}$",
                     hub.greeting, re.M)


def test_udp_tcp_and_lab_in_one_room(start_hub, run, liao):
    hub = start_hub("--listen", "tcp://127.0.0.1:0", "--listen",
                    "udp://127.0.0.1:0", "--listen", "lab://127.0.0.1:0")
    _, port = udp_address(hub)
    alice = hub.join("alice")
    lab = Socket(hub.addresses[1])
    hub.guests.append(lab)
    alice.expect(r"^-- guest2 joined\n")
    nc = run(NC, "-u", "127.0.0.1", port)
    nc.line("hi from nc")
    nc.expect("^-- liao: you are guest3, in room lobby; here: alice, guest2\n")
    bob = liao(("127.0.0.1", port), "--name", "bob")
    bob.expect("^-- you are now bob\n")
    for hearer in alice, lab:
        hearer.expect(r"guest3(: |,0\):)hi from nc")
    bob.line("liao 说")
    for hearer in alice, lab, nc:
        hearer.expect(r"bob(: |,0\):)liao 说")
    lab.say("实验课")
    for hearer in alice, bob, nc:
        hearer.expect(r"^(guest2|\(\S+,\d+\)): 实验课\n")
    alice.line("all hear me")
    for hearer in lab, bob, nc:
        hearer.expect(r"alice(: |,0\):)all hear me")
    assert "(alice, guest2, guest3 (udp), bob)" in alice.answer(
        "/who", "^-- people in lobby: 4 .*\n")
    bob.line("q")
    assert bob.until_end().endswith("\n-- bye\n")
    assert bob.end() == 0
    nc.line("q")
    nc.expect("^-- bye\n")
    alice.expect("^-- bob left\n-- guest3 left\n")


def test_ipv6(udp, datagrams, liao):
    hub = udp(host="[::1]")
    alice = datagrams(hub.udp)
    alice.say("hello\n")
    alice.expect("^-- liao: you are guest1, ")
    bob = liao(hub.udp)
    bob.line("hi")
    alice.expect("^guest2: hi\n")


def test_whoever_dies_is_gone_at_once(udp, run, liao):
    """His system refuses what is sent to him (ICMP)."""
    hub = udp()
    alice = hub.join("alice")
    nc = run(NC, "-u", *hub.udp)
    nc.line("hi")
    nc.expect("^-- type")
    bob = liao(hub.udp)
    bob.line("hi")
    alice.expect("^guest3: hi\n")
    for program, name in (nc, "guest2"), (bob, "guest3"):
        program.process.kill()
        program.end()
        begun = time.monotonic()
        alice.line("are you there?")
        alice.expect(rf"^-- {name} left \(connection lost\)\n")
        assert time.monotonic() - begun < 3


def test_silence_is_the_end_of_nc_but_not_of_liao(udp, datagrams, liao):
    hub = udp("--udp-idle", "3")
    alice = hub.join("alice")
    silent = datagrams(hub.udp)
    silent.say("hi\n")
    bob = liao(hub.udp)
    bob.line("hi")
    alice.expect("^guest3: hi\n")
    alice.expect(r"^-- guest2 left \(silent for too long\)\n")
    silent.expect("^-- nothing was heard of you for too long; bye\n")
    # Somebody speaks after him, elsewhere, since bob acknowledges what he is
    # sent; and is out as well.
    alice.answer("/join other", "^-- you are now talking in other\n")
    later = datagrams(hub.udp)
    later.say("/join other\n")
    alice.expect(r"^-- \[other\] guest4 joined\n")
    later.say("hi\n")
    alice.expect(r"^\[other\] guest4: hi\n")
    alice.expect(r"^-- guest4 left \(silent for too long\)\n")
    alice.answer("/join lobby", "^-- you are now talking in lobby; here: guest3\n")
    bob.line("still here")
    alice.expect(r"^\[lobby\] guest3: still here\n")


def test_long_lines_are_whole_lines(udp, datagrams, run):
    """A pasted file comes in datagrams of many lines."""
    hub = udp()
    alice = hub.join("alice")
    nc = run(NC, "-u", *hub.udp)
    nc.say("".join(f"line {i}\n" for i in range(500)))
    alice.expect("(^guest2: line \\d+\n)*^guest2: line 499\n")
    reader = datagrams(hub.udp)
    reader.say("\n")
    reader.expect("^-- type .*\n")
    alice.line("x" * 3000)
    heard = reader.expect("^[.]{3} x+\n[.]{3} x+\n")
    assert heard.count("x") == 3000


def test_a_door_that_closes_throws_nobody_out(tmp_path, datagrams):
    """SIGHUP takes udp:// away, and gives it back; who is in goes on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        there = free.getsockname()
    path = tmp_path / "liaod.conf"
    both = f'listen = {{"tcp://127.0.0.1:0", "udp://127.0.0.1:{there[1]}"}}\n'
    path.write_text(both)
    hub = Hub("--config", path)
    try:
        alice = hub.join("alice")
        bob = datagrams(there)
        bob.say("hi\n")
        alice.expect("^guest2: hi\n")

        def reload(text, words):
            """Until the log has one more line that says so than before."""
            said = re.compile(f"info: {words} udp".encode())
            before = len(said.findall(hub.complaints))
            path.write_text(text)
            hub.process.send_signal(signal.SIGHUP)
            wait_for(lambda: len(said.findall(hub.complaints)) > before)
        reload('listen = "tcp://127.0.0.1:0"\n', "no longer listening on")
        late = datagrams(there)
        late.say("may I?\n")
        bob.say("I am still here\n")
        alice.expect("^guest2: I am still here\n")
        assert not late.hear(0) and b"may I" not in alice.heard
        reload(both, "listening on")
        late.say("and now?\n")
        alice.expect("^guest3: and now[?]\n")
        bob.say("q\n")
        late.say("q\n")
        alice.expect("^-- guest2 left\n-- guest3 left\n")
        reload('listen = "tcp://127.0.0.1:0"\n', "no longer listening on")
        alice.answer("/who", "^-- people in lobby: 1")  # a turn has ended
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(there)
    finally:
        hub.stop()


# --- p2p ------------------------------------------------------------------------

def test_p2p_with_nc(run):
    talk = run(LIAOD, "--mode", "p2p", "--listen", "udp://127.0.0.1:0")
    _, port = udp_address(talk)
    nc = run(NC, "-u", "127.0.0.1", port)
    nc.line("在吗")
    nc.expect("^-- liao p2p: you are talking with one person")
    talk.expect(r"^\(127.0.0.1,\d+\)成功连接\n\(127.0.0.1,\d+\):在吗\n")
    talk.line("在")
    nc.expect("^在\n")
    nc.line("q")
    nc.expect("^-- bye\n")
    talk.expect(r"^\(127.0.0.1,\d+\)已退出聊天\n")
    talk.line("/quit")
    assert talk.end() == 0


def test_p2p_between_two_liaos(run, liao):
    talk = run(LIAO, "--listen", "udp://127.0.0.1:0")
    ip, port = udp_address(talk)
    talk.expect_complaint(
        f"join with  nc -u {ip} {port}  or  liao udp://{ip}:{port}; ")
    caller = run(LIAO, f"udp://127.0.0.1:{port}")
    caller.expect("^-- liao p2p: .*\n")
    caller.line("hello")
    talk.expect(r":hello\n")
    talk.line("hi")
    caller.expect("^server:hi\n|^hi\n")
    talk.line("/quit")
    assert talk.end() == 0
    assert caller.until_end().endswith("bye\n")


# --- a liao's connection -----------------------------------------------------------

def test_no_server_is_an_error_that_tells(run):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        silent = run(LIAO, f"udp://127.0.0.1:{port}")
        assert silent.end(PATIENCE) == 3
        assert b"no answer from 127.0.0.1" in silent.complaints
    refused = run(LIAO, f"udp://127.0.0.1:{port}")
    assert refused.end() == 3
    assert b"connection refused" in refused.complaints


def test_all_addresses_of_a_name_are_tried(udp, run):
    """localhost is ::1, too, where nothing listens."""
    hub = udp()
    program = run(LIAO, f"udp://localhost:{hub.udp[1]}")
    program.expect("^-- liao: ")
    program.line("q")
    assert program.end() == 0


def test_a_server_that_dies_and_comes_again(udp, run, liao, start_hub):
    hub = udp()
    bob = liao(hub.udp, "--reconnect", "--name", "bob")
    bob.expect("^-- you are now bob\n")
    os.kill(hub.pid, signal.SIGKILL)
    hub.was_stopped = True
    hub.process.wait(PATIENCE)
    bob.line("is anybody there?")
    bob.expect_complaint("connection lost")
    again = start_hub("--listen", url(hub.udp))
    bob.expect("^-- liao: .*\n", 30)
    bob.expect("^-- you are now bob\n")
    bob.line("q")
    assert bob.end() == 0


def test_a_server_that_was_started_anew_knows_nobody(udp, run, liao,
                                                     start_hub):
    """The old one was killed while nothing was sent: the new one says that
    it does not know the session."""
    hub = udp()
    bob = liao(hub.udp)
    os.kill(hub.pid, signal.SIGKILL)
    hub.was_stopped = True
    hub.process.wait(PATIENCE)
    start_hub("--listen", url(hub.udp))
    bob.line("hello")
    assert bob.end(PATIENCE) == 1
    assert b"connection lost" in bob.complaints


def test_a_pipe_ends_when_all_was_answered(udp, run):
    hub = udp()
    alice = hub.join("alice")
    program = run(LIAO, url(hub.udp))
    program.say("".join(f"build {i}\n" for i in range(2000)) + "/who\n")
    program.say_no_more()
    alice.expect("^guest2: build 1999\n-- guest2 left\n")
    heard = program.until_end()
    assert "(alice, guest2)" in heard and heard.endswith("-- bye\n")
    assert program.end() == 0


# --- a bad network --------------------------------------------------------------------

@pytest.fixture
def lossy(run):
    """lossy(address, "--loss", "20"): the address to use instead."""
    def start(address, *options):
        proxy = run(sys.executable, LOSSY, address[0], address[1], *options)
        return address[0], int(proxy.expect(r"^\S+ \d+\n").split()[1])
    return start


def messages(name, n):
    return [f"{name} says {i}" for i in range(1, n + 1)]


def talk_through(hub, lossy, liao, loss, n, seconds):
    """Two, each behind a bad network, say n messages each; one on TCP hears
    them all, and is heard, meanwhile."""
    there = lossy(hub.udp, "--loss", str(loss), "--twice", "5",
                  "--delay", "0-20", "--seed", str(loss + n))
    alice = hub.join("alice")
    talkers = [liao(there, "--name", name) for name in ("bob", "cat")]
    for talker in talkers:
        talker.expect("^-- you are now ", seconds)
    meanwhile = ""
    for i in range(0, n, 100):
        for talker, name in zip(talkers, ("bob", "cat")):
            talker.say("".join(f"{line}\n" for line in
                               messages(name, n)[i:i + 100]))
        begun = time.monotonic()
        meanwhile += alice.answer(f"/msg alice {i}",
                                  rf"^\[alice to you\] {i}\n")
        assert time.monotonic() - begun < 5     # waits for nobody
    for talker, other in zip(talkers, ("cat", "bob")):
        heard = talker.expect(rf"^{other}: {other} says {n}\n", seconds)
        said = re.findall(rf"^{other}: (.*)$", heard, re.M)
        assert said == messages(other, n)
    for name in "bob", "cat":
        if f"{name} says {n}\n" not in meanwhile:
            meanwhile += alice.expect(rf"^{name}: {name} says {n}\n", seconds)
    for name in "bob", "cat":
        assert re.findall(rf"^{name}: (.*)$", meanwhile, re.M) == \
            messages(name, n)
    for talker in talkers:
        talker.line("q")
    for talker in talkers:
        talker.until_end(seconds)
        assert talker.end() == 0


def test_a_thousand_messages_each_way_with_a_fifth_lost(udp, lossy, liao):
    talk_through(udp(), lossy, liao, 20, 1000, 60)


def test_two_fifths_lost(udp, lossy, liao):
    talk_through(udp(), lossy, liao, 40, 100, 120)


def test_who_says_much_and_leaves_has_said_it(udp, lossy, run):
    """q does not go before what was said ahead of it has arrived."""
    hub = udp()
    alice = hub.join("alice")
    there = lossy(hub.udp, "--loss", "40", "--seed", "3")
    bob = run(LIAO, url(there), "--name", "bob")
    bob.say("".join(f"{line}\n" for line in messages("bob", 3000)) + "q\n")
    heard = alice.expect("^bob: bob says 3000\n", 120)
    assert re.findall("^bob: (.*)$", heard, re.M) == messages("bob", 3000)
    assert bob.end(60) == 0
    alice.expect("^-- bob left", 60)


def test_the_same_seed_loses_the_same(datagrams, lossy):
    """Of 200 datagrams to oneself, twice."""
    def received(seed):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.bind(("127.0.0.1", 0))
            client = datagrams(lossy(server.getsockname(), "--loss", "30",
                                     "--twice", "10", "--delay", "0",
                                     "--seed", seed))
            for i in range(200):
                client.say(str(i))
            got = []
            server.settimeout(0.1)
            while True:     # what comes behind them is heard behind them
                try:
                    word = server.recv(100)
                except socket.timeout:
                    client.say("end")
                    continue
                if word == b"end":
                    return got
                got.append(int(word))
    got = received("7")
    assert got == received("7") != received("8")
    assert 100 < len(got) < 200


# --- what comes from elsewhere --------------------------------------------------------------

def frame(session, kind, rest=b""):
    return b"\xfe" + bytes([kind]) + struct.pack(">Q", session) + rest


def test_noise_harms_nobody(udp, datagrams, liao):
    hub = udp()
    alice = hub.join("alice")
    bob = liao(hub.udp)
    noise = datagrams(hub.udp)
    for kind in range(256):
        for size in 0, 1, 17, 21, 1190, 3000:
            noise.say(frame(kind, kind, bytes(size)))
        noise.say(b"\xfe" * (kind + 1))
    noise.say(frame(7, 4, bytes(17)))
    bob.line("hello")
    alice.expect("^guest2: hello\n|^guest\\d+: hello\n")
    assert "hello" not in hub.log()


def test_an_unknown_session_is_reset_and_resets_are_not_answered(
        udp, datagrams):
    hub = udp()
    stranger = datagrams(hub.udp)
    stranger.say(frame(0x1234, 6))              # RESET: no answer
    stranger.say(frame(0x5678, 4, bytes(17)))   # ACK
    assert stranger.hear(PATIENCE)
    assert stranger.heard == frame(0x5678, 6)


def test_systemd_hands_over_a_socket_for_datagrams(run, datagrams):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))

        def hand_over():
            os.environ["LISTEN_PID"] = str(os.getpid())
            os.dup2(bound.fileno(), 3)
        program = Program(
            ["/bin/sh", "-c", 'LISTEN_PID=$$ exec "$0"', LIAOD],
            env={**os.environ, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "udp"},
            preexec_fn=hand_over, close_fds=False)
        try:
            program.expect("Ctrl-C stops it.\n")
            guest = datagrams(bound.getsockname())
            guest.say("hi\n")
            guest.expect("^-- liao: ")
            os.kill(program.pid, signal.SIGTERM)
            assert program.end() == 0
        finally:
            program.close()


# --- what an address gets before it has proved itself ---------------------------------------

def test_the_first_word_fits_in_every_language():
    """An address that sent an empty datagram, 28 bytes with headers, gets 84
    at most, and so 56 of ours."""
    said = re.search(r'\[REPLY_PROVE\] = N_\("(.+)"\)',
                     (ROOT / "src/wire/plain.c").read_text())[1]
    words = [said]
    for catalogue in ROOT.glob("po/*.po"):
        words += re.findall(f'msgid "{re.escape(said)}"\nmsgstr "(.+)"',
                            catalogue.read_text())
    assert len(words) > 1
    for word in words:
        whole = word.replace("{text}", "ABCDEFGHIJKLM") + "\n"
        assert len(whole.encode()) <= 56, word


# --- from another machine: two network namespaces and a wire between them -------------------

@pytest.fixture
def two_machines(run):
    """Words to put before a command: on the server's machine, 10.7.0.1, and on
    another one that has 10.7.0.2 and all of 10.7.128.0/17. No root is needed where
    the system lets users have namespaces."""
    if not all(map(shutil.which, ("ip", "unshare", "nsenter"))):
        pytest.skip("no ip, unshare or nsenter")
    enter = ["--preserve-credentials", "-U", "-t"]
    here = run("unshare", "-rn", "sh", "-c", "echo; exec sleep 600")
    try:
        here.expect("^\n")
        there = run("nsenter", *enter, here.pid, "unshare", "-n", "sh", "-c",
                    "echo; exec sleep 600")
        there.expect("^\n")
    except AssertionError:
        pytest.skip("no namespaces for us")
    machines = [["nsenter", *enter, str(one.pid), "-n"]
                for one in (here, there)]
    for machine, command in (
            (0, "ip link add name near type veth peer name far netns "
                f"{there.pid}"),
            (0, "ip addr add 10.7.0.1/24 dev near"),
            (0, "ip link set near up"), (0, "ip link set lo up"),
            (1, "ip addr add 10.7.0.2/24 dev far"),
            (1, "ip link set far up"), (1, "ip link set lo up"),
            (0, "ip route add 10.7.128.0/17 via 10.7.0.2"),
            (1, "ip route add local 10.7.128.0/17 dev lo")):
        done = run(*machines[machine], *command.split())
        assert done.end() == 0, (command, done.complaints)
    return machines


def test_who_comes_from_elsewhere_proves_his_address(two_machines, run):
    here, there = two_machines
    hub = run(*here, LIAOD, "--trace", "--listen", "udp://*:6343")
    hub.expect("Ctrl-C stops it.\n")
    local = run(*here, NC, "-u", "10.7.0.1", 6343)
    local.line("this came over lo")     # although its address is another
    local.expect("^-- liao: you are guest1, ")
    nc = run(*there, NC, "-u", "10.7.0.1", 6343)
    nc.line("let me in")
    token = nc.expect("^-- liao: to come in, type [A-Z2-7]{8}\n").split()[-1]
    nc.line("ABCDEFGH")
    nc.expect(f"^-- liao: to come in, type {token}\n")
    nc.line(token.lower())
    nc.expect("^-- liao: you are guest2, in room lobby; here: guest1\n")
    nc.line("thank you")
    local.expect("^-- guest2 joined\nguest2: thank you\n")
    assert token not in local.heard.decode().upper()
    liao = run(*there, LIAO, "--trace", "udp://10.7.0.1:6343")
    liao.expect("^-- liao: you are guest3, ")
    liao.line("by itself")
    local.expect("^-- guest3 joined\nguest3: by itself\n")
    liao.line("q")
    assert liao.end() == 0
    os.kill(nc.pid, signal.SIGKILL)
    nc.end()        # or its socket would take what is sent next
    local.line("anybody?")
    local.expect(r"^-- guest3 left\n-- guest2 left \(connection lost\)\n")
    hub.expect_complaint(r"to come in, type \*\*\*\\n")
    for program in hub, liao:       # --trace shows no token, said or answered
        program.expect_complaint(r'^~   from 10\.7\.0\.\d:\d+: '
                                 r'"\\xfe.*\*\*\*" +# what looks like a token')
    assert token not in hub.complaints.decode().upper()


STRANGERS = """
import socket, sys
came = sent = answers = 0
for i in range(int(sys.argv[1])):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((f"10.7.{128 + i // 250}.{1 + i % 250}", 0))
    s.settimeout(2)
    s.sendto(b"hi\\n", ("10.7.0.1", 6343))
    sent += 28 + 3
    try:
        came += 28 + len(s.recv(2000))
        answers += 1
    except socket.timeout:
        pass
    s.setblocking(False)
    try:
        s.recv(2000)
        answers += 1000000
    except BlockingIOError:
        pass
    s.close()
print(sent, came, answers)
"""


FORGER = """
import random, socket, time
all = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(250)]
for i, one in enumerate(all):
    one.bind((f"10.7.128.{1 + i}", 0))
print("ready", flush=True)
input()
while True:
    for one in all:
        one.sendto(bytes(random.choices(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
                                        k=8)), ("10.7.0.1", 6343))
    time.sleep(0.02)
"""


def test_a_flood_of_guesses_keeps_nobody_out(two_machines, run):
    """Several thousand in a second, from 250 addresses."""
    here, there = two_machines
    hub = run(*here, LIAOD, "--listen", "udp://10.7.0.1:6343")
    hub.expect("Ctrl-C stops it.\n")
    early = run(*there, NC, "-u", "10.7.0.1", 6343)
    early.line("hi")
    early.expect("^-- liao: to come in, type [A-Z2-7]{8}\n")
    forger = run(*there, sys.executable, "-c", FORGER)
    forger.expect("^ready\n")
    forger.line("go")

    def come_in(nc):
        """Asked again until he is given a long one."""
        for _ in range(1000):
            token = nc.answer("hi", "^-- liao: to come in, .*\n").split()[-1]
            if len(token) == 13:
                break
        nc.answer(token.lower(), "^-- liao: you are guest")
    come_in(early)
    liao = run(*there, LIAO, "udp://10.7.0.1:6343")
    liao.expect("^-- liao: you are guest2, ")
    come_in(run(*there, NC, "-u", "10.7.0.1", 6343))


def test_ten_thousand_strangers(two_machines, run):
    here, there = two_machines
    # What the sanitizer keeps of what was freed is not ours.
    hub = run(*here, LIAOD, "--listen", "udp://10.7.0.1:6343", env={
        **os.environ, "ASAN_OPTIONS": "quarantine_size_mb=0:"
                                      "thread_local_quarantine_size_kb=0"})
    hub.expect("Ctrl-C stops it.\n")

    def come(n):
        return [int(word) for word in run(
            *there, sys.executable, "-c", STRANGERS, n).expect(
                r"^\d+ \d+ \d+\n", 60).split()]

    def memory():
        with open(f"/proc/{hub.pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    come(1000)
    before = memory()
    sent, came, answers = come(10000)
    assert answers == 10000
    assert came <= 3 * sent
    assert memory() - before < 1 << 20
    assert b"connected" not in hub.complaints
