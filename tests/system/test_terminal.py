"""liao at a terminal: under tmux, whose screen is compared, and under a bare
pty where bytes and settings are."""
import contextlib
import os
import queue
import random
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unicodedata
from pathlib import Path

import pytest

from screen import CLEAN, FAKETIME, Tmux
from talk import LIAO, PATIENCE, REPORT, Socket

pexpect = pytest.importorskip("pexpect")
pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="no tmux")

PASTE_BEGIN, PASTE_END = "\x1b[200~", "\x1b[201~"
HAS_READLINE = b"libreadline" in subprocess.run(
    ["ldd", LIAO], capture_output=True).stdout
with_editor = pytest.mark.skipif(not HAS_READLINE,
                                 reason="liao was built without readline")


def at_time(clock):
    """What stands before a command whose wall clock is not the machine's."""
    if clock is None:
        return ""
    return (f":verify_asan_link_order=0 LD_PRELOAD={FAKETIME} TZ=UTC "
            f"FAKETIME='{clock}' FAKETIME_DONT_FAKE_MONOTONIC=1")


@pytest.fixture
def tmux(hub):
    """tmux("--plain", columns=40): liao, in our hub, greeted. Its standard
    error is checked at the end."""
    opened, folders = [], []

    def start(*options, columns=80, rows=24, port=None, clock=None,
              language="C.UTF-8", **env):
        # Not tmp_path: a socket's path has to be short.
        folder = Path(tempfile.mkdtemp(prefix="liao-tmux-"))
        folders.append(folder)
        words = " ".join(options)
        address = f"tcp://127.0.0.1:{port or hub.port}"
        terminal = Tmux(columns, rows,
                        # When tmux goes, a second signal may hit the leak
                        # checker's helper, and it then spins for ever.
                        f"LC_ALL={language} "
                        "ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0"
                        f"{at_time(clock)} {LIAO} {address} {words} 2>{folder}/errors; "
                        "echo status $?", folder, **env)
        opened.append(terminal)
        if port is None:
            terminal.see("leaves")
        return terminal

    yield start
    for terminal in opened:
        terminal.close()
    for folder in folders:
        errors = (folder / "errors").read_text()
        shutil.rmtree(folder)
        assert not REPORT.search(errors), errors


@pytest.fixture
def alice(hub):
    return hub.join("alice")


def say_and_see(terminal, alice, text):
    """Alice says it, and it is on the screen."""
    alice.line(text)
    terminal.see(text)


# -- a message while one types ---------------------------------------------------

@with_editor
@pytest.mark.parametrize("typed, shown", [
    ("hello", "> hello"),
    ("你好，世界", "> 你好，世界"),
    ("a你b好🙂c", "> a你b好🙂c"),
    ("e\u0301te\u0301 한국어 العربية", "> e\u0301te\u0301 한국어 العربية"),
])
def test_half_typed_line_stays_whole(tmux, alice, typed, shown):
    terminal = tmux()
    terminal.type(typed)
    terminal.bottom(shown)
    before = terminal.cursor()
    say_and_see(terminal, alice, "good morning")
    rows = terminal.bottom(shown)
    assert rows[-2].endswith("alice: good morning")
    assert terminal.cursor()[0] == before[0]
    terminal.keys("Enter")
    alice.expect(f"^guest2: {re.escape(typed)}\n")
    assert terminal.bottom(">")[-2].endswith(f"guest2: {typed}")


@with_editor
def test_cursor_in_the_middle(tmux, alice):
    terminal = tmux()
    terminal.type("我在x中间")
    terminal.keys("Left", "Left")
    terminal.wait(lambda rows: terminal.cursor()[0] == 7)
    say_and_see(terminal, alice, "alice has said it")
    terminal.bottom("> 我在x中间")
    assert terminal.cursor()[0] == 7
    terminal.type("正")
    terminal.bottom("> 我在x正中间")
    terminal.keys("BSpace", "BSpace", "Enter")
    alice.expect("^guest2: 我在中间\n")


@with_editor
def test_keys_move_by_what_one_sees(tmux, alice):
    terminal = tmux()
    terminal.type("a👨‍👩‍👧‍👦e\u0301b")
    terminal.keys("Left", "Left", "BSpace", "DC", "Enter")
    alice.expect("^guest2: ab\n")


