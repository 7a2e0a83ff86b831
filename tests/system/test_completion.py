"""What Tab offers: bash is really asked; the files of zsh and fish are read by
their shells where there are any."""
import os
import re
import shutil
import subprocess

import pytest

from talk import BENCH, LIAO, LIAOD, PATIENCE

# As the shell does it when Tab is pressed behind the last word.
ASK = """
. /dev/stdin
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
compopt() { echo "compopt $*"; }
"_$1"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def script(program, shell, **more):
    return subprocess.run([program, "--completion", shell],
                          capture_output=True, text=True, check=True,
                          timeout=PATIENCE, **more).stdout


def offered(program, *words, cwd=None):
    name = program.rpartition("/")[2]
    done = subprocess.run(["bash", "--norc", "-c", ASK, "bash", name, *words],
                          input=script(program, "bash"), capture_output=True,
                          text=True, timeout=PATIENCE, cwd=cwd)
    assert done.stderr == ""
    return done.stdout.split()


every_program = pytest.mark.parametrize(
    "program", [LIAOD, LIAO, BENCH], ids=["liaod", "liao", "liao-bench"])


@every_program
def test_every_option_is_offered(program):
    said = subprocess.run([program, "--help"], capture_output=True, text=True,
                          check=True, timeout=PATIENCE).stdout
    options = re.findall(r"^  (?:-\w, )?(--[\w-]+)", said, re.M)
    assert offered(program, "-") == options and len(options) > 5


@pytest.mark.parametrize("words, wanted", [
    (["--mod"], ["--mode"]),
    (["--per"], ["--per-source", "--per-source-unknown"]),
    (["--mode", ""], ["hub", "p2p"]),
    (["--mode", "p"], ["p2p"]),
    (["--mode", "="], ["hub", "p2p"]),          # bash splits at =
    (["--mode", "=", "h"], ["hub"]),
    (["--log-level", "d"], ["debug"]),
    (["--listen", "l"], ["compopt", "-o", "nospace", "lab://"]),
    (["--max-clients", ""], []),
    (["--mode", "hub", "--he"], ["--help"]),
])
def test_bash_completes_liaod(words, wanted):
    assert offered(LIAOD, *words) == wanted


def test_bash_completes_names_of_files(tmp_path):
    (tmp_path / "chat.log").touch()
    assert offered(LIAO, "--log", "cha", cwd=tmp_path)[-1] == "chat.log"


def test_bash_completes_schemes_of_servers():
    assert "lab://" in offered(LIAO, "la")
    assert offered(BENCH, "irc")[-2:] == ["irc://", "ircv3://"]


# Each begun word and what completes it, in a shell as people have it.
BEGUN = [
    (LIAO, "la", "lab://"),
    (LIAO, "--times=r", "right"),
    (BENCH, "nat", "nats://"),
    (LIAOD, "--mode=p", "p2p"),
    (LIAOD, "--listen=ud", "udp://"),
]


@pytest.mark.parametrize("program, begun, wanted", BEGUN)
@pytest.mark.skipif(not shutil.which("fish"), reason="no fish")
def test_fish_completes(program, begun, wanted, tmp_path):
    name = program.rpartition("/")[2]
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source; complete -C '{name} {begun}'"],
        input=script(program, "fish"), capture_output=True, text=True,
        timeout=PATIENCE, env={**os.environ, "HOME": str(tmp_path)})
    words = [line.split("\t")[0] for line in done.stdout.splitlines()]
    assert words == [begun.partition("=")[0] + "=" + wanted
                     if "=" in begun else wanted]


@pytest.mark.parametrize("program, begun, wanted", BEGUN)
@pytest.mark.skipif(not shutil.which("zsh"), reason="no zsh")
def test_zsh_completes(program, begun, wanted, tmp_path):
    pexpect = pytest.importorskip("pexpect")
    name = program.rpartition("/")[2]
    (tmp_path / f"_{name}").write_text(script(program, "zsh"))
    shell = pexpect.spawn("zsh", ["-f", "-i"], timeout=PATIENCE,
                          encoding="utf-8", dimensions=(24, 100),
                          env={**os.environ, "TERM": "dumb", "PS1": ""})
    shell.sendline(f"fpath=({tmp_path} $fpath); autoload -U compinit; "
                   "compinit -u -D; PS1=; echo rea''dy")
    shell.expect("ready\r\n")
    shell.send(f"{name} {begun}\t")
    # A URL is only begun: what is typed next stands right behind it.
    shell.send("9")
    shell.expect(re.escape(begun + wanted[len(begun.partition("=")[2] or begun):])
                 + ("9" if "://" in wanted else "( \x08)? 9"))
    shell.close(force=True)


def test_what_a_place_is_called():
    assert "'1:URL:" in script(BENCH, "zsh")
    assert ":PORT:" not in script(BENCH, "zsh")
    assert "'2:PORT:'" in script(LIAO, "zsh")


def test_bash_takes_it_as_the_page_says():
    done = subprocess.run(
        ["bash", "--norc", "-c",
         '. <("$0" --completion bash) && complete -p liaod', LIAOD],
        capture_output=True, text=True, timeout=PATIENCE)
    assert done.stdout == "complete -F _liaod liaod\n"


@every_program
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_shell_can_read_its_file(program, shell, lang):
    env = {**os.environ, "LC_ALL": "zh_CN.UTF-8" if lang == "zh" else "C.UTF-8"}
    text = script(program, shell, env=env)
    assert "help" in text
    if not shutil.which(shell):
        pytest.skip(f"no {shell}")
    done = subprocess.run([shell, "-n"], input=text, capture_output=True,
                          text=True, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_words_of_each_value_are_in_each_file():
    for shell in ("bash", "zsh", "fish"):
        assert re.search(r"mode.*hub p2p", script(LIAOD, shell))


def test_a_shell_that_is_not_known():
    done = subprocess.run([LIAOD, "--completion", "tcsh"], capture_output=True,
                          text=True, timeout=PATIENCE)
    assert done.returncode == 2
    assert "it is one of bash, zsh, fish" in done.stderr.replace("It", "it")
