"""Do what a guide says, and see what it says one sees.

A guide is Markdown. A line **NAME** names the terminal of the next ```console,
in which

    $ command       starts a program; the one before has ended
    > text          is typed, and Enter; ^C and ^D are those keys
    prompt: > text  is typed behind a prompt
    >>> text        is typed at Python's prompt
    ...             stands for lines that are left out
    text            is what one sees next, and nothing else in between

A heading of level two or three ends all programs. Ports are exchanged for
free ones. In what one sees, other numbers of five digits and more stand for
any number, and so do descriptors in a trace, and a number that is alone on its
line and has three.
"""
import fcntl
import os
import pty
import re
import select
import signal
import socket
import struct
import termios
import time

PATIENCE = 20
PORTS = ("63434", "8888", "5000")   # that a guide listens on
TYPED = re.compile(r"^(?P<prompt>|.*: |>>> )(?:> |(?<=>>> ))(?P<text>.*)$")
TIME = re.compile(r"^\d\d:\d\d ")    # which liao shows at the left
ESCAPE = re.compile(r"\x1b\[[?0-9;]*[a-zA-Z]|\^[CD]\x08*")


class Wrong(AssertionError):
    pass


def steps(text):
    """(line number, terminal or None, line): None is a heading."""
    name = terminal = None
    for number, line in enumerate(text.splitlines(), 1):
        if terminal is None and (named := re.fullmatch(r"\*\*(\w+)\*\*", line)):
            name = named[1]
        elif terminal is None and line == "```console":
            terminal = name
        elif terminal is not None and line == "```":
            terminal = None
        elif terminal is not None:
            yield number, terminal, line
        elif re.match("###? ", line):
            yield number, None, line


def pattern_of(line, ports=()):
    """What a line of the guide may look like."""
    wanted = re.sub(r"\b\d{5,}\b|^\d{3,}$",
                    lambda m: m[0] if m[0] in ports else r"\d+",
                    re.escape(line))
    if line.startswith("\\~ ") or line.startswith("~ "):
        wanted = re.sub(r"(?<=\\\()\d+(?=,|\\\))", r"\\d+", wanted)
        wanted = re.sub(r"(?<=:\\ )\d+(?=\\ )", r"\\d+", wanted)
        wanted = re.sub(r"(thread\\ |线程\\ )\d+", r"\1\\d+", wanted)
        if re.match(r"~ (\[.*\] )?(socket|accept)\(", line):
            wanted = re.sub(r"(?<==\\ )\d+", r"\\d+", wanted)
        wanted = re.sub(r"(\\ )+\\#", r"\\s+\\#", wanted)
    return re.compile(wanted)


