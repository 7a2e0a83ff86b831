"""The operator of liaod at a terminal, in the hub and in p2p: the small line
editor under tmux, whose screen is compared, and the terminal's settings."""
import contextlib
import os
import re
import shutil
import signal
import tempfile
import termios
from pathlib import Path

import pytest

from screen import CLEAN, Tmux
from talk import LIAO, LIAOD, PATIENCE, REPORT, Socket, wait_for

pexpect = pytest.importorskip("pexpect")
pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="no tmux")

HUB = "--flood-rate 0 --listen tcp://127.0.0.1:0"
P2P = "--mode p2p --listen tcp://127.0.0.1:0"
both_modes = pytest.mark.parametrize("mode", [HUB, P2P], ids=["hub", "p2p"])


@pytest.fixture
def operator():
    """operator(HUB, columns=40): the terminal, and the address. The log goes
    to the terminal when asked to; a sanitizer's report is looked for."""
    opened = []

    def start(words, columns=80, rows=24, errors=None, **env):
        # Not tmp_path: a socket's path has to be short.
        folder = Path(tempfile.mkdtemp(prefix="liaod-tmux-"))
        where = "" if errors == "terminal" else f"2>{folder}/errors"
        terminal = Tmux(columns, rows,
                        "ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0:"
                        f"log_path={folder}/report "
                        f"{LIAOD} {words} {where}; echo status $?", folder,
                        **env)
        terminal.folder = folder
        opened.append(terminal)
        rows = terminal.see("nc 127.0.0.1 ")
        port = re.search(r"nc 127.0.0.1 (\d+)", "\n".join(rows))[1]
        return terminal, ("127.0.0.1", int(port))

    yield start
    for terminal in opened:
        terminal.close()
        said = "".join(path.read_text()
                       for path in terminal.folder.glob("[er]*"))
        shutil.rmtree(terminal.folder)
        assert not REPORT.search(said), said


@pytest.fixture
def call():
    sockets = []

    def connect(address):
        sockets.append(Socket(address))
        sockets[-1].say("\n")
        sockets[-1].expect("^-- liao")
        return sockets[-1]

    yield connect
    for one in sockets:
        one.close()


def says(guest, mode, text):
    """What the guest reads when the operator says it."""
    return ("^" if mode == P2P else "^server: ") + re.escape(text) + "\n"


@both_modes
@pytest.mark.parametrize("typed", ["hello", "你好，世", "a你🙂b"])
def test_half_typed_line_survives_a_thousand_messages(operator, call, mode,
                                                      typed):
    terminal, address = operator(mode)
    terminal.bottom(">")
    guest = call(address)
    terminal.type(typed)
    terminal.bottom("> " + typed)
    guest.say("".join(f"第 {i} 条\n" for i in range(1000)))
    terminal.see("第 999 条")
    terminal.bottom("> " + typed)
    terminal.type("界")
    terminal.keys("Enter")
    guest.expect(says(guest, mode, typed + "界"))
    terminal.bottom(">")
    shown = terminal.all()
    assert shown.count(typed) == 1 and f"> {typed}界" in shown.split("\n")
    assert [int(n) for n in re.findall(r"第 (\d+) 条$", shown, re.M)] == list(
        range(1000))
    terminal.keys("C-d")
    terminal.see("status 0")


@both_modes
def test_keys(operator, call, mode):
    terminal, address = operator(mode, columns=40, rows=12)
    guest = call(address)

    def enter(text):
        terminal.keys("Enter")
        guest.expect(says(guest, mode, text))

    # The family is one character, whatever it is made of.
    terminal.type("一👨‍👩‍👧二三")
    terminal.keys("Left", "Left", "BSpace", "Home")
    terminal.type("零")
    terminal.keys("End")
    terminal.type("四")
    terminal.bottom("> 零一二三四")
    enter("零一二三四")
    terminal.type("one two three")
    terminal.keys("C-w", "C-a", "C-k", "C-y", "C-e")
    terminal.type("四")
    terminal.bottom("> one two 四")
    terminal.keys("C-b", "DC")
    terminal.type("五")
    enter("one two 五")
    terminal.type("half 打")
    terminal.keys("Up", "Up")
    terminal.type("!")
    terminal.bottom("> 零一二三四!")
    terminal.keys("Down", "Down")
    terminal.bottom("> half 打")
    terminal.keys("Left", "C-u", "Delete", "Up")
    enter("one two 五")
    terminal.type("/qu")
    terminal.keys("Tab")
    terminal.bottom("> /quit")
    terminal.keys("Enter")
    terminal.see("status 0")


