"""Processes of ours: each is ended by its own id, whatever happens to us.

They are in sessions of their own, so that a Ctrl-C reaches only us and we end
them in order; and the kernel kills them should we be killed.
"""
import ctypes
import os
import signal
import socket
import random
import subprocess
import time

LEAVE_SECONDS = 5       # to end when told to; 10,000 sockets are to be closed
READY_SECONDS = 10      # from start to the first accepted connection

# Below the range that the kernel gives to outgoing connections, of which we
# make ten thousand while servers come and go.
PORTS = range(20000, 32000)

INTERRUPTS = (signal.SIGINT, signal.SIGTERM)

_running = []           # each Process that was not ended yet
_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


class Trouble(Exception):
    """A server or a load that did not do what it should; the words say what."""


class Process:
    """One running program; what it prints goes to `log`. Use with `with`."""

    def __init__(self, command, log, env=None):
        self.name = os.path.basename(str(command[0]))
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        # An interrupt comes before it runs or when it can be ended.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTS)
        try:
            self.child = self._start(command, env, mask)
            _running.append(self)
        except OSError as problem:
            raise Trouble(f"{command[0]}: {problem.strerror}") from None
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        self.pid = self.child.pid

    def _start(self, command, env, mask):
        us = os.getpid()
        with open(self.log, "wb") as output:
            return subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, env=env,
                cwd=self.log.parent, start_new_session=True,
                preexec_fn=lambda: _begin(us, mask))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def is_running(self):
        return self.child.poll() is None

    def end(self):
        if self.is_running():
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(LEAVE_SECONDS)
            except subprocess.TimeoutExpired:
                self.child.kill()
        self.child.wait()
        if self in _running:
            _running.remove(self)

    def last_words(self):
        """The last line that it printed, to tell why it ended."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1][:200] if lines else "it said nothing"

    def wait_until_it_accepts(self, port):
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            if not self.is_running():
                raise Trouble(f"{self.name} ended at once: "
                              f"{self.last_words()}")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise Trouble(f"{self.name} does not listen after {READY_SECONDS} s")

    def peak_memory(self):
        """Bytes, the most that was resident at any time."""
        with open(f"/proc/{self.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
        raise Trouble(f"{self.name} has ended: {self.last_words()}")


def end_all():
    """For the end of all, where `with` was not reached."""
    for process in list(_running):
        process.end()


def _begin(parent, mask):
    """In the new process: end when `parent` does."""
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:      # it ended before we asked
        os._exit(1)


def free_port():
    """A port of 127.0.0.1 that nobody has, at least now."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
