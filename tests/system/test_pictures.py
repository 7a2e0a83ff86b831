"""The pictures of the READMEs: made by the programs, and as these are now."""
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as xml

import pytest

from screen import FAKETIME
from talk import LIAO, LIAOD, PATIENCE, ROOT

SVG = "{http://www.w3.org/2000/svg}"
HAS_READLINE = b"libreadline" in subprocess.run(
    ["ldd", LIAO], capture_output=True).stdout


def draw(screen, *options):
    done = subprocess.run([ROOT / "tools/ansi2svg", *options], text=True,
                          input=screen, capture_output=True, timeout=PATIENCE)
    return done if done.returncode else xml.fromstring(done.stdout)


def texts(svg):
    """(text, x, class) of each piece."""
    return [(t.text, float(t.get("x")), t.get("class"))
            for t in svg.iter(SVG + "text")]


def test_cells():
    svg = draw("ab你c\n\x1b[2m x\x1b[0m <&>\n", "--cursor", "2,0")
    cell = 8.4
    left = texts(svg)[0][1]
    assert texts(svg) == [
        ("ab", left, "ink"),
        ("你", round(left + 3 * cell, 1), "ink wide"),  # its middle
        ("c", round(left + 4 * cell, 1), "ink"),
        ("x", round(left + cell, 1), "ink dim"),
        ("<&>", round(left + 3 * cell, 1), "ink")]
    cursor = [r for r in svg.iter(SVG + "rect") if "cursor" in r.get("class")]
    assert [(float(r.get("x")), float(r.get("width"))) for r in cursor] == \
        [(round(left + 2 * cell, 1), 2 * cell)]
    widths = [float(t.get("textLength", 0)) for t in svg.iter(SVG + "text")]
    assert widths == [2 * cell, 0, cell, cell, round(3 * cell, 1)]


def test_colours():
    svg = draw("\x1b[38;5;160mred\x1b[0m \x1b[1mbold\x1b[22;39m plain")
    pieces = list(svg.iter(SVG + "text"))
    assert pieces[0].get("style") == "fill:#d70000"
    assert [t.get("class") for t in pieces] == [None, "ink bold", "ink"]


@pytest.mark.parametrize("screen", ["\x1b[2Jx", "\x1b[48;5;1mx", "a\tb"])
def test_what_is_not_known_is_an_error(screen):
    done = draw(screen)
    assert done.returncode == 1 and "is not known" in done.stderr


@pytest.mark.parametrize("readme, language", [
    ("README.md", "en"), ("README.zh.md", "zh")])
def test_readme_has_its_picture(readme, language):
    shown = re.findall(r"!\[([^]]+)\]\((\S+\.svg)\)",
                       (ROOT / readme).read_text())
    assert [path for _, path in shown] == \
        [f"docs/pictures/terminal.{language}.svg"]
    svg = xml.parse(ROOT / shown[0][1]).getroot()
    assert svg.find(SVG + "title").text


@pytest.mark.skipif(not HAS_READLINE, reason="liao was built without readline")
@pytest.mark.skipif(not shutil.which("tmux"), reason="no tmux")
@pytest.mark.skipif(FAKETIME is None, reason="no libfaketime")
def test_pictures_are_what_the_programs_show(tmp_path):
    subprocess.run([ROOT / "tools/pictures", "--into", tmp_path], check=True,
                   env={**os.environ, "LIAOD": LIAOD, "LIAO": LIAO},
                   timeout=6 * PATIENCE)
    for fresh in tmp_path.iterdir():
        kept = ROOT / "docs/pictures" / fresh.name
        assert texts(xml.parse(fresh).getroot()) == \
            texts(xml.parse(kept).getroot()), "make pictures"
        assert fresh.read_bytes() == kept.read_bytes(), "make pictures"
