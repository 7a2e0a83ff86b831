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