class Terminal:
    def __init__(self, name, environment, folder):
        self.name = name
        self.environment = environment
        self.folder = folder
        self.pid = None
        self.heard = ""
        self.may_skip = False   # "..." was said last

    def start(self, command):
        self.finish()
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            # Wide, so that no line is broken; and before the program looks,
            # who would draw its prompt anew.
            fcntl.ioctl(0, termios.TIOCSWINSZ,
                        struct.pack("HHHH", 50, 400, 0, 0))
            os.chdir(self.folder)
            os.execvpe("/bin/sh", ["sh", "-c", "exec " + command],
                       self.environment)
        self.may_skip = False

    def hear(self, seconds):
        """False: nothing more came, or ever will."""
        ready, _, _ = select.select([self.master], [], [], max(seconds, 0))
        try:
            fresh = os.read(self.master, 65536) if ready else b""
        except OSError:
            fresh = b""
        # Characters may come in parts.
        self.part = getattr(self, "part", b"") + fresh
        text = self.part.decode(errors="ignore")
        if text.encode() == self.part:
            self.heard += ESCAPE.sub("", text).replace("\r", "")
            self.part = b""
        return bool(fresh)

    def next_line(self, until):
        while "\n" not in self.heard:
            if not self.hear(until - time.monotonic()):
                raise Wrong(f"{self.name}: nothing more than {self.heard!r}")
        line, self.heard = self.heard.split("\n", 1)
        return line

    def see(self, wanted, ports=()):
        until = time.monotonic() + PATIENCE
        skipped = []
        while True:
            try:
                line = self.next_line(until)
            except Wrong as end:
                raise Wrong(f"{end}; after {skipped}") from None
            line = TIME.sub("", line)
            if pattern_of(wanted, ports).fullmatch(line):
                self.may_skip = False
                return
            if not self.may_skip:
                raise Wrong(f"{self.name}: saw {line!r}")
            skipped.append(line)

    def type(self, prompt, text):
        until = time.monotonic() + PATIENCE
        if prompt:
            while not self.heard.endswith(prompt):
                if not self.hear(until - time.monotonic()):
                    raise Wrong(f"{self.name}: no prompt, {self.heard!r}")
            before = self.heard[:-len(prompt)]
            if before and not self.may_skip:
                raise Wrong(f"{self.name}: saw {before!r}")
            self.heard = prompt
            self.may_skip = False
        key = {"^C": "\x03", "^D": "\x04"}.get(text)
        os.write(self.master, (key or text + "\n").encode())
        if not key:
            self.see(prompt + text, re.findall(r"\d+", text))

    def rest(self):
        """What was seen, and not foretold."""
        if self.pid is not None:
            while self.hear(0):
                pass
        return "" if self.may_skip else self.heard

    def finish(self):
        """The program has ended by itself."""
        if self.pid is None:
            return
        until = time.monotonic() + PATIENCE
        while self.hear(until - time.monotonic()):
            pass
        if os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            raise Wrong(f"{self.name}: the program is still running")
        os.close(self.master)
        self.pid = None
        if self.rest().strip():
            raise Wrong(f"{self.name}: saw {self.heard!r}")
        self.heard = ""

    def close(self):
        if self.pid is None:
            return
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.master)
        self.pid = None


def free_ports():
    """TCP and UDP have these free; as text, for each of PORTS."""
    found = {}
    while len(found) < len(PORTS):
        with socket.socket() as tcp, \
                socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            if str(port) not in found.values():
                found[PORTS[len(found)]] = str(port)
    return found


def follow(text, environment, folder, wants=lambda heading: True):
    """All of the guide, or the parts whose headings are wanted. Raises Wrong,
    with the line, where it is not as it says."""
    terminals, ports, is_wanted = {}, {}, False
    any_port = re.compile("|".join(rf"\b{port}\b" for port in PORTS))
    number, done = 0, 0
    try:
        for number, name, line in steps(text):
            if name is None:
                end_part(terminals)
                ports, is_wanted = free_ports(), wants(line)
                continue
            if not is_wanted:
                continue
            done += 1
            line = any_port.sub(lambda m: ports[m[0]], line)
            terminal = terminals.setdefault(
                name, Terminal(name, environment, folder))
            typed = TYPED.match(line)
            if line.startswith("$ "):
                terminal.start(line[2:])
            elif line == "...":
                terminal.may_skip = True
            elif typed:
                terminal.type(typed["prompt"], typed["text"])
            else:
                terminal.see(line, ports.values())
        end_part(terminals)
    except Wrong as wrong:
        raise Wrong(f"line {number}: {line}\n{wrong}") from None
    finally:
        for terminal in terminals.values():
            terminal.close()
    return done


def end_part(terminals):
    # Before the end of one is news to another.
    rests = [(name, terminal.rest()) for name, terminal in terminals.items()]
    for terminal in terminals.values():
        terminal.close()
    terminals.clear()
    for name, rest in rests:
        is_prompt = rest.endswith(">>> ") or ">>> ".startswith(rest)
        if rest.strip() and not is_prompt:
            raise Wrong(f"{name}: saw {rest!r} in the end")
