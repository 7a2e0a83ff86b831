"""Both ends of a chat, for tests of the real programs.

    Talk          anything that says bytes and hears bytes
     |- Socket    one connection
     |- Program   one process: its standard input and output
         |- Hub   a liaod, with the sockets that joined it

Nothing here sleeps: everything waits for bytes, or for an end, until its
time is up. What is started is ended by its own pid.
"""
import os
import re
import signal
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LIAOD = os.environ.get("LIAOD", str(ROOT / "build/test/src/liaod/liaod"))
LIAO = os.environ.get("LIAO", str(ROOT / "build/test/src/liao/liao"))
BENCH = os.environ.get("LIAO_BENCH",
                       str(Path(LIAOD).parent.parent / "bench/liao-bench"))

# An engine of liaod that all hubs of these tests shall run on.
ENGINE = os.environ.get("LIAOD_ENGINE")

# Very many: what a machine lets one program have, and select has room for 848.
CROWD = 1000 if ENGINE != "select" else 800

PATIENCE = 10   # seconds for what takes milliseconds on an idle machine
STOP = 8        # seconds for liaod to stop, of which it may wait for two

LOG_LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (error|warning|info|debug): .+")
REPORT = re.compile(r"Sanitizer|runtime error:|CHECK|Assertion")


def on_engine(arguments):
    """The arguments of a hub, with the engine that was asked for. p2p has
    none."""
    takes_it = ENGINE and not {"--engine", "--mode", "--ask"} & set(arguments)
    return (*arguments, "--engine", ENGINE) if takes_it else arguments


class Talk:
    """What was heard and not yet expected is in `heard`, as bytes."""

    def __init__(self):
        self.heard = b""
        self.is_ended = False

    def hear(self, seconds):
        """Wait for more bytes, `seconds` at most; False: none came."""
        raise NotImplementedError

    def say(self, what):
        raise NotImplementedError

    def line(self, text):
        self.say(text + "\n")

    def expect(self, pattern, seconds=PATIENCE):
        """Read on until `pattern` (^ and $ are a line's) was heard; what was
        heard until then, the match included, is returned and forgotten."""
        wanted = re.compile(pattern.encode(), re.MULTILINE)
        until = time.monotonic() + seconds
        looked = 0
        while not (found := wanted.search(self.heard, looked)):
            # What is new may complete what is old, but not by so much.
            looked = max(0, len(self.heard) - (1 << 16))
            left = until - time.monotonic()
            if self.is_ended or left <= 0 or not self.hear(left):
                when = "until its end" if self.is_ended else f"in {seconds} s"
                raise AssertionError(f"no {pattern!r} {when}, but "
                                     f"{self.heard[-2000:]!r}")
        text = self.heard[:found.end()]
        self.heard = self.heard[found.end():]
        return text.decode()

    def answer(self, text, pattern, seconds=PATIENCE):
        """Say a line; what was heard until `pattern` answers it."""
        self.line(text)
        return self.expect(pattern, seconds)

    def until_end(self, seconds=PATIENCE):
        """Everything until the other side closed."""
        until = time.monotonic() + seconds
        while not self.is_ended:
            left = until - time.monotonic()
            assert left > 0 and (self.hear(left) or self.is_ended), \
                f"not closed after {seconds} s; heard {self.heard[-2000:]!r}"
        text, self.heard = self.heard, b""
        return text.decode()


