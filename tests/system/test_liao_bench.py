"""liao-bench: that it serves as a load, and that it notices what a server
does wrong, for which there is a server that does wrong on purpose."""
import json
import os
import re
import select
import signal
import socket
import subprocess
import threading

import pexpect
import pytest

from talk import BENCH, CROWD, PATIENCE, ROOT

pytestmark = pytest.mark.skipif(not os.access(BENCH, os.X_OK),
                                reason="liao-bench is not built")


def bench(*arguments, seconds=50):
    return subprocess.run([BENCH, *map(str, arguments)], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=seconds)


def figures(*arguments, status=0):
    """What a run of it found; no warm-up, no more than a moment."""
    done = bench("--json", "--warmup", 0, "--seconds", 0.2, *arguments)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)


def url(hub, scheme="plain"):
    return f"{scheme}://{hub.ip}:{hub.port}"


# --- against liaod -------------------------------------------------------------

def assert_clean(found):
    wrongs = {key: found[key] for key in
              ("lost", "duplicated", "misordered", "damaged", "disconnected")}
    assert not any(wrongs.values()), wrongs


def test_a_thousand_members_lose_nothing(hub):
    # A sanitizer on a busy machine has not told the first message to all of
    # them after a moment.
    found = figures(url(hub), "--members", CROWD, "--window", 2,
                    "--seconds", 2, "--server-pid", hub.pid)
    assert_clean(found)
    assert found["members"] == CROWD and found["senders"] == 4
    # Whatever is posted, all others get it; at both ends of the measured span some
    # of what is under way is counted on one side only.
    under_way = 2 * 4 * (CROWD - 1)
    assert found["messages"] > 0
    assert abs(found["deliveries"] - (CROWD - 1) * found["messages"]) \
        <= under_way
    assert found["server_cpu_ns_per_delivery"] > 0
    assert found["client_cpu_ns_per_delivery"] > 0
    assert found["messages_per_read"] >= 1
    # One read may take several segments, but never less than one.
    assert 0 < found["messages_per_segment"] <= found["messages_per_read"] * 1.2


def test_everybody_posts(hub):
    found = figures(url(hub), "--members", 30, "--posters", "all")
    assert_clean(found)
    assert found["senders"] == 30 and found["window"] == 1


def test_paced(hub):
    found = figures(url(hub), "--members", 10, "--rate", 100,
                    "--seconds", 0.5)
    assert_clean(found)
    assert found["mode"] == "paced"
    assert abs(found["messages"] - 100 * found["seconds"]) <= 2
    times = found["latency_us"]
    assert 0 < times["p50"] <= times["p90"] <= times["p99"] <= times["max"]
    assert found["complete_us"]["max"] == times["max"]


def test_nobody_waits_for_those_who_never_read(hub):
    found = figures(url(hub), "--members", 20, "--stalled", 5, "--size", 1000)
    assert_clean(found)
    assert found["stalled"] == 5
    assert found["messages"] > 0


def test_idle_tells_the_memory(hub):
    found = figures(url(hub), "--members", 50, "--idle",
                    "--server-pid", hub.pid)
    assert found["mode"] == "idle" and found["senders"] == 0
    assert found["rss_bytes_after"] > 0
    assert "messages" not in found
    rise = found["rss_bytes_after"] - found["rss_bytes_before"]
    assert found["bytes_per_connection"] == pytest.approx(rise / 50, abs=0.1)
    assert 0 < found["server_join_cpu_s"] < PATIENCE


@pytest.mark.parametrize("scheme", ["irc", "ircv3"])
def test_irc_with_and_without_capabilities(hub, scheme):
    assert_clean(figures(url(hub, scheme), "--members", 60))


def test_a_listener_that_finds_out(hub):
    assert_clean(figures(url(hub, "tcp"), "--members", 5))


def test_ipv6(start_hub):
    hub = start_hub("--listen", "plain://[::1]:0")
    assert_clean(figures(f"plain://[::1]:{hub.port}", "--members", 3))


def test_localhost_is_where_somebody_listens(hub):
    """It may be ::1 first, where nobody does."""
    assert_clean(figures(f"plain://localhost:{hub.port}", "--members", 3))


def test_no_such_host():
    done = bench("plain://no-such-host.invalid", "--members", 2)
    assert done.returncode == 3
    assert done.stderr.startswith("liao-bench: no-such-host.invalid: ")