@with_editor
def test_line_over_several_rows(tmux, alice):
    terminal = tmux(columns=40)
    words = "这是一句很长的话" * 6 + "end"     # 96 columns and 3
    terminal.type(words)
    wanted = ["> " + words[:19], words[19:39], words[39:]]
    terminal.bottom(*wanted)
    alice.line("one")
    terminal.see("alice: one")
    terminal.bottom(*wanted)
    terminal.keys("C-a")
    terminal.wait(lambda rows: terminal.cursor()[0] == 2)
    alice.line("two")
    terminal.see("alice: two")
    terminal.bottom(*wanted)
    assert terminal.cursor()[0] == 2
    text = terminal.all()
    assert text.count("> 这") == 1 and text.count("end") == 1
    terminal.keys("Enter")
    alice.expect(f"^guest2: {words}\n")


@with_editor
def test_typing_leaves_nothing_in_the_scrollback(tmux, alice):
    """Some terminals take "erase below" at the top left for clearing the
    screen, and keep what was on it: after Ctrl-L, each key left a copy of
    the line in the scrollback."""
    terminal = tmux(columns=40)
    terminal.type("xx")
    terminal.keys("C-l")
    terminal.bottom("> xx")
    for i in range(20):         # until it has two rows
        terminal.type(f"{i:02d}")
        terminal.see(f"{i:02d}")
    terminal.keys("BSpace")
    terminal.wait(lambda rows: terminal.cursor() == (3, 1))
    alice.line("hi")
    terminal.see("alice: hi")
    text = terminal.all()
    assert len(re.findall("^>", text, re.M)) == 1, text


@with_editor
@pytest.mark.parametrize("columns", [38, 40])
def test_line_that_ends_at_the_last_column(tmux, alice, columns):
    terminal = tmux(columns=columns)
    terminal.type("x" * (columns - 2))
    terminal.see("x" * (columns - 2))
    alice.line("hi")
    terminal.see("alice: hi")
    terminal.type("y")
    terminal.bottom("> " + "x" * (columns - 2), "y")
    terminal.keys("BSpace", "BSpace")
    terminal.bottom("> " + "x" * (columns - 3))


@with_editor
def test_line_higher_than_the_screen(tmux, alice):
    terminal = tmux(columns=40, rows=12)
    terminal.type("x " + "".join(f"{i:03d} " for i in range(200)))  # 20 rows
    terminal.see("199")
    alice.line("hi")
    terminal.keys("C-a")
    terminal.see("> x 000")
    terminal.keys("C-e")
    terminal.see("199")
    terminal.keys("Enter")
    alice.expect("^guest2: x 000 .* 199 ?\n")
    assert "alice: hi" in terminal.all()


@with_editor
def test_thousand_messages(tmux, alice):
    terminal = tmux(columns=60, rows=15)
    terminal.type("我还没有说完")
    terminal.bottom("> 我还没有说完")
    for i in range(10):
        alice.say("".join(f"message {i * 100 + k} 早上好\n"
                          for k in range(100)))
        alice.answer("/who", "people in")
    terminal.see("message 999 早上好")
    terminal.bottom("> 我还没有说完")
    text = terminal.all()
    assert text.count("> 我还没有说完") == 1
    numbers = re.findall(r"message (\d+) 早上好$", text, re.M)
    assert [int(n) for n in numbers] == list(range(1000))
    terminal.type("，现在说完了")
    terminal.keys("Enter")
    alice.expect("^guest2: 我还没有说完，现在说完了\n")


@with_editor
def test_history_search(tmux, alice):
    terminal = tmux()
    terminal.type("早上好 one")
    terminal.keys("Enter")
    terminal.see("guest2: 早上好 one")
    terminal.type("half")
    terminal.keys("C-r")
    terminal.type("上")
    prompt = "(reverse-i-search)`上': 早上好 one"
    terminal.bottom(prompt)
    cursor = terminal.cursor()
    alice.line("hi")
    terminal.see("alice: hi")
    terminal.bottom(prompt)
    assert terminal.cursor()[0] == cursor[0]
    terminal.keys("C-g")
    terminal.bottom("> half")
    terminal.keys("C-u", "Up")
    terminal.bottom("> 早上好 one")
    terminal.keys("Enter")
    alice.expect("^guest2: 早上好 one\n(.*\n)*?guest2: 早上好 one\n")


