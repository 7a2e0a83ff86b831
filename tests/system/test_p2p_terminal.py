"""Two people, each at a terminal: liao --listen and liao, under tmux, whose
screen is compared. liaod's line editor is in test_console_terminal.py."""
import os
import re
import shutil
import signal
import tempfile
from pathlib import Path

import pexpect
import pytest

from talk import LIAO, LIAOD, PATIENCE, REPORT, Socket
from test_terminal import CLEAN, Tmux, with_editor

pytestmark = pytest.mark.skipif(not shutil.which("tmux"), reason="no tmux")


@pytest.fixture
def tmux():
    """tmux("--listen 0", columns=40): liao; its standard error is checked at
    the end."""
    opened = []

    def start(words, columns=80, rows=24, **env):
        folder = Path(tempfile.mkdtemp(prefix="liao-tmux-"))
        terminal = Tmux(columns, rows,
                        "ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 "
                        f"{LIAO} {words} 2>{folder}/errors; echo status $?",
                        folder, **env)
        terminal.folder = folder
        opened.append(terminal)
        return terminal

    yield start
    for terminal in opened:
        terminal.close()
        errors = (terminal.folder / "errors").read_text()
        shutil.rmtree(terminal.folder)
        assert not REPORT.search(errors), errors


@pytest.fixture
def listening(tmux):
    """The terminal of one who is called, and the address."""
    def start(*options, **env):
        terminal = tmux("--listen 0 " + " ".join(options), **env)
        rows = terminal.see("Ctrl-D")
        return terminal, ("127.0.0.1", int(re.search(
            r"nc 127.0.0.1 (\d+)", "\n".join(rows))[1]))
    return start


@pytest.fixture
def call():
    sockets = []

    def connect(address):
        sockets.append(Socket(address))
        sockets[-1].line("")
        return sockets[-1]

    yield connect
    for one in sockets:
        one.close()


@with_editor
@pytest.mark.parametrize("typed", ["hello", "你好，世", "a你🙂b"])
def test_half_typed_line_stays_whole(listening, call, typed):
    terminal, address = listening()
    terminal.type(typed)
    guest = call(address)
    who = f"(127.0.0.1,{guest.port})"
    terminal.see(f"{who}成功连接")
    for i in range(50):
        guest.line(f"第 {i} 条")
    terminal.see(f"{who}:第 49 条")
    terminal.bottom("> " + typed)
    terminal.type("界")
    terminal.keys("Enter")
    guest.expect(f"^{typed}界\n")
    terminal.bottom(">")
    rows = terminal.see(f"> {typed}界")
    assert sum(typed in row for row in rows) == 1
    terminal.type("q")
    terminal.keys("Enter")
    guest.expect("^-- the other side has hung up; bye\n")
    terminal.see(f"{who}已退出聊天")
    terminal.keys("C-d")
    terminal.see("status 0")


@with_editor
def test_nobody_is_there_and_who_waits_is_shown(listening, call):
    terminal, address = listening()
    terminal.type("喂?")
    terminal.keys("Enter")
    terminal.see("-- nobody is here, so this was not said; /quit ends")
    first, second = call(address), call(address)
    terminal.see(f"-- (127.0.0.1,{second.port}) waits; people waiting: 1")
    terminal.type("/q")
    terminal.keys("Tab")
    terminal.bottom("> /quit")
    terminal.keys("Enter")
    terminal.see("status 0")
    for guest in first, second:
        assert guest.until_end().endswith("-- the other side has hung up; "
                                          "bye\n")


@with_editor
def test_two_people_at_two_terminals(listening, tmux):
    called, address = listening("--times none", columns=40, rows=12)
    caller = tmux(f"127.0.0.1 {address[1]} --times none", columns=40, rows=12,
                  LC_ALL="zh_CN.UTF-8")
    caller.see("-- liao p2p: ")
    called.see("成功连接")
    caller.type("half 打")
    called.type("早上好, 这一行比四十列的屏幕长得多, 所以要折行")
    called.keys("Enter")
    rows = caller.see("server:早上好")
    assert "  所以要折行" in "\n".join(rows) or "折行" in "\n".join(rows)
    caller.bottom("> half 打")
    caller.type("完")
    caller.keys("Enter")
    called.see("half 打完")
    called.type("q")
    called.keys("Enter")
    caller.see("-- the other side has hung up; bye")
    caller.see("status 5")
    called.see("已退出聊天")