@both_modes
def test_a_line_over_rows_and_a_resize(operator, call, mode):
    terminal, address = operator(mode, columns=40, rows=12)
    guest = call(address)
    terminal.type("中" * 30)
    terminal.bottom("> " + "中" * 19, "中" * 11)
    terminal.resize(20, 12)
    guest.say("又\n")
    terminal.see("又")
    terminal.bottom("> " + "中" * 9, "中" * 10, "中" * 10, "中")
    terminal.resize(80, 24)
    terminal.bottom("> " + "中" * 30)
    terminal.keys("Enter")
    guest.expect(says(guest, mode, "中" * 30))


@both_modes
def test_a_paste_is_lines_and_the_last_waits(operator, call, mode):
    terminal, address = operator(mode)
    guest = call(address)
    terminal.paste("第一行\nthe second\t\x1b[31m\n最后")
    guest.expect(says(guest, mode, "第一行"))
    guest.expect("the second")
    terminal.bottom("> 最后")
    guest.say("好\n")
    terminal.see("好")
    terminal.bottom("> 最后")
    terminal.keys("Enter")
    guest.expect(says(guest, mode, "最后"))


@both_modes
def test_the_log_does_not_write_into_the_line(operator, mode):
    terminal, address = operator(mode + " --log-level info --per-source 0",
                                 errors="terminal")
    terminal.type("半句话 half")
    terminal.bottom("> 半句话 half")
    machine = Socket(address)
    machine.say("GET / HTTP/1.1\r\n\r\n")
    machine.until_end()
    machine.close()
    terminal.see("refused: it speaks HTTP")
    terminal.bottom("> 半句话 half")
    terminal.keys("C-c")
    terminal.see("info: stopped")


@both_modes
def test_the_trace_does_not_write_into_the_line(operator, call, mode):
    terminal, address = operator(mode + " --trace", errors="terminal")
    terminal.type("半句话 half")
    terminal.bottom("> 半句话 half")
    guest = call(address)
    terminal.see("~ accept(")
    guest.say("hello\n")
    terminal.see(', "hello\\n", 16384) = 6')
    terminal.bottom("> 半句话 half")
    terminal.keys("C-c")
    terminal.end()


def test_tab_knows_who_is_here_and_every_command(operator, call):
    terminal, address = operator("")
    guest = call(address)
    guest.answer("/nick 小红", "^-- you are now")
    guest.answer("/nick Alice", "^-- you are now")
    terminal.see("is now Alice")
    terminal.type("al")
    terminal.keys("Tab")
    terminal.bottom("> Alice:")
    terminal.keys("C-u")
    terminal.type("/msg a")
    terminal.keys("Tab")
    terminal.type("hi")
    terminal.keys("Enter")
    guest.expect(r"^\[server to you\] hi\n")
    helped = guest.answer("/help", "^-- //TEXT.*\n")
    for word in re.findall(r"^-- (/\w+)", helped, re.M) + ["/unban"]:
        terminal.type(word[:-1])
        terminal.keys("Tab", "Tab")     # what there is, if it is not one
        terminal.see(word)
        terminal.keys("C-u")
    terminal.keys("C-c")


@both_modes
@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"NO_COLOR": "1"}],
                         ids=["dumb", "no-color"])
def test_no_escapes_where_they_are_not_wanted(call, mode, env):
    """A dumb terminal edits its line itself; without colours one still may."""
    shell = pexpect.spawn(LIAOD, mode.split(), encoding="utf-8",
                          timeout=PATIENCE, env={
                              **CLEAN, "LC_ALL": "C.UTF-8", "TERM": "xterm",
                              "ASAN_OPTIONS": "detect_leaks=0", **env})
    try:
        shell.expect(r"nc 127.0.0.1 (\d+)")
        guest = call(("127.0.0.1", int(shell.match[1])))
        guest.say("在吗\n")
        shell.expect("在吗")
        shell.send("在\r")
        guest.expect(says(guest, mode, "在"))
        shell.send("\x04")
        shell.expect(pexpect.EOF)
        seen = shell.before
        if env["TERM" if "TERM" in env else "NO_COLOR"] == "dumb":
            assert "\x1b" not in seen and "> " not in seen
        else:
            assert not re.search("\x1b\\[[0-9;]*m", seen)
        assert shell.wait() == 0
    finally:
        shell.close(force=True)