@with_editor
@pytest.mark.parametrize("key", ["BSpace", "C-h"])
def test_backspace_in_a_search(tmux, alice, key):
    """It ended the search and erased in the line that was found, since
    readline asks for its own function by name."""
    terminal = tmux()
    terminal.type("早上好 one")
    terminal.keys("Enter")
    terminal.type("half")
    terminal.keys("C-r")
    terminal.type("上没")
    terminal.bottom("(failed reverse-i-search)`上没': 早上好 one")
    terminal.keys(key)
    terminal.see("reverse-i-search)`上': 早上好 one")
    terminal.keys("C-g")
    terminal.bottom("> half")
    terminal.keys(key)
    terminal.bottom("> hal")


@with_editor
def test_search_in_chinese(tmux, alice):
    terminal = tmux(language="zh_CN.UTF-8")
    terminal.type("早上好")
    terminal.keys("Enter")
    terminal.keys("C-r")
    terminal.type("上")
    terminal.bottom("(向前查找)`上': 早上好")
    terminal.type("没")
    terminal.bottom("(向前没有找到)`上没': 早上好")


@with_editor
def test_resize(tmux, alice):
    terminal = tmux(columns=80)
    words = "一二三四五六七八九十" * 3 + "end"  # 63 columns, 65 with "> "
    terminal.type(words)
    terminal.bottom("> " + words)
    terminal.resize(50, 24)
    terminal.bottom("> " + words[:24], words[24:])
    terminal.resize(30, 24)
    terminal.bottom("> " + words[:14], words[14:29], words[29:])
    terminal.resize(80, 24)
    terminal.bottom("> " + words)
    alice.line("hi")
    terminal.see("alice: hi")
    terminal.bottom("> " + words)
    assert terminal.all().count("> 一二") == 1


class Line:
    """What the typed line has to look like: the rows, and the cursor."""

    def __init__(self):
        self.text, self.at = "", 0

    def width(self, c):
        return 2 if unicodedata.east_asian_width(c) in "WF" else 1

    def rows(self, columns):
        rows, cursor = [""], None
        width = 0
        for i, c in enumerate("> " + self.text):
            if width + self.width(c) > columns:
                rows.append("")
                width = 0
            if i == self.at + 2:
                cursor = (width, len(rows) - 1)
            rows[-1] += c
            width += self.width(c)
        if cursor is None:
            if width == columns:
                rows.append("")
                width = 0
            cursor = (width, len(rows) - 1)
        return [row.rstrip() for row in rows], cursor

    def type(self, text):
        self.text = self.text[:self.at] + text + self.text[self.at:]
        self.at += len(text)

    def press(self, key):
        if key == "Left":
            self.at = max(self.at - 1, 0)
        elif key == "Right":
            self.at = min(self.at + 1, len(self.text))
        elif key == "BSpace" and self.at > 0:
            self.text = self.text[:self.at - 1] + self.text[self.at:]
            self.at -= 1
        elif key == "C-a":
            self.at = 0
        elif key == "C-e":
            self.at = len(self.text)


@with_editor
@pytest.mark.parametrize("seed", range(4))
def test_any_line_at_any_width(tmux, alice, seed):
    """Keys, messages and sizes in any order: the screen is what a model says,
    and each message is there once."""
    chance = random.Random(seed)
    columns, line, said = 40, Line(), []
    terminal = tmux(columns=columns, rows=16)
    for step in range(60):
        what = chance.random()
        if what < 0.4:
            text = "".join(chance.choice("abc 你好世界🙂") for _ in
                           range(chance.randint(1, 12)))
            line.type(text)
            terminal.type(text)
        elif what < 0.65:
            key = chance.choice(["Left", "Left", "Right", "BSpace", "C-a", "C-e"])
            for _ in range(chance.randint(1, 6)):
                line.press(key)
                terminal.keys(key)
        elif what < 0.85:
            said.append(f"第{step}句")
            alice.line(said[-1])
            terminal.see(said[-1])
        else:
            columns = chance.randint(25, 60)
            terminal.resize(columns, 16)
        rows, (x, y) = line.rows(columns)

        def is_right(screen):
            while screen and not screen[-1]:
                screen.pop()
            bottom = terminal.cursor()[1] - y
            shown = (screen + [""] * 16)[bottom:bottom + len(rows)]
            return shown == rows and terminal.cursor()[0] == x \
                and len(screen) <= bottom + len(rows)
        terminal.wait(is_right)
        # Rows that tmux has moved into its scrollback are out of reach.
        assert sum(row.startswith(">") for row in terminal.screen()) == 1
    assert re.findall(r"第\d+句", terminal.all()) == said


# -- pasting -------------------------------------------------------------------------