def test_a_progress_line_at_a_terminal(hub):
    program = pexpect.spawn(BENCH, [url(hub), "--members", "3", "--seconds",
                                    "0.5"], timeout=PATIENCE)
    program.expect(r"\r\x1b\[K\d+ s to go, \d+ deliveries\r\x1b\[K")
    program.expect("deliveries/s")
    program.expect(pexpect.EOF)
    program.close()
    assert program.exitstatus == 0


def test_the_table_for_people(hub):
    done = bench(url(hub), "--members", 5, "--seconds", 0.2, "--warmup", 0)
    assert done.returncode == 0
    assert re.search(r"^ +[\d,]+  deliveries/s$", done.stdout, re.M)
    assert re.search(r"^ +0  lost$", done.stdout, re.M)
    assert "CPU a delivery" in done.stdout      # our own
    assert "the server's CPU" not in done.stdout
    assert done.stderr == ""    # no progress where there is no terminal


def test_the_manual_page_has_every_member_of_the_result(hub):
    found = figures(url(hub), "--members", 3)
    page = (ROOT / "docs/man/liao-bench.1.scd").read_text()
    result = page.split("\n# RESULT\n")[1].split("\n# ")[0]
    heads = [line for line in result.splitlines() if line.startswith("*")]
    assert re.findall(r"\*(\w+)\*", "\n".join(heads)) == list(found)


# --- against a server that does wrong -------------------------------------------

class FakeServer:
    """A hub of plain lines that gives its last member line number NTH in
    another way; `wrong(line, member)` is what he gets instead, and what comes
    behind the next line."""

    def __init__(self, wrong, nth=5):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.wrong = wrong
        self.nth = nth
        self.members = []
        self.held = {}
        self.count = 0
        self.later = b""
        self.pipe = os.pipe()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while True:
            ready = select.select([self.pipe[0], self.listener,
                                   *self.members], [], [])[0]
            if self.pipe[0] in ready:
                return
            for s in ready:
                if s is self.listener:
                    self.welcome(s.accept()[0])
                elif s in self.members:
                    self.hear(s)

    def welcome(self, s):
        self.members.append(s)
        self.held[s] = b""
        self.give(s, b"-- liao: you are guest\n")

    def hear(self, s):
        try:
            fresh = s.recv(65536)
        except ConnectionResetError:
            fresh = b""
        if not fresh:
            self.members.remove(s)
            return
        *lines, self.held[s] = (self.held[s] + fresh).split(b"\n")
        for line in filter(None, lines):
            self.relay(s, b"guest: " + line + b"\n")

    def relay(self, speaker, line):
        last = self.members[-1]
        for s in self.members:
            if s is not speaker:
                self.give(s, self.bent(line) if s is last else line)

    def bent(self, line):
        self.count += 1
        if self.count == self.nth:
            now, self.later = self.wrong(line, self.members[-1])
            return now
        now, self.later = line + self.later, b""
        return now

    def give(self, s, what):
        try:
            s.sendall(what)
        except OSError:
            pass    # it has left

    def close(self):
        os.write(self.pipe[1], b"x")
        self.thread.join()
        for s in (*self.members, self.listener):
            s.close()
        for end in self.pipe:
            os.close(end)


@pytest.fixture
def fake():
    servers = []

    def start(wrong, **options):
        servers.append(FakeServer(wrong, **options))
        return f"plain://127.0.0.1:{servers[-1].port}"

    yield start
    for server in servers:
        server.close()


# One sender, so that the line behind is one of the same.
FEW = ("--members", 4, "--senders", 1, "--window", 4)

WRONGS = {
    "nothing": (lambda line, _: (line, b""), {}),
    "lost": (lambda line, _: (b"", b""), {"lost": 1}),
    "duplicated": (lambda line, _: (line + line, b""), {"duplicated": 1}),
    "repeated later": (lambda line, _: (line, line), {"duplicated": 1}),
    "swapped": (lambda line, _: (b"", line), {"misordered": 1}),
    "damaged": (lambda line, _: (line.replace(b"..", b".!", 1), b""),
                {"damaged": 1, "lost": 1}),
    "another's": (lambda line, _: (line, b"guest: ~" + b"A" * 63 + b"\n"),
                  {"damaged": 1}),
}


@pytest.mark.parametrize("wrong, found", WRONGS.values(), ids=WRONGS)
def test_what_a_server_does_wrong_is_noticed(fake, wrong, found):
    got = figures(fake(wrong), *FEW, status=1 if found else 0)
    wanted = dict.fromkeys(("lost", "duplicated", "misordered", "damaged"), 0)
    wanted.update(found)
    assert {key: got[key] for key in wanted} == wanted