@pytest.fixture
def shell():
    child = pexpect.spawn("/bin/sh", ["-i"], timeout=PATIENCE, echo=False,
                          encoding="utf-8", env={
                              **CLEAN, "LC_ALL": "C.UTF-8", "TERM": "xterm",
                              "ASAN_OPTIONS": "detect_leaks=0"})
    child.sendline("PS1=; set -m; echo rea''dy")
    child.expect("ready\r\n")
    yield child
    child.close(force=True)


def settings(shell):
    shell.sendline("stty -g; echo do''ne")
    shell.expect(r"([0-9a-f:]{40,})\s+done\r\n")
    return shell.match[1]


def child_of(shell):
    tasks = Path(f"/proc/{shell.pid}/task/{shell.pid}/children")
    return int(tasks.read_text().split()[0])


@both_modes
@pytest.mark.parametrize("way", [
    "\x04", "/quit\r", "\x03", "half 打\x03", signal.SIGTERM, signal.SIGHUP,
    signal.SIGABRT, signal.SIGQUIT])
def test_terminal_is_as_it_was(shell, mode, way):
    before = settings(shell)
    shell.sendline(f"{LIAOD} {mode}; echo status $?.")
    shell.expect(r"nc 127.0.0.1 (\d+)")
    shell.expect("> ")
    if isinstance(way, str):
        shell.send(way)
    else:
        os.kill(child_of(shell), way)
    shell.expect(r"status (\d+)\.")
    crashes = way in (signal.SIGABRT, signal.SIGQUIT)
    assert (shell.match[1] == "0") == (not crashes)
    assert settings(shell) == before


def test_a_signal_that_was_ignored_is_ignored(shell):
    """It gave the terminal back, and went on with one that was not its own."""
    shell.sendline("true")
    before = termios.tcgetattr(shell.child_fd)
    shell.sendline(f"trap '' QUIT; {LIAOD} {HUB}; echo status $?.")
    shell.expect("> ")
    os.kill(child_of(shell), signal.SIGQUIT)
    shell.send("/nosuch\r")
    shell.expect("there is no command /nosuch")
    assert termios.tcgetattr(shell.child_fd) != before
    shell.send("\x04")
    shell.expect(r"status 0\.")


@pytest.mark.parametrize("program", [LIAOD, f"{LIAOD} --mode p2p", LIAO],
                         ids=["hub", "p2p", "liao"])
def test_the_terminal_is_given_back_before_the_last_word(shell, program):
    """A lab program that is told the end does not close, and is waited for.
    All that time a prompt stood there that took nothing."""
    shell.sendline("true")
    before = termios.tcgetattr(shell.child_fd)
    shell.sendline(f"{program} --listen lab://127.0.0.1:0; echo status $?.")
    shell.expect(r"127.0.0.1[: ](\d+)")
    with contextlib.closing(Socket(("127.0.0.1", int(shell.match[1])))) as guest:
        guest.say("在吗")
        shell.expect("在吗")
        liaod = child_of(shell)
        assert termios.tcgetattr(shell.child_fd) != before
        shell.send("\x04")
        guest.expect("服务器已关闭|对方已挂断")
        wait_for(lambda: termios.tcgetattr(shell.child_fd) == before)
        assert child_of(shell) == liaod
        shell.send("echo for the sh''ell\n")
        shell.expect(r"status 0\.")
        shell.expect("for the shell")


@both_modes
def test_stopped_and_brought_back(shell, call, mode):
    before = settings(shell)
    shell.sendline(f"{LIAOD} {mode}; echo status $?.")
    shell.expect(r"nc 127.0.0.1 (\d+)")
    address = ("127.0.0.1", int(shell.match[1]))
    shell.send("half 打")
    shell.expect("half 打")
    shell.send("\x1a")
    shell.expect("Stopped")
    assert settings(shell) == before
    shell.sendline("fg")
    shell.expect("half 打")
    guest = call(address)
    guest.say("在吗\n")
    shell.expect("在吗")
    shell.expect("half 打")
    shell.send("完\r")
    guest.expect(says(guest, mode, "half 打完"))
    shell.send("\x04")
    shell.expect("stopp|sh''ell|bye|\\?2004l")
    assert settings(shell) == before
