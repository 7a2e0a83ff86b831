"""The documents say what the programs do: every option, every command, every
word of the server; what they name exists, and their clients can chat."""
import codecs
import os
import re
import shutil
import subprocess
import sys

import pytest

from talk import BENCH, LIAO, LIAOD, ROOT

PAGES = sorted(ROOT.glob("docs/man/*.scd"))
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
TEXTS = [*READMES, ROOT / "HACKING.md", ROOT / "CHANGELOG.md",
         *sorted(ROOT.glob("docs/**/*.md"))]
WIRE_PAGE = ROOT / "docs/man/liao-wire.7.scd"


def name_of(path):
    return str(path.relative_to(ROOT))


def section(page, title):
    """Of a manual page: from a heading to the next of its kind."""
    return page.read_text().split(f"\n# {title}\n")[1].split("\n# ")[0]


def literal_blocks(text):
    """What stands between ``` and ```; in scdoc, \\\\ is one backslash."""
    return text.replace("\\\\", "\\").split("```")[1::2]


# --- options -----------------------------------------------------------------

@pytest.mark.parametrize("program, page", [(LIAOD, "liaod.8"),
                                           (LIAO, "liao.1"),
                                           (BENCH, "liao-bench.1")])
def test_help_and_the_manual_page_have_the_same_options(program, page):
    if not os.access(program, os.X_OK):
        pytest.skip(f"{os.path.basename(program)} is not built")
    said = subprocess.run([program, "--help"], stdout=subprocess.PIPE,
                          text=True, check=True).stdout
    helped = re.findall(r"^  (?:-\w, )?(--[\w-]+)(?: ([^a-z\s]\S*))?(?:$|  )",
                        said, re.M)
    written = re.findall(r"^(?:\*-\w\*, )?\*(--[\w-]+)\*(?: _(\S+)_)?$",
                         section(ROOT / f"docs/man/{page}.scd", "OPTIONS"),
                         re.M)
    assert len(helped) >= 2     # --help and --version at least
    assert written == helped


@pytest.mark.parametrize("readme", READMES, ids=name_of)
def test_the_readme_shows_what_it_prints_when_it_is_ready(start_hub, readme):
    hub = start_hub("--lang", "zh" if "zh" in readme.name else "en")
    said = [line for line in hub.greeting.splitlines()
            if line and not line.startswith(" ")]
    assert len(said) == 2 and all(line in readme.read_text().splitlines()
                                  for line in said)


# --- commands and words --------------------------------------------------------

def usages(hub):
    """Of each command in /help: "/join ROOM"."""
    guest = hub.connect()
    answer = guest.answer("/help", "^-- //.*\n")
    found = re.findall(r"^-- (/[a-z]\S*(?: \S+)*)", answer, re.M)
    assert len(found) >= 10, answer
    return found


def test_the_manual_page_has_every_command(hub):
    page = WIRE_PAGE.read_text().splitlines()
    for usage in usages(hub):
        word, *rest = usage.split()
        entry = " ".join([f"*{word}*"] + [re.sub(r"(\w+)", r"_\1_", argument)
                                          for argument in rest])
        assert entry in page


@pytest.mark.parametrize("readme", READMES, ids=name_of)
def test_the_readme_has_every_command(start_hub, readme):
    for usage in usages(start_hub("--lang", "zh" if "zh" in readme.name
                                  else "en")):
        assert f"\n| `{usage}` |" in readme.read_text()


def templates(source):
    """Each line of each template in a table of wire/, by its place there."""
    text = subprocess.run(["cc", "-E", "-P", f"-I{ROOT}/src", source],
                          stdout=subprocess.PIPE, text=True, check=True).stdout
    rows = re.findall(r'\[((?:ENTRY|REPLY)_\w+)\] =\s*'
                      r'((?:"(?:[^"\\]|\\.)*"\s*)+)', text)
    for kind, literal in rows:
        words = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literal))
        whole = codecs.escape_decode(words.encode())[0].decode()
        for line in whole.split("\n"):
            if line:
                yield kind, line


@pytest.mark.skipif(not shutil.which("cc"), reason="no cc to read tables with")
@pytest.mark.parametrize("source", ["plain.c", "lab.c"])
def test_the_manual_page_has_every_word_of_the_server(source):
    blocks = literal_blocks(WIRE_PAGE.read_text())
    written = {line for block in blocks for line in block.splitlines()}
    said = list(templates(ROOT / "src/wire" / source))
    assert said
    missing = [f"{kind}: {line}" for kind, line in said if line not in written]
    assert not missing


# --- clients -------------------------------------------------------------------

def assert_chats(program, alice):
    program.line("hello 你好")
    alice.expect(r"^(-- guest\d+ joined\n)?guest\d+: hello 你好\n")
    alice.line("welcome")
    program.expect("^alice: welcome\n")
    program.line("/nick ten")
    program.expect("^-- you are now ten\n")
    program.line("/who")
    program.say_no_more()
    # Whichever of them was there first.
    people = r"(alice, ten|ten, alice)"
    assert re.search(rf"^-- people in lobby: 2 \({people}\)\n-- bye\n",
                     program.until_end(), re.M)
    assert program.end() == 0
    assert not program.complaints
    alice.expect("^-- ten left\n")


@pytest.mark.parametrize("readme", READMES, ids=name_of)
def test_the_client_in_the_readme_chats(hub, run, tmp_path, readme):
    code, = re.findall(r"^```python\n(.*?)^```", readme.read_text(),
                       re.M | re.S)
    assert len([line for line in code.splitlines() if line]) <= 10
    client = tmp_path / "client.py"
    client.write_text(code)
    assert_chats(run(sys.executable, client, hub.ip, hub.port),
                 hub.join("alice"))


def test_the_client_in_the_manual_page_chats(hub, run, tmp_path):
    client = tmp_path / "client.py"
    client.write_text(literal_blocks(section(WIRE_PAGE, "A CLIENT"))[0])
    assert_chats(run(sys.executable, client, hub.ip, hub.port),
                 hub.join("alice"))


# --- what they name ------------------------------------------------------------

@pytest.mark.skipif(not shutil.which("scdoc"), reason="no scdoc")
@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_manual_page_can_be_made(page):
    with page.open() as text:
        subprocess.run(["scdoc"], stdin=text, stdout=subprocess.DEVNULL,
                       check=True)


@pytest.mark.parametrize("text", TEXTS, ids=name_of)
def test_links_and_paths_lead_somewhere(text):
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text.read_text())
    paths = re.findall(r"`((?:src|tests|tools|docs|packaging)/[\w./-]*)`",
                       text.read_text())
    missing = [to for to in links if not (text.parent / to).exists()]
    missing += [path for path in paths if not (ROOT / path).exists()]
    assert not missing


@pytest.mark.parametrize("text", TEXTS, ids=name_of)
def test_functions_that_are_named_exist(text):
    named = set(re.findall(r"`(\w+)\(\)`", text.read_text()))
    defined = set()
    for source in [*ROOT.glob("src/**/*.[ch]"), *ROOT.glob("tests/**/*.[ch]")]:
        defined |= set(re.findall(r"^(?:#define )?(\w+)\(",
                                  source.read_text(), re.M))
    assert named <= defined, named - defined
