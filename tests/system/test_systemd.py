"""liaod as a service: what it tells the service manager, and sockets that it
is handed."""
import os
import re
import signal
import socket
import subprocess
import time

import pytest

from talk import LIAOD


@pytest.fixture
def manager(tmp_path):
    """The service manager's socket."""
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.bind(str(tmp_path / "notify"))
    s.settimeout(10)
    yield s
    s.close()


def expect(manager, wanted):
    while True:
        said = manager.recv(1000).decode()
        if wanted in said.split("\n"):
            return


def start(manager, *args, **more):
    env = {**os.environ, "NOTIFY_SOCKET": manager.getsockname(),
           **more.pop("env", {})}
    return subprocess.Popen([LIAOD, *args], env=env,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            **more)


def stop(manager, liaod):
    liaod.send_signal(signal.SIGTERM)
    expect(manager, "STOPPING=1")
    _, log = liaod.communicate(timeout=10)
    assert liaod.returncode == 0, log


def test_it_tells_when_it_is_ready_alive_and_stopping(manager):
    liaod = start(manager, "--listen", "tcp://127.0.0.1:0",
                  env={"WATCHDOG_USEC": "200000"})
    try:
        expect(manager, "READY=1")
        expect(manager, "WATCHDOG=1")
        expect(manager, "WATCHDOG=1")
        stop(manager, liaod)
    finally:
        liaod.kill()


def test_a_journal_reads_no_lines_to_paste(manager):
    """Nor that Ctrl-C stops it; and a sandbox may not let it ask for the
    machine's addresses, so that there were none."""
    liaod = start(manager, "--listen", "tcp://127.0.0.1:0")
    try:
        expect(manager, "READY=1")
        liaod.send_signal(signal.SIGTERM)
        out, log = liaod.communicate(timeout=10)
        assert out == b"" and b"listening on tcp://127.0.0.1:" in log
    finally:
        liaod.kill()


def test_signs_of_life_for_another_process_are_not_ours(manager):
    liaod = start(manager, "--listen", "tcp://127.0.0.1:0",
                  env={"WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"})
    try:
        said = manager.recv(1000).decode()
        assert said.startswith("READY=1")
        liaod.send_signal(signal.SIGTERM)
        assert manager.recv(1000).decode() == "STOPPING=1"
        assert liaod.wait(timeout=10) == 0
    finally:
        liaod.kill()


def test_it_serves_the_sockets_that_it_is_handed(manager):
    """The first is told apart by what is said there, the second is the lab's
    by its name."""
    doors = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    ports = [door.getsockname()[1] for door in doors]

    def hand_over():
        for i, door in enumerate(doors):
            os.dup2(door.fileno(), 10 + i)
        for i in range(2):
            os.dup2(10 + i, 3 + i)

    # The pid is known only in the child: a shell puts it in.
    liaod = subprocess.Popen(
        ["sh", "-c", 'LISTEN_PID=$$ exec "$0"', LIAOD],
        env={**os.environ, "NOTIFY_SOCKET": manager.getsockname(),
             "LISTEN_FDS": "2", "LISTEN_FDNAMES": "tcp:lab"},
        preexec_fn=hand_over, close_fds=False,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        expect(manager, "READY=1")
        with socket.create_connection(("127.0.0.1", ports[0]), 10) as plain, \
                socket.create_connection(("127.0.0.1", ports[1]), 10) as lab:
            plain.sendall(b"\n")
            heard = b""
            while not re.search(rb"q .*\n", heard):
                heard += plain.recv(1000)
            assert heard.startswith(b"-- liao: ")
            lab.sendall("你好".encode())
            while "你好".encode() not in heard:
                heard += plain.recv(1000)
            plain.sendall(b"hi\n")
            assert b",0):hi" in lab.recv(1024)
        stop(manager, liaod)
    finally:
        liaod.kill()
        for door in doors:
            door.close()


def test_two_people_talk_on_a_socket_that_it_is_handed(manager):
    """As systemd-socket-activate does it, which starts us with a caller
    waiting already."""
    with socket.create_server(("127.0.0.1", 0)) as door, \
            socket.create_connection(door.getsockname(), 10) as caller:
        caller.sendall("喂".encode())
        liaod = subprocess.Popen(
            ["sh", "-c", 'LISTEN_PID=$$ exec "$0" --mode p2p', LIAOD],
            env={**os.environ, "NOTIFY_SOCKET": manager.getsockname(),
                 "LISTEN_FDS": "1", "LISTEN_FDNAMES": "lab"},
            preexec_fn=lambda: os.dup2(door.fileno(), 3), close_fds=False,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        try:
            expect(manager, "READY=1")
            port = caller.getsockname()[1]
            wanted = f"(127.0.0.1,{port}):喂\n".encode()
            while liaod.stdout.readline() != wanted:
                assert liaod.poll() is None
            liaod.stdin.write("在\n".encode())
            liaod.stdin.flush()
            assert caller.recv(1024) == "在".encode()
            assert b"lab://127.0.0.1:%d" % door.getsockname()[1] \
                in liaod.stderr.readline()
            stop(manager, liaod)
        finally:
            liaod.kill()


def test_a_descriptor_that_is_no_socket_is_named(manager):
    liaod = subprocess.run(
        ["sh", "-c", 'LISTEN_PID=$$ exec "$0" 3</dev/null', LIAOD],
        env={**os.environ, "LISTEN_FDS": "1"}, capture_output=True, timeout=10)
    assert liaod.returncode == 1
    assert b"descriptor 3 is no listening socket" in liaod.stderr


def test_it_tells_when_it_reloads(manager, tmp_path):
    path = tmp_path / "liaod.conf"
    path.write_text('listen = "tcp://127.0.0.1:0"\n')
    liaod = start(manager, "--config", path)
    try:
        expect(manager, "READY=1")
        for text, status in [("", "STATUS=open to chat"),
                             ("x = 3\n", "STATUS=open to chat, with the "
                              "configuration from before: the file is wrong")]:
            path.write_text('listen = "tcp://127.0.0.1:0"\n' + text)
            before = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
            liaod.send_signal(signal.SIGHUP)
            said = manager.recv(1000).decode().split("\n")
            assert said[0] == "RELOADING=1"
            when = re.fullmatch(r"MONOTONIC_USEC=(\d+)", said[1])
            assert before <= int(when[1]) * 1000 + 999 <= \
                time.clock_gettime_ns(time.CLOCK_MONOTONIC) + 999
            assert manager.recv(1000).decode() == "READY=1\n" + status
        stop(manager, liaod)
    finally:
        liaod.kill()
