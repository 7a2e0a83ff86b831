"""docs/lab.md and docs/lab.zh.md: every command in them, in the terminals that
they name, and what they say that one sees."""
import os
import re
import shutil
import sys

import pytest

from talk import LIAO, LIAOD, ROOT

sys.path.insert(0, str(ROOT / "tests/support"))
import guide  # noqa: E402

GUIDES = {"lab.md": "en", "lab.zh.md": "zh_CN"}


def text_of(name):
    return (ROOT / "docs" / name).read_text()


def headings(name):
    """Of the parts that have something to do."""
    part, found = None, []
    for _, terminal, line in guide.steps(text_of(name)):
        if terminal is None:
            part = line
        elif part is not None:
            found.append(part)
            part = None
    return found


@pytest.fixture
def environment(tmp_path):
    """As in the reader's terminal, but for colours."""
    for name, program in ("liaod", LIAOD), ("liao", LIAO):
        (tmp_path / name).symlink_to(os.path.abspath(program))
    if nc := shutil.which("nc.openbsd"):
        (tmp_path / "nc").symlink_to(nc)
    (tmp_path / "python3").symlink_to("/usr/bin/python3")
    return {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "TERM": "dumb", "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8",
            # At a terminal LeakSanitizer's helper gets its signals, too.
            "ASAN_OPTIONS": "detect_leaks=0"}


@pytest.mark.parametrize("name, heading", [
    (name, heading) for name in GUIDES for heading in headings(name)],
    ids=lambda word: re.sub(r"\W+", "-", word.strip("# ")))
def test_one_sees_what_the_guide_says(environment, name, heading):
    environment["LANGUAGE"] = GUIDES[name]
    assert guide.follow(text_of(name), environment, ROOT,
                        lambda line: line == heading) > 5


def test_both_guides_have_the_same_steps():
    """The same terminals, commands and keys; what is said may differ."""
    def outline(name):
        return [(terminal, line if line.startswith(("$", ">>>", "...", "> /"))
                 else line[:2] == "> ")
                for _, terminal, line in guide.steps(text_of(name))]
    assert outline("lab.md") == [
        (terminal, line) for terminal, line in outline("lab.zh.md")]
    assert len(outline("lab.md")) > 200


# --- the follower itself -----------------------------------------------------------

RIGHT = """
## A part

**one**

```console
$ sh -c 'echo port 12345; read x; printf "got $x\\nmore\\nend\\n"'
port 50000
> hello
got hello
...
end
```
"""


@pytest.mark.parametrize("there, instead", [
    ("got hello", "got hullo"),     # something else is seen
    ("port 50000\n", ""),           # more is seen
    ("end\n", "end\nnothing\n"),    # less is seen
    ("...\n", ""),
    ("> hello", "prompt: > hello"),
])
def test_a_wrong_guide_is_found(environment, monkeypatch, there, instead):
    monkeypatch.setattr(guide, "PATIENCE", 2)
    assert guide.follow(RIGHT, environment, ROOT) == 6
    with pytest.raises(guide.Wrong):
        guide.follow(RIGHT.replace(there, instead), environment, ROOT)


def test_what_is_left_in_the_end_is_found(environment):
    left = RIGHT.replace("...\nend\n", "more\n")
    with pytest.raises(guide.Wrong, match="in the end"):
        guide.follow(left + "\n## Another\n" + RIGHT, environment, ROOT)
