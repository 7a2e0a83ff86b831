"""Fixtures: programs that are started for a test and stopped after it."""
import os
import resource
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from talk import Hub, Program

# What the programs say is expected in English; UTF-8 it is in any case.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("LANGUAGE", None)
# A script's job in the background has these ignored, and so would have what
# we start.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def no_configuration():
    """An empty one, in place of what this machine and its user have; but many
    tests send as fast as they can."""
    with tempfile.TemporaryDirectory() as home:
        Path(home, "liao").mkdir()
        for name in ("liaod.conf", "liao.conf"):
            Path(home, "liao", name).touch()
        Path(home, "liao", "liaod.conf").write_text("flood-rate = 0\n")
        os.environ["XDG_CONFIG_HOME"] = home
        yield


@pytest.fixture
def start_hub():
    """start_hub("--timeout", "1"): a liaod with these options, which listens
    on a free port of 127.0.0.1 unless they say otherwise. At the end it must
    stop when told to, with status 0 and nothing from the sanitizers."""
    hubs = []

    def start(*arguments, **options):
        if "--listen" not in arguments:
            arguments = ("--listen", "tcp://127.0.0.1:0", *arguments)
        hubs.append(Hub(*arguments, **options))
        return hubs[-1]

    yield start
    problems = []
    for hub in hubs:
        try:
            hub.stop()
        except BaseException as problem:
            problems.append(problem)
    if problems:
        raise problems[0]


@pytest.fixture
def hub(start_hub):
    return start_hub()


@pytest.fixture
def run():
    """run("nc", "127.0.0.1", "1234"): any program; ended with the test."""
    programs = []

    def start(*command, **options):
        programs.append(Program([str(word) for word in command], **options))
        return programs[-1]

    yield start
    for program in programs:
        program.close()


@pytest.fixture
def nc(run):
    """nc(hub): the real thing."""
    command = shutil.which("nc.openbsd") or shutil.which("nc")
    return lambda hub, *options, at=0: run(
        command, *options, *hub.addresses[at])


@pytest.fixture
def nofile():
    """preexec_fn=nofile(soft, hard): a program that may open so few files."""
    return lambda soft, hard: lambda: resource.setrlimit(
        resource.RLIMIT_NOFILE, (soft, hard))
