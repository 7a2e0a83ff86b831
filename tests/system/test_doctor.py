"""liaod --doctor: what it sees, what it says that helps, and its exit status."""
import os
import re
import socket
import subprocess

import pytest

from talk import LIAOD, PATIENCE, REPORT

FREE = ("--listen", "tcp://127.0.0.1:0")


def doctor(*arguments, **options):
    done = subprocess.run([LIAOD, "--doctor", *arguments],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=PATIENCE, **options)
    assert not REPORT.search(done.stderr), done.stderr
    return done


def test_each_thing_has_a_line_and_a_mark():
    done = doctor(*FREE)
    assert (done.returncode, done.stderr) == (0, "")
    for line in done.stdout.splitlines():
        assert re.match(r"(ok   |warn |bad  |     ) \S", line), line
    for what in ("configuration", "port", "descriptors", "locale",
                 "translations", "clock"):
        assert re.search(rf"^(ok|warn) +{what}: ", done.stdout, re.M), what


def test_a_taken_port_is_bad_and_its_holder_is_named(hub):
    done = doctor("--listen", f"tcp://127.0.0.1:{hub.port}")
    assert done.returncode == 1
    assert re.search(
        rf"^bad   port: tcp://127.0.0.1:{hub.port}: Address already in use\n"
        rf"      liaod has it, process {hub.pid}\n"
        rf"      liaod is running already; .* kill {hub.pid}\n",
        done.stdout, re.M), done.stdout


def test_another_program_is_named_too():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = doctor("--listen", f"tcp://127.0.0.1:{port}").stdout
    assert f"has it, process {os.getpid()}\n" in said
    assert "already;" not in said


def test_a_free_port_stays_free(start_hub):
    """It looks, and leaves nothing open."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"tcp://127.0.0.1:{port}"
    assert f"port: {url} is free" in doctor("--listen", url).stdout
    start_hub("--listen", url).join("alice")


@pytest.mark.parametrize("url, words", [
    ("tcp://192.0.2.1:0", r"bad   port: tcp://192.0.2.1:0: Cannot assign .*\n"
     "      This machine has no such address"),
    ("tcp://no-such-host.invalid", "bad   port: no-such-host.invalid: "),
])
def test_an_address_that_cannot_be(url, words):
    done = doctor("--listen", url)
    assert done.returncode == 1 and re.search(words, done.stdout), done.stdout


def test_who_can_come():
    assert "reachable: for this machine alone" in doctor().stdout
    said = doctor("--listen", "tcp://*:0").stdout
    assert re.search("reachable: (others come in at|this machine is in no)",
                     said)


def test_few_descriptors_are_worth_a_thought(nofile):
    said = doctor(*FREE, preexec_fn=nofile(200, 200)).stdout
    assert re.search("^warn  descriptors: 200, which is room for 24 clients\n"
                     "      More: .*LimitNOFILE=", said, re.M), said
    said = doctor(*FREE, "--max-clients", "900",
                  preexec_fn=nofile(1000, 1000)).stdout
    assert re.search("^warn  descriptors: 1000, .*\n"
                     "      max-clients asks for 900\n", said, re.M), said


def test_the_locale():
    env = {**os.environ, "LC_ALL": "tlh_QO.UTF-8"}
    assert "warn  locale: not installed" in doctor(*FREE, env=env).stdout
    env["LC_ALL"] = "C"
    assert re.search("^warn  locale: .*terminal has to", doctor(
        *FREE, env=env).stdout, re.M)


def test_a_bad_configuration_is_bad_and_the_rest_is_looked_at(tmp_path):
    path = tmp_path / "x.conf"
    path.write_text("timout = 3\nmax-clients = 1000000\n")
    done = doctor(*FREE, "--config", path)
    assert done.returncode == 1
    assert "x.conf:1: there is no timout" in done.stderr
    assert re.search("^bad   configuration: wrong, see above", done.stdout)
    assert "max-clients asks for 1000000" in done.stdout

    path.write_text("timeout = 3\n")
    done = doctor(*FREE, "--config", path)
    assert re.search(f"^ok    configuration: {path}\n", done.stdout)
    path.chmod(0o666)
    done = doctor(*FREE, "--config", path)
    assert re.search("^warn  configuration: .* everybody can write\n"
                     f"      chmod o-w {path}\n", done.stdout)


def test_it_speaks_chinese():
    for how in ({"env": {**os.environ, "LC_ALL": "zh_CN.UTF-8"}}, {}):
        done = doctor(*FREE, *([] if how else ["--lang", "zh"]), **how)
        for line in done.stdout.splitlines():
            assert re.match("(正常  |注意  |有错  |      )", line), line
        assert "译文：找到了" in done.stdout
        assert "端口：tcp://127.0.0.1:0 空闲" in done.stdout
