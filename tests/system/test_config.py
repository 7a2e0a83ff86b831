"""The configuration file of both programs: where it is found, what it says,
what beats it, and what is told when it is wrong."""
import os
import re
import subprocess

import pytest

from talk import LIAO, LIAOD, PATIENCE, REPORT, Socket

WRONG = """\
# The first line.
max-clients = many   # three mistakes

timout = 3
listen = {"tcp://127.0.0.1:0", "lba://127.0.0.1:0"}
"""


@pytest.fixture
def write(tmp_path):
    """write("timeout = 3"): a file with this in it; its path."""
    def write_it(text, name="test.conf"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)
    return write_it


def run_once(program, *arguments, **options):
    done = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=PATIENCE,
                          **options)
    assert not REPORT.search(done.stderr), done.stderr
    return done


# --- what it does --------------------------------------------------------------

def test_the_file_sets_what_options_do(write, start_hub):
    hub = start_hub("--config", write("max-clients = 1\n"
                                      "log-level = debug\n"
                                      'lang = "zh"\n'))
    hub.expect_complaint("room for 1 clients")
    guest = hub.connect()
    guest.line("")
    guest.expect("^-- liao: 你是 guest1")


def test_the_command_line_beats_the_file(write, start_hub):
    """And its list takes the place of the file's."""
    hub = start_hub("--config", write('max-clients = 1\n'
                                      'listen = "tcp://192.0.2.1:0"\n'),
                    "--max-clients", "2", "--listen", "tcp://127.0.0.1:0")
    hub.expect_complaint("room for 2 clients")
    assert len(hub.addresses) == 1


def test_it_listens_where_the_file_says(write, run):
    path = write('listen = {"tcp://127.0.0.1:0", "plain://127.0.0.1:0"}\n')
    liaod = run(LIAOD, "--config", path)
    said = liaod.expect("Ctrl-C stops it.\n")
    ports = re.findall(r"^    nc 127.0.0.1 (\d+)$", said, re.M)
    assert len(ports) == 2
    for port in ports:
        guest = Socket(("127.0.0.1", int(port)))
        guest.line("")
        guest.expect("^-- liao: you are guest")
        guest.close()


def test_the_users_own_file_is_found(write, tmp_path):
    write("timout = 1\n", "xdg/liao/liaod.conf")
    write("timout = 1\n", "home/.config/liao/liaod.conf")
    for env, place in [
            ({"XDG_CONFIG_HOME": f"{tmp_path}/xdg"}, "xdg"),
            ({"HOME": f"{tmp_path}/home"}, "home/.config"),
            ({"HOME": f"{tmp_path}/home", "XDG_CONFIG_HOME": "not/absolute"},
             "home/.config"),
            ({"HOME": f"{tmp_path}/home", "XDG_CONFIG_HOME": ""},
             "home/.config")]:
        done = run_once(LIAOD, "--check-config", env={"LC_ALL": "C", **env})
        assert done.returncode == 78
        assert done.stderr == (f"liaod: {tmp_path}/{place}/liao/liaod.conf:1: "
                               "there is no timout; did you mean timeout?\n")


def test_liao_has_one_too(write, hub, run):
    alice = hub.join("alice")
    path = write("name = bob\nplain = yes\n")
    bob = run(LIAO, "--config", path, f"tcp://127.0.0.1:{hub.port}")
    bob.line("hi")
    alice.expect("^bob: hi\n")
    carol = run(LIAO, "--config", path, "--name", "carol",
                f"tcp://127.0.0.1:{hub.port}")
    carol.line("hi")
    alice.expect("^carol: hi\n")


# --- what is wrong -------------------------------------------------------------

def test_all_mistakes_are_told_with_their_lines(write):
    path = write(WRONG)
    for arguments in ([], ["--check-config"]):
        done = run_once(LIAOD, "--config", path, *arguments)
        assert (done.returncode, done.stdout) == (78, "")
        assert done.stderr.splitlines() == [
            f"liaod: {path}:2: max-clients many: it has to be a number from "
            "1 to 1000000",
            f"liaod: {path}:4: there is no timout; did you mean timeout?",
            f"liaod: {path}:5: listen lba://127.0.0.1:0: nothing speaks "
            "lba:// here; did you mean lab://?",
        ]


def test_they_are_told_in_chinese(write):
    path = write(WRONG)
    for how in ({"env": {**os.environ, "LC_ALL": "zh_CN.UTF-8"}}, {}):
        words = [] if how else ["--lang", "zh"]
        done = run_once(LIAOD, "--config", path, *words, **how)
        assert done.stderr.splitlines() == [
            f"liaod: {path}:2: max-clients many: 必须是 1 到 1000000 的数",
            f"liaod: {path}:4: 没有 timout 这个键；是想写 timeout 吗？",
            f"liaod: {path}:5: listen lba://127.0.0.1:0: 这里没有 lba:// 这种"
            "协议；是想写 lab:// 吗？",
        ]