LINES = "\n".join(f"第{i}行" for i in range(1, 6))
QUESTION = "pasted lines: 5; send them? [y/N/1 = as one line]"


@with_editor
@pytest.mark.parametrize("key, said", [
    ("y", ["half 第1行", "第2行", "第3行", "第4行", "第5行"]),
    ("1", ["half 第1行 第2行 第3行 第4行 第5行"]),
    ("n", ["half "]),
    ("Enter", ["half "]),
])
def test_paste_of_five_lines_asks(tmux, alice, key, said):
    terminal = tmux()
    alice.expect("guest2 joined\n")
    terminal.type("half ")
    terminal.see("> half")
    terminal.paste(LINES)
    terminal.bottom(QUESTION)
    alice.line("hi")
    terminal.see("alice: hi")
    terminal.bottom(QUESTION)
    assert not alice.hear(0.1)
    terminal.keys(key)
    if key == "y":
        terminal.bottom(">")
    else:
        terminal.wait(lambda rows: QUESTION not in rows)
        terminal.keys("Enter")
    for line in said:
        alice.expect(f"^guest2: {line}\n")
    terminal.type("after")
    terminal.keys("Enter")
    alice.expect("^guest2: after\n")
    assert alice.heard == b""


@with_editor
def test_another_paste_is_no_answer(tmux, alice):
    """A second paste came while liao asked about the first. Its mark's ESC
    was the answer, and all behind it was typed: each of its lines was said,
    and nobody had been asked."""
    terminal = tmux()
    alice.expect("guest2 joined\n")
    terminal.paste(LINES)
    terminal.bottom(QUESTION)
    terminal.paste("secret 1\nsecret 2\nsecret 3\n")
    terminal.bottom(QUESTION.replace("5", "3"))
    terminal.keys("Up")     # a key of several bytes is one answer: no
    terminal.bottom(">")
    terminal.type("after")
    terminal.keys("Enter")
    alice.expect("^guest2: after\n")
    assert alice.heard == b""
    terminal.paste(LINES)
    terminal.bottom(QUESTION)
    terminal.paste("just a word")
    terminal.bottom("> just a word")


@with_editor
def test_small_pastes_are_taken_as_typed(tmux, alice):
    terminal = tmux()
    terminal.paste("one\x1b[2J\ttwo\n")     # its newline is not pressed
    terminal.bottom("> one\ufffd[2J two")
    terminal.keys("Enter")
    alice.expect("^guest2: one.*two\n")
    terminal.paste("first\nsecond")
    alice.expect("^guest2: first\n")
    terminal.bottom("> second")


# -- Tab -----------------------------------------------------------------------------

@with_editor
def test_tab_completes(tmux, hub, alice):
    terminal = tmux()
    for name in ("Bob", "小明", "小红"):
        hub.join(name)
        terminal.see(f"is now {name}")
    terminal.type("/ro")
    terminal.keys("Tab")
    terminal.bottom("> /rooms")
    terminal.keys("C-u")
    terminal.type("b")
    terminal.keys("Tab")
    terminal.type("hi a")
    terminal.keys("Tab")
    terminal.type("!")
    terminal.bottom("> Bob: hi alice !")
    terminal.keys("C-u")
    terminal.type("/msg 小")
    terminal.keys("Tab")
    terminal.see("小红  小明")
    terminal.type("明")
    terminal.keys("Tab")
    terminal.type("你好")
    terminal.bottom("> /msg 小明 你好")
    terminal.keys("Enter")
    terminal.see("[you to 小明] 你好")


@with_editor
def test_server_in_another_language(start_hub, tmux):
    """What a Chinese server says, an English liao understands: who is here,
    what we are called."""
    hub = start_hub("--lang", "zh")
    terminal = tmux(port=hub.port)
    terminal.see("离开")
    terminal.type("/nick Bob")
    terminal.keys("Enter")
    terminal.see("你现在叫 Bob")
    alice = hub.connect()
    alice.answer("/nick alice", "^-- .*alice\n")
    terminal.see("alice 来了")
    alice.line("/nick 爱丽丝")
    terminal.see("改名为 爱丽丝")
    terminal.type("hi 爱")
    terminal.keys("Tab")
    terminal.bottom("> hi 爱丽丝")
    alice.line("早, bob!")
    terminal.see("早, bob!")    # and that is bold, since it calls us
    assert "\x1b[1m" in "\n".join(terminal.screen("-e"))
    terminal.keys("Enter")
    alice.expect("^Bob: hi 爱丽丝 ?\n")
    terminal.see("Bob: hi 爱丽丝")