@with_editor
def test_a_call_rings_and_is_logged(call, tmp_path):
    log = tmp_path / "talk.log"
    phone = pexpect.spawn(LIAO, ["--listen", "0", "--log", str(log)],
                          env={**CLEAN, "TERM": "xterm-256color",
                               "LC_ALL": "C.UTF-8"},
                          encoding="utf-8", timeout=PATIENCE)
    try:
        phone.expect(r"nc 127.0.0.1 (\d+)")
        guest = call(("127.0.0.1", int(phone.match[1])))
        who = re.escape(f"(127.0.0.1,{guest.port})")
        phone.expect(f"\x1b\\]9;liao: {who}成功连接\a")
        guest.line("\x1b[31m在吗")
        phone.expect("\ufffd\\[31m在吗")
        phone.send("在\r\x04")
        guest.expect("^在\n")
        phone.expect(pexpect.EOF)
        assert phone.wait() == 0
    finally:
        phone.close(force=True)
    texts = [line.split(" ", 1)[1] for line in log.read_text().splitlines()]
    assert re.match("-- liao: join with  nc ", texts[0])
    assert [re.sub(who, "@", text) for text in texts[1:]] == [
        "@成功连接", "@:\ufffd[31m在吗", "> 在", "@已退出聊天"]


@pytest.mark.parametrize("program", [
    [LIAO, "--listen", "0"], [LIAO, "--listen", "0", "--plain"],
    [LIAOD, "--mode", "p2p", "--listen", "tcp://127.0.0.1:0"]])
@pytest.mark.parametrize("way, status", [
    ("\x04", 0), ("/quit\r", 0), ("\x03", 130), (signal.SIGTERM, 143),
    (signal.SIGHUP, 129)])
def test_terminal_is_as_it_was(program, way, status):
    env = {**CLEAN, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color",
           "INPUTRC": "/dev/null", "ASAN_OPTIONS": "detect_leaks=0"}
    shell = pexpect.spawn("/bin/sh", ["-i"], env=env, timeout=PATIENCE,
                          encoding="utf-8", echo=False)

    def settings():
        shell.sendline("stty -g; echo do''ne")
        shell.expect(r"([0-9a-f:]{40,})\s+done\r\n")
        return shell.match[1]

    try:
        shell.sendline("PS1=; set -m; echo rea''dy")
        shell.expect("ready\r\n")
        before = settings()
        shell.sendline(" ".join(program) + "; echo status $?.")
        shell.expect(r"Ctrl-[CD]")
        shell.expect("\n")
        if isinstance(way, str):
            shell.send(way)
        else:
            tasks = Path(f"/proc/{shell.pid}/task/{shell.pid}/children")
            os.kill(int(tasks.read_text().split()[0]), way)
        shell.expect(r"status (\d+)\.")
        # A daemon that is told to stop has done what it was told.
        assert shell.match[1] == str(0 if LIAOD in program else status)
        assert settings() == before
    finally:
        shell.close(force=True)


@with_editor
def test_a_listener_that_was_stopped_goes_on(call):
    shell = pexpect.spawn("/bin/sh", ["-i"], timeout=PATIENCE, echo=False,
                          encoding="utf-8", env={
                              **CLEAN, "LC_ALL": "C.UTF-8", "TERM": "xterm",
                              "ASAN_OPTIONS": "detect_leaks=0"})
    try:
        shell.sendline("PS1=; set -m; echo rea''dy")
        shell.expect("ready\r\n")
        shell.sendline(f"{LIAO} --listen 0; echo status $?.")
        shell.expect(r"nc 127.0.0.1 (\d+)")
        address = ("127.0.0.1", int(shell.match[1]))
        shell.send("half 打")
        shell.expect("half 打")
        shell.send("\x1a")
        shell.expect("Stopped")
        guest = call(address)
        guest.line("在吗")
        shell.sendline("fg")
        shell.expect("在吗")
        shell.expect("half 打")
        shell.send("完\r\x04")
        guest.expect("^half 打完\n")
        assert guest.until_end().endswith("has hung up; bye\n")
        guest.close()
        shell.expect("已退出聊天")
        shell.sendline("echo the sh''ell again")
        shell.expect("the shell again")
    finally:
        shell.close(force=True)


def test_the_terminals_own_line_is_kept_whole(call):
    """Where TERM is empty liaod has no editor; what is half typed is in the
    terminal's hands, and arriving messages lose nothing of it."""
    operator = pexpect.spawn("/bin/sh", [
        "-c", f"stty iutf8; exec {LIAOD} --mode p2p --listen tcp://127.0.0.1:0"],
        encoding="utf-8", timeout=PATIENCE, env={**CLEAN, "LC_ALL": "C.UTF-8"})
    try:
        operator.expect(r"nc 127.0.0.1 (\d+)")
        guest = call(("127.0.0.1", int(operator.match[1])))
        operator.expect("成功连接")
        operator.send("half 打")
        for i in range(1000):
            guest.line(f"line {i}")
        operator.expect(":line 999\r\n")
        operator.send("\x7f字\r")
        guest.expect("^half 字\n")
        operator.send("\x04")
        operator.expect(pexpect.EOF)
        assert operator.wait() == 0
    finally:
        operator.close(force=True)
