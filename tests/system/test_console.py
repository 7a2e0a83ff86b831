"""The hub's console: with a terminal, the operator sits in the lobby."""
import os
import pty
import re
import signal
import socket
import subprocess
import termios
import threading
import time

import pytest

from talk import LIAOD, PATIENCE, REPORT, Socket, on_engine


class Console:
    """liaod at a terminal of its own."""

    def __init__(self, *arguments, errors, edits_lines=True):
        self.heard = ""
        self.errors = errors
        pid, self.master = pty.fork()
        if pid == 0:
            err = os.open(errors, os.O_WRONLY | os.O_CREAT, 0o600)
            os.dup2(err, 2)
            if not edits_lines:
                settings = termios.tcgetattr(0)
                settings[3] &= ~(termios.ICANON | termios.ECHO)
                termios.tcsetattr(0, termios.TCSANOW, settings)
            os.execv(LIAOD, [LIAOD, *on_engine(arguments)])
        self.pid = pid
        self.status = None
        found = self.expect(r"nc (\S+) (\d+)\r\n")
        self.address = (found[1], int(found[2]))

    def expect(self, pattern):
        """What is printed next, whatever lies between."""
        until = time.monotonic() + PATIENCE
        while True:
            found = re.search(pattern, self.heard)
            if found:
                self.heard = self.heard[found.end():]
                return found
            assert time.monotonic() < until, (pattern, self.heard)
            self.heard += self.hear()

    def hear(self):
        import select
        ready, _, _ = select.select([self.master], [], [], PATIENCE)
        assert ready, self.heard
        try:
            return os.read(self.master, 65536).decode()
        except OSError:
            raise AssertionError(f"the end; {self.heard!r}") from None

    def type(self, text):
        rest = text.encode()
        while rest: # a terminal takes a paste in pieces
            rest = rest[os.write(self.master, rest):]

    def drain(self):
        """Until its end: nobody reads the screen, but it is written."""
        try:
            while os.read(self.master, 65536):
                pass
        except OSError:
            pass

    def end(self):
        """Its exit status; it ends by itself."""
        until = time.monotonic() + PATIENCE
        while self.status is None:
            assert time.monotonic() < until
            try:
                os.read(self.master, 65536)
            except OSError:
                pass
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def close(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.master)
        said = open(self.errors).read()
        assert not REPORT.search(said), said


@pytest.fixture
def console(tmp_path):
    opened = []

    def start(*arguments, **options):
        if "--listen" not in arguments:
            arguments = ("--listen", "tcp://127.0.0.1:0", *arguments)
        opened.append(Console(*arguments, errors=str(tmp_path / "errors"),
                              **options))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def test_the_operator_talks_and_kicks(console):
    operator = console()
    operator.expect("-- liao: you are server, the operator, in room lobby")
    alice = Socket(operator.address)
    alice.say("hello\n")
    operator.expect("-- guest1 joined\r\nguest1: hello\r\n")
    operator.type("welcome, 大家好\n")
    alice.expect("^server: welcome, 大家好\n")
    operator.type("/who\n")
    operator.expect(r"-- people in lobby: 2 \(server, guest1\)\r\n")
    operator.type("/kick guest1 bad manners\n")
    operator.expect("-- guest1 was removed: bad manners\r\n")
    assert alice.until_end().endswith("-- you were turned out: bad manners\n")
    operator.type("/quit\n")
    assert operator.end() == 0


@pytest.mark.parametrize("leaving", ["\x04", "\x03", "q\n", "/quit\n"])
def test_the_operators_leaving_stops_the_server(console, leaving):
    operator = console()
    operator.expect("q stops the server")
    alice = Socket(operator.address)
    alice.say("\n")
    alice.expect("^-- liao: ")
    operator.type(leaving)
    assert alice.until_end().endswith("-- the server is stopping; bye\n")
    alice.close()
    assert operator.end() == 0


def test_a_lab_teacher_reads_what_the_lab_prints(console):
    operator = console("--listen", "lab://127.0.0.1:0")
    student = Socket(operator.address)
    ip, port = student.socket.getsockname()
    me = re.escape(f"({ip},{port})")
    operator.expect(me + "成功连接\r\n")
    student.say("老师好")
    operator.expect(me + ":老师好\r\n")
    student.say("q")
    operator.expect(me + "已退出聊天\r\n")
    operator.type("/quit\n")
    assert operator.end() == 0


def test_without_a_terminal_there_is_no_console(start_hub):
    hub = start_hub()
    alice = hub.join("alice")
    alice.answer("/who", r"^-- people in lobby: 1 \(alice\)\n")


def test_a_paste_that_outruns_the_hub_is_said_whole(console):
    """More than the pair of sockets between terminal and hub holds: a terminal
    that edits no lines gives many of them at once, and the hub takes a few in
    a turn."""
    operator = console(edits_lines=False)
    operator.expect("q stops the server")
    alice = Socket(operator.address)
    alice.say("\n")
    alice.expect("^-- liao: ")
    echo = threading.Thread(target=operator.drain, daemon=True)
    echo.start()
    lines = 60000
    paste = threading.Thread(target=operator.type, args=(
        "".join(f"{i}\n" for i in range(lines)),))
    paste.start()
    heard = alice.expect(rf"^server: {lines - 1}\n", seconds=60)
    paste.join()
    said = re.findall(r"^server: (\d+)$", heard, re.M)
    assert said == [str(i) for i in range(lines)]
    alice.close()
    os.kill(operator.pid, signal.SIGTERM)
    echo.join(PATIENCE)
    assert operator.end() == 0


def test_a_terminal_that_stands_still_stops_nobody(console):
    operator = console()
    operator.expect("q stops the server")
    alice, bob = Socket(operator.address), Socket(operator.address)
    bob.say("\n")
    bob.expect("^-- liao: ")
    alice.say("\n")
    alice.expect("^-- liao: ")
    # Nobody reads the terminal: its buffer fills, then the operator's log.
    line = "x" * 1000 + "\n"
    for number in range(200):
        alice.say(line * 10 + f"number {number}\n")
        bob.expect(f"guest\\d: number {number}\n")
    os.kill(operator.pid, signal.SIGTERM)
    assert operator.end() == 0