# -- looks ------------------------------------------------------------------------------

def escapes(terminal):
    return re.findall(r"\x1b\[[\d;]*m", "\n".join(terminal.screen("-e")))


@with_editor
def test_colours(tmux, hub, alice):
    terminal = tmux()
    bob = hub.join("bob")
    for i, speaker in enumerate((alice, bob, alice)):
        say_and_see(terminal, speaker, f"hello {i}")
    rows = [row for row in terminal.screen("-e") if "hello" in row]
    colours = [re.search(r"(\x1b\[38;5;\d+m)(alice|bob)", row)[1]
               for row in rows]
    assert colours[0] == colours[2] != colours[1]
    assert "\x1b[2m" in [row for row in terminal.screen("-e")
                         if "is now" in row][0]


@pytest.mark.parametrize("options, env", [
    ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"}), (["--plain"], {})])
def test_no_colours(tmux, alice, options, env):
    terminal = tmux(*options, columns=100, **env)
    terminal.type("你好")
    terminal.keys("Enter")
    alice.expect("^guest2: 你好\n")
    say_and_see(terminal, alice, "good morning")
    assert escapes(terminal) == []


@pytest.mark.parametrize("options, env", [
    ([], {"TERM": "dumb"}), (["--plain"], {})])
def test_linear_has_times_when_asked(tmux, alice, options, env):
    """A dumb terminal had them always, though the page says as --plain."""
    for asked, shown in [([], "alice: hi"), (["--times", "left"],
                                             r"\d\d:\d\d alice: hi")]:
        terminal = tmux(*options, *asked, columns=100, **env)
        alice.line("hi")
        terminal.wait(lambda rows: any(re.fullmatch(shown, r) for r in rows))


@with_editor
@pytest.mark.parametrize("where, pattern", [
    ("left", r"^\d\d:\d\d alice: hi$"), ("right", r"^alice: hi {26}\d\d:\d\d$"),
    ("none", "^alice: hi$")])
def test_times(tmux, alice, where, pattern):
    terminal = tmux("--times", where, columns=40)
    alice.line("hi")
    terminal.wait(lambda rows: any(re.match(pattern, row) for row in rows))


@with_editor
def test_forty_by_twelve(tmux, alice):
    terminal = tmux(columns=40, rows=12)
    alice.line("a message of some length that needs 三行才能显示完")
    rows = terminal.see("三行")
    at = next(i for i, row in enumerate(rows) if "alice:" in row)
    assert re.fullmatch(r"\d\d:\d\d alice: a message of some length", rows[at])
    assert rows[at + 1] == "        that needs 三行才能显示完"
    terminal.type("/help")
    terminal.keys("Enter")
    terminal.see("begins with /")
    terminal.bottom(">")


@with_editor
@pytest.mark.skipif(FAKETIME is None, reason="no libfaketime")
@pytest.mark.parametrize("options, bottom", [
    ([], ["-- Sunday, 3 January 2027", "> 打到一半"]),
    (["--plain"], ["-- Sunday, 3 January 2027"])])
def test_day_line_at_midnight(hub, alice, tmux, options, bottom):
    """Nobody says anything, and the day passes all the same."""
    terminal = tmux(*options, clock="@2027-01-02 23:59:55")
    if bottom[1:]:
        terminal.type("打到一半")
        terminal.see("打到一半")
    rows = terminal.wait(lambda rows: any("3 January" in r for r in rows))
    assert not any("2 January" in row for row in rows)
    rows = [row for row in rows if row]
    assert rows[-len(bottom):] == bottom
    alice.line("good morning")
    rows = terminal.see("good morning")
    assert sum("January" in row for row in rows) == 1
    if not options:
        assert any(re.match("00:00 alice: good morning", r) for r in rows)


# -- leaving -------------------------------------------------------------------------------

class Pty:
    """A shell on a pty that runs liao, so its settings can be asked before
    and after. Waits on what is said."""

    def __init__(self, port, *options, **env):
        env = {**CLEAN, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color",
               "INPUTRC": "/dev/null", **env}
        self.shell = pexpect.spawn("/bin/sh", ["-i"], env=env, timeout=PATIENCE,
                                   encoding="utf-8", dimensions=(24, 80),
                                   echo=False)
        self.shell.sendline("PS1=; set -m; echo rea''dy")
        self.shell.expect("ready\r\n")
        self.before = self.settings()
        self.shell.sendline(f"{LIAO} tcp://127.0.0.1:{port} "
                            + " ".join(options) + "; echo status $?.")
        if port:
            self.shell.expect("leaves\\S*\r\n")

    def settings(self):
        self.shell.sendline("stty -g; echo do''ne")
        self.shell.expect(r"([0-9a-f:]{40,})\s+done\r\n")
        return self.shell.match[1]

    def ended(self, status):
        self.shell.expect(rf"status (\d+)\.")
        assert self.shell.match[1] == str(status)
        assert self.settings() == self.before

    def pid(self):
        children = Path(f"/proc/{self.shell.pid}/task/{self.shell.pid}"
                        "/children").read_text().split()
        return int(children[0])

    def close(self):
        self.shell.close(force=True)


@pytest.fixture
def at_pty():
    opened = []

    def start(port, *options, **env):
        opened.append(Pty(port, *options, **env))
        return opened[-1]
    yield start
    for pty in opened:
        pty.close()


@pytest.mark.parametrize("way, status", [
    ("q", 0), ("ctrl-d", 0), ("ctrl-c", 130), ("/quit", 0),
    ("term", 143), ("hup", 129), ("stop", 5), ("segv", 139), ("abort", 134),
])
@pytest.mark.parametrize("options", [(), ("--plain",)])
def test_terminal_is_as_it_was(hub, at_pty, way, status, options):
    if options and way in ("segv", "abort"):
        pytest.skip("--plain changes no settings")
    crash = "handle_segv=0:handle_abort=0"      # as without a sanitizer
    pty = at_pty(hub.port, *options, TSAN_OPTIONS=crash,
                 ASAN_OPTIONS=f"{crash}:detect_leaks=0")
    keys = {"q": "q\r", "ctrl-d": "\x04", "ctrl-c": "half typed\x03",
            "/quit": "/quit\r"}
    signals = {"term": signal.SIGTERM, "hup": signal.SIGHUP,
               "segv": signal.SIGSEGV, "abort": signal.SIGABRT}
    if way in keys:
        pty.shell.send(keys[way])
    elif way in signals:
        os.kill(pty.pid(), signals[way])
    else:
        hub.stop()
    pty.ended(status)


def test_terminal_is_as_it_was_when_the_link_is_lost(at_pty):
    with socket.create_server(("127.0.0.1", 0)) as server:
        is_greeted = threading.Event()

        def serve():
            guest, _ = server.accept()
            with guest:
                guest.recv(1) # its empty line
                guest.sendall(b"-- liao: hello; q leaves\n")
                is_greeted.wait(PATIENCE)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            pty = at_pty(server.getsockname()[1])
        finally:
            is_greeted.set()
            thread.join()
        pty.shell.expect("connection lost: the server closed it")
        pty.ended(1)


@with_editor
@pytest.mark.parametrize("before", ["stop", "term"])
def test_suspend_and_go_on(hub, alice, at_pty, before):
    pty = at_pty(hub.port)
    pty.shell.send("half 打")
    pty.shell.expect("half 打")
    if before == "term":
        pty.shell.send("\x1a")
    else:
        os.kill(pty.pid(), signal.SIGSTOP)
    pty.shell.expect("Stopped")
    pty.shell.sendline("echo in the sh''ell")
    pty.shell.expect("in the shell")
    if before == "term":
        assert pty.settings() == pty.before
    alice.line("while you were away")
    pty.shell.sendline("fg")
    pty.shell.expect("alice.*while you were away")
    pty.shell.expect("half 打")
    pty.shell.send("完\r")
    alice.expect("^guest2: half 打完\n")
    pty.shell.send("q\r")
    pty.shell.expect("bye")
    pty.shell.sendline("")
    assert pty.settings() == pty.before


# -- your name ------------------------------------------------------------------------------

@pytest.mark.parametrize("options", [(), ("--plain",)])
def test_your_name_rings(hub, at_pty, alice, options):
    pty = at_pty(hub.port, *options)
    # What came with the greeting does not ring; it is over once we are named.
    pty.shell.send("/nick Bob\r")
    pty.shell.expect("you are now Bob")
    alice.expect("is now Bob\n")
    until = time.monotonic() + PATIENCE
    i, was_rung = 0, False
    while not was_rung and time.monotonic() < until:
        i += 1
        alice.answer(f"bob {i}.\n/who", "people in")
        pty.shell.expect(rf"bob {i}\.")
        was_rung = "\a" in pty.shell.before
    assert was_rung
    alice.line("now be quiet")
    pty.shell.expect("now be quiet")
    alice.line("bobby is no Bobs")
    alice.line("the end")
    pty.shell.expect("the end")
    assert "\a" not in pty.shell.before
    alice.line("bob, are you there?")
    pty.shell.expect("are you there")
    if options or not HAS_READLINE:
        assert pty.shell.before.count("\a") == 1
        assert not options or "\x1b" not in pty.shell.before
    else:
        assert "\a\x1b]9;liao: alice: bob, " in pty.shell.before
    pty.shell.send("I am Bob\r")
    alice.expect("I am Bob\n")
    alice.line("good")
    pty.shell.expect("good")
    assert "\a" not in pty.shell.before.split("there?")[-1]
    alice.line("/msg Bob psst")
    pty.shell.expect("psst")
    assert "\a" in pty.shell.before + pty.shell.after


def test_what_is_replayed_does_not_ring(at_pty):
    """A server may tell behind its greeting what was said before."""
    with socket.create_server(("127.0.0.1", 0)) as door, \
            contextlib.ExitStack() as stack:
        guests = queue.Queue()

        def serve():
            guest = stack.enter_context(door.accept()[0])
            guest.recv(1)   # its empty line
            guest.sendall(b"-- liao: you are bob, in room lobby\n"
                          b"alice: bob, this is old\n-- q leaves\n")
            guests.put(guest)

        threading.Thread(target=serve).start()
        pty = at_pty(door.getsockname()[1])
        assert "this is old" in pty.shell.before
        assert "\a" not in pty.shell.before + pty.shell.after
        guest = guests.get(timeout=PATIENCE)
        until = time.monotonic() + PATIENCE
        i = 0
        while "\a" not in pty.shell.before:     # it is over after a while
            i += 1
            assert time.monotonic() < until
            guest.sendall(b"alice: bob, %d.\n" % i)
            pty.shell.expect(rf"bob, {i}\.")


# -- noise --------------------------------------------------------------------------

NOISE = ["\x1b[200~", "\x1b[201~", "\x1b[200~a\nb\nc\n\x1b[201~", "\x12", "\x1b[A",
         "\x1b[B", "\x1b[C", "\x1b[D", "\t", "你好", "👨‍👩‍👧", b"\xe4", "\x1b", "\r", "\x7f",
         "\x0f", "\x16", "\x19", "\x1b.", "\x1f", "\x07", "/me x\r", "hello", "y",
         "1", "\x14", "\x17", "\x1b3"]
NO_KEYS = (3, 4, 26, 28)    # Ctrl-C, Ctrl-D, Ctrl-Z, Ctrl-\


@with_editor
@pytest.mark.parametrize("mode", ["emacs", "vi"])
def test_noise_ends_nothing(hub, at_pty, tmp_path, mode):
    """Readline frees twice, or loops for ever, after some keys; those we keep
    from it. Keys at random, under the sanitizers."""
    inputrc = tmp_path / "inputrc"
    inputrc.write_text(f"set editing-mode {mode}\n")
    pty = at_pty(hub.port, "--reconnect", INPUTRC=str(inputrc),
                 ASAN_OPTIONS="detect_leaks=0")
    shell, pid, chance = pty.shell, pty.pid(), random.Random(2027)
    shell.delaybeforesend = None
    for i in range(2000):
        key = chance.choice(NOISE)
        if chance.random() < 0.3:
            key = bytes([chance.choice([c for c in range(256)
                                        if c not in NO_KEYS])])
        os.write(shell.child_fd, key if isinstance(key, bytes)
                 else key.encode())
        if i % 100 == 0:
            shell.setwinsize(chance.randint(3, 30), chance.randint(4, 100))
        while select.select([shell.child_fd], [], [], 0)[0]:
            assert not REPORT.search(
                os.read(shell.child_fd, 1 << 16).decode(errors="replace"))
        if not Path(f"/proc/{pid}").exists():   # a lone q, or /quit: fair
            break
    os.write(shell.child_fd, b"\x1b[201~\x07\x07n\x03")
    shell.expect(r"status (130|0)\.")


# -- the lab's server, and the questions ---------------------------------------------

def test_lab_server_at_a_terminal(at_pty, start_hub):
    hub = start_hub("--listen", "lab://127.0.0.1:0")
    student = hub.connect()
    pty = at_pty(0)
    pty.shell.expect(r"status \d")
    pty.shell.sendline(f"{LIAO} lab://127.0.0.1:{hub.port}; echo status $?.")
    pty.shell.send("你好\r")
    student.expect(r":你好")
    student.say("hello")
    pty.shell.expect(r"\(127\.0\.0\.1,\d+\).*:hello")
    pty.shell.send("q\r")
    pty.ended(0)


def test_questions_at_a_terminal(hub, alice, at_pty):
    pty = at_pty(0)
    pty.shell.expect(r"status \d")
    pty.shell.sendline(f"{LIAO}; echo status $?.")
    pty.shell.expect("Server's address: ")
    pty.shell.sendline("127.0.0.1")
    pty.shell.expect("Port .*: ")
    pty.shell.sendline(f"{hub.port}")
    pty.shell.expect("leaves")
    pty.shell.send("asked\r")
    alice.expect("^guest2: asked\n")
    pty.shell.send("q\r")
    pty.ended(0)


# -- the log, and coming back ------------------------------------------------------------

def test_log(hub, at_pty, alice, tmp_path):
    log = tmp_path / "chat.log"
    log.write_text("before\n")
    pty = at_pty(hub.port, "--log", str(log))
    alice.line("hello \x1b[31m你好")
    pty.shell.expect("你好")
    pty.shell.send("mine\rq\r")
    pty.ended(0)
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} "
    lines = log.read_text().splitlines()
    assert lines[0] == "before"
    assert all(re.match(stamp, line) for line in lines[1:])
    texts = [re.sub(stamp, "", line) for line in lines[1:]]
    assert "alice: hello \ufffd[31m你好" in texts and "guest2: mine" in texts
    assert texts[-1] == "-- bye"


def test_log_of_a_pipe(hub, tmp_path):
    log = tmp_path / "chat.log"
    done = subprocess.run([LIAO, f"tcp://127.0.0.1:{hub.port}", "--log", log],
                          input=b"hi\n", capture_output=True, timeout=PATIENCE)
    assert done.returncode == 0
    shown = done.stdout.decode().splitlines()
    assert [line.partition(" ")[2] for line in
            log.read_text().splitlines()] == shown


def test_log_on_a_full_disk_is_told_and_ends_nothing(hub, at_pty, alice):
    pty = at_pty(hub.port, "--log", "/dev/full")
    assert "-- liao: cannot write the log /dev/full any more: No space left " \
        "on device" in pty.shell.before # the greeting
    alice.line("still here?")
    pty.shell.expect("still here")
    pty.shell.send("q\r")
    pty.ended(0)


def test_log_that_cannot_be_written(tmp_path):
    done = subprocess.run([LIAO, "--log", tmp_path, "127.0.0.1"],
                          capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 2
    assert done.stderr == \
        f"liao: cannot write the log {tmp_path}: Is a directory\n"


@with_editor
def test_reconnect(start_hub, tmux):
    first = start_hub()
    terminal = tmux("--reconnect", port=first.port)
    terminal.see("leaves")
    terminal.type("/nick Bob")
    terminal.keys("Enter")
    terminal.see("you are now Bob")
    terminal.type("typed meanwhile")
    first.stop()
    terminal.see("connecting again in 1 s")
    terminal.bottom("> typed meanwhile")
    terminal.see("connecting again in 2 s")
    second = start_hub("--listen", f"tcp://127.0.0.1:{first.port}")
    carol = second.join("carol")
    carol.expect("is now Bob\n")
    terminal.keys("Enter")
    carol.expect("^Bob: typed meanwhile\n")
    terminal.type("q")
    terminal.keys("Enter")
    terminal.see("status 0")


def test_name_is_taken_at_the_start(hub, alice):
    done = subprocess.run([LIAO, f"tcp://127.0.0.1:{hub.port}", "--name=Eve"],
                          input=b"hi\n", capture_output=True, timeout=PATIENCE)
    assert done.returncode == 0
    alice.expect("^Eve: hi\n")


@pytest.mark.parametrize("words, why", [
    (["--times", "up"], "left, right, none"),
    (["--times"], "--times needs a value"),
    (["--name", "two words"], "one word"),
    (["--plain=maybe"], "--plain maybe: it is yes or no"),
    (["--tims"], "did you mean --times?"),
])
def test_options_that_make_no_sense(words, why):
    done = subprocess.run([LIAO, *words], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=PATIENCE)
    assert done.returncode == 2 and why in done.stderr