def wait_for(is_so, seconds=PATIENCE):
    """For what cannot be heard; only where nothing else will do."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.01)


def flood(speaker, witness, megabytes=6):
    """Say more than any socket holds, in lines of 1,000 bytes, at the speed
    at which the witness reads; how many lines."""
    batch = 100
    for i in range(megabytes * 10):
        speaker.say(("x" * 999 + "\n") * (batch - 1) + f"batch {i}\n")
        witness.expect(f": batch {i}\n")
    return megabytes * 10 * batch


class Socket(Talk):
    """A connection. With receive_buffer it can be a slow one."""

    def __init__(self, address, receive_buffer=None):
        super().__init__()
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                   receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = self.socket.getsockname()[1]
        self.was_reset = False

    def hear(self, seconds):
        self.socket.settimeout(max(seconds, 0.001))
        try:
            fresh = self.socket.recv(1 << 16)
        except socket.timeout:
            return False
        except ConnectionResetError:
            self.was_reset = True
            fresh = b""
        self.heard += fresh
        self.is_ended = not fresh
        return not self.is_ended

    def say(self, what):
        self.socket.settimeout(PATIENCE)
        self.socket.sendall(what.encode() if isinstance(what, str) else what)

    def read_faster(self):
        """A small buffer that is full drains slowly: it asks for little."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)

    def say_no_more(self):
        """Half-close: it still hears."""
        self.socket.shutdown(socket.SHUT_WR)

    def vanish(self):
        """End with a reset, as one does whose machine lost its mind."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                               struct.pack("ii", 1, 0))
        self.close()

    def close(self):
        self.socket.close()


class Program(Talk):
    """A process. A thread reads all it says, so it never waits for us."""

    def __init__(self, command, **options):
        super().__init__()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, **options)
        self.pid = self.process.pid
        self.fresh = b""
        self.complaints = b""
        self.more = threading.Condition()
        self.pipes = 2
        self.readers = [
            threading.Thread(target=self.collect, args=args, daemon=True)
            for args in ((self.process.stdout, "fresh"),
                         (self.process.stderr, "complaints"))]
        for reader in self.readers:
            reader.start()

    def collect(self, pipe, where):
        while chunk := os.read(pipe.fileno(), 1 << 16):
            with self.more:
                setattr(self, where, getattr(self, where) + chunk)
                self.more.notify_all()
        with self.more:
            self.pipes -= 1
            self.more.notify_all()

    def hear(self, seconds):
        with self.more:
            self.more.wait_for(lambda: self.fresh or not self.pipes, seconds)
            self.heard += self.fresh
            got, self.fresh = bool(self.fresh), b""
            self.is_ended = not self.pipes
        return got

    def expect_complaint(self, pattern, seconds=PATIENCE):
        """Wait for a match in all of standard error so far; nothing there is
        forgotten."""
        wanted = re.compile(pattern.encode(), re.MULTILINE)
        with self.more:
            self.more.wait_for(
                lambda: wanted.search(self.complaints) or not self.pipes,
                seconds)
            found = wanted.search(self.complaints)
        assert found, f"no {pattern!r} in\n{self.complaints.decode()}"
        return found[0].decode()

    def say(self, what):
        self.process.stdin.write(
            what.encode() if isinstance(what, str) else what)
        self.process.stdin.flush()

    def say_no_more(self):
        self.process.stdin.close()

    def end(self, seconds=PATIENCE):
        """Wait for its own end; its exit status."""
        status = self.process.wait(seconds)
        for reader in self.readers:
            reader.join(seconds)
        return status

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.end()
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass    # it had left; what we still had to say is lost


class Hub(Program):
    """A running liaod. `addresses` are its listeners', in order."""

    def __init__(self, *arguments, **options):
        super().__init__([LIAOD, *on_engine(arguments)], **options)
        self.guests = []
        self.was_stopped = False
        try:
            self.greeting = ready = self.expect(r"^.*Ctrl-C.*\n")
        except AssertionError as problem:
            self.close()
            raise AssertionError(self.complaints.decode()) from problem
        self.addresses = [(ip, int(port)) for ip, port in
                          re.findall(r"^    (?:nc|irssi -c) (\S+)(?: -p)? (\d+)$",
                                     ready, re.M)]
        self.ip, self.port = self.addresses[0] if self.addresses else ("", 0)

    def connect(self, at=0, **options):
        """A connection, not a word yet."""
        guest = Socket(self.addresses[at], **options)
        self.guests.append(guest)
        return guest

    def join(self, nick=None, at=0, **options):
        """A member who speaks lines, has been greeted, and is named."""
        guest = self.connect(at, **options)
        guest.line("")
        guest.expect(r"^-- .* you are guest\d+, .*\n.*leaves$\n")
        if nick:
            guest.answer(f"/nick {nick}", f"^-- you are now {nick}\n")
        return guest

    def log(self):
        with self.more:
            return self.complaints.decode()

    def cpu_seconds(self):
        """What it has used until now."""
        stat = Path(f"/proc/{self.pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_bytes(self, what="VmRSS"):
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"{what}:\s+(\d+) kB", status)[1]) * 1024

    def stop(self, seconds=STOP):
        """Every test ends so: what was started stops as it should."""
        if self.was_stopped:
            return
        self.was_stopped = True
        try:
            for guest in self.guests:
                guest.close()
            if self.process.poll() is None:
                os.kill(self.pid, signal.SIGTERM)
            status = self.end(seconds)
        finally:
            self.close()
        assert not REPORT.search(self.log()), self.log()
        assert status == 0, f"exit status {status}\n{self.log()}"
        for line in self.log().splitlines():
            assert LOG_LINE.fullmatch(line), line