@pytest.mark.parametrize("text, line, words", [
    ("timeout 3\n", 1, "here KEY = VALUE is expected"),
    ("\n\ntimeout =\n", 3, "here KEY = VALUE is expected"),
    ("server {\n}\n", 1, "here KEY = VALUE is expected"),
    ("listen = " + "{" * 5000, 1, "here KEY = VALUE is expected"),
    ("listen = tcp://127.0.0.1\n", 1, "quotation marks"),
    ("timeout = 3*\n", 1, "quotation marks"),
    ('\ninclude("x")\n', 2, "quotation marks"),
    ("lang = ${LANG}\n", 1, "quotation marks"),
    ("include = x\n", 1, "there is no include"),
    ('lang = "zh\n', 1, "a quotation mark is missing"),
    ("ask = yes\n", 1, "ask is for the command line only"),
    ("timeout = 1\ntimeout = 2\n", 2, "it is set twice"),
    ("mode = hbu\n", 1, r"did you mean hub\? It is one of hub, p2p"),
    ("lang = en # 中文\n= 3\n", 2, "here KEY = VALUE is expected"),
])
def test_a_mistake_is_told_with_its_line(write, text, line, words):
    path = write(text)
    done = run_once(LIAOD, "--config", path)
    assert (done.returncode, done.stdout) == (78, "")
    assert re.match(rf"liaod: {re.escape(path)}:{line}: .*{words}",
                    done.stderr), done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("program", [LIAOD, LIAO], ids=["liaod", "liao"])
def test_a_file_that_cannot_be_read(program, tmp_path):
    name = os.path.basename(program)
    for path, why in [(tmp_path / "none", "No such file or directory"),
                      (tmp_path, "Is a directory"),
                      ("/dev/zero", "it is longer than 65536 bytes"),
                      (program, "it is longer than 65536 bytes")]:
        done = run_once(program, "--config", path)
        assert done.returncode == 78
        assert done.stderr == (f"{name}: {path}: "
                               + ("cannot be read: " if "it" not in why[:2]
                                  else "") + why + "\n")


def test_control_characters_do_not_reach_the_terminal(write):
    done = run_once(LIAOD, "--config", write("mode = '\033]0;x\007'\n"))
    assert done.returncode == 78 and "\033" not in done.stderr
    done = run_once(LIAOD, "--mode", "\033]0;x\007")
    assert done.returncode == 2 and "\033" not in done.stderr


@pytest.mark.parametrize("listen", [
    "", 'listen = "tcp://127.0.0.1:0"\n',
    'listen = {"irc://127.0.0.1:0", "udp://127.0.0.1:0"}\n'])
@pytest.mark.parametrize("arguments", [[], ["--check-config"]])
def test_a_password_that_not_everybody_is_asked_for(write, listen, arguments):
    path = write(listen + "password-file = /etc/liao/password\n")
    done = run_once(LIAOD, "--config", path, *arguments)
    assert (done.returncode, done.stdout) == (78, "")
    assert re.fullmatch("liaod: password-file guards irc:// alone, .*: listen "
                        "on irc://HOST:PORT .*\n", done.stderr), done.stderr


def test_a_password_that_everybody_is_asked_for(write):
    path = write('listen = "tcp://127.0.0.1:0"\n')
    done = run_once(LIAOD, "--config", path, "--check-config", "--listen",
                    "irc://127.0.0.1:0", "--password-file", path)
    assert (done.returncode, done.stderr) == (0, "")


# --- --check-config and --example-config ---------------------------------------

def test_a_right_file_is_ok(write):
    path = write("timeout = 3\n")
    done = run_once(LIAOD, "--check-config", "--config", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{path}: OK\n"


@pytest.mark.parametrize("program", [LIAOD, LIAO], ids=["liaod", "liao"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_example_is_right_and_has_every_key(write, program, lang):
    example = run_once(program, "--example-config", "--lang", lang).stdout
    assert all(line.startswith("#") for line in example.splitlines() if line)
    keys = re.findall(r"^#([a-z-]+) = .", example, re.M)
    said = run_once(program, "--help").stdout
    options = re.findall(r"^  (?:-\w, )?--([\w-]+)", said, re.M)
    not_kept = {"ask", "config", "check-config", "example-config", "doctor",
                "completion", "help", "version", "trace"}
    if program == LIAO:
        not_kept |= {"listen", "duplex"}
    assert keys == [name for name in options if name not in not_kept]
    # A password and tcp:// do not go together.
    for text in (example, re.sub(r"^#(?!password-file)([a-z-]+ = )", r"\1",
                                 example, flags=re.M)):
        path = write(text)
        done = run_once(program, "--check-config", "--config", path)
        assert (done.returncode, done.stderr) == (0, ""), text