def test_a_lost_last_message_is_noticed(fake):
    """Nothing comes behind it that would tell."""
    got = figures(fake(lambda line, _: (b"", b"")), *FEW[:-1], 1,
                  status=1)
    assert got["lost"] == 1


def test_one_whom_the_server_closes_is_noticed(fake):
    def hang_up(line, member):
        member.shutdown(socket.SHUT_RDWR)
        return b"", b""

    done = bench(fake(hang_up), "--json", "--warmup", 0, "--seconds", 0.2,
                 *FEW)
    assert done.returncode == 1
    assert json.loads(done.stdout)["disconnected"] == 1
    assert "the server closed a connection" in done.stderr


# --- who can't join --------------------------------------------------------------

def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    done = bench(f"plain://127.0.0.1:{port}")
    assert done.returncode == 3
    assert "cannot connect: Connection refused" in done.stderr
    assert done.stdout == ""


def test_the_room_is_full(start_hub):
    hub = start_hub("--listen", "plain://127.0.0.1:0", "--max-clients", "5")
    done = bench(url(hub), "--members", 6)
    assert done.returncode == 3
    assert "closed a connection" in done.stderr


def test_another_protocol_is_named(fake):
    done = bench(fake(None).replace("plain", "nats"), "--members", 2)
    assert done.returncode == 3
    assert "what the server says is not NATS" in done.stderr


def test_not_enough_descriptors(hub, nofile):
    done = subprocess.run([BENCH, url(hub), "--members", "100"], text=True,
                          capture_output=True, preexec_fn=nofile(50, 60))
    assert done.returncode == 3
    assert "the limit is 60" in done.stderr


# --- the command line --------------------------------------------------------------

@pytest.mark.parametrize("words, complaint", [
    (["--members", "1"], "--members 1: it has to be a number from 2 to"),
    (["--members"], "--members needs a value: --members N"),
    (["--member", "7"], "did you mean --members?"),
    (["--nonsense"], "--nonsense is no option; liao-bench --help"),
    (["--json=maybe"], "--json maybe: it is yes or no"),
    (["--size", "24"], "--size 24: it has to be a number from 25 to 4096"),
    (["--rate", "fast"], "--rate fast: it has to be a number"),
    (["--seconds", "nan"], "--seconds nan: it has to be a number"),
    (["--posters", "some"], "--posters some: there is all"),
    (["--senders", "9", "--members", "8"], "only 8 members read and post"),
    (["--stalled", "8", "--members", "8"], "somebody has to read"),
    (["--stalled", "7", "--members", "8"], "nobody but the sender would read"),
    (["--posters", "all", "--members", "20000"], "pairs of them"),
    (["--server-pid", "4194304"], "there is no such process"),
    (["irk://127.0.0.1"], "did you mean irc://?"),
    (["gopher://127.0.0.1"], "nothing speaks gopher:// here"),
    (["irc://127.0.0.1", "--size", "401"], "a message of IRC has 400 bytes"),
    (["plain://127.0.0.1:0"], "a port is a number from 1 to 65535"),
    (["plain://127.0.0.1:x"], "the port has to be a number"),
    (["plain://"], "on which host?"),
    (["plain://a", "plain://b"], "one server is enough"),
])
def test_bad_usage_is_explained(words, complaint):
    done = bench(*words)
    assert done.returncode == 2
    assert done.stderr.startswith("liao-bench: ")
    assert complaint in done.stderr
    assert done.stdout == ""


def test_a_full_disk_is_noticed(hub):
    with open("/dev/full", "w") as full:
        done = subprocess.run([BENCH, url(hub), "--members", "2", "--idle"],
                              stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 4
    assert "cannot write" in done.stderr


def test_in_chinese(hub):
    done = subprocess.run([BENCH, url(hub), "--members", "2", "--seconds",
                           "0.1", "--warmup", "0"], text=True,
                          capture_output=True,
                          env={**os.environ, "LC_ALL": "zh_CN.UTF-8"})
    assert re.search(r"^ +0  丢失$", done.stdout, re.M)


def test_ctrl_c_ends_it_early_and_tells(hub, run):
    program = run(BENCH, url(hub), "--members", 3, "--seconds", 100)
    watcher = hub.join()
    watcher.expect("~")     # it is at it
    program.process.send_signal(signal.SIGINT)
    assert "deliveries/s" in program.until_end()
    assert program.end() == 0
