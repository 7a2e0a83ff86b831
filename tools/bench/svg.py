"""Two kinds of picture, as SVG: lines over two logarithmic axes, and bars.

Names stand at the ends of their lines, in the line's colour, so that nobody
has to go back and forth to a legend.
"""
import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 76, 150, 46, 52
LINE = 15           # from one line of text to the next
BAR = 26            # from one bar to the next


@dataclass(frozen=True)
class Series:
    name: str
    points: list            # of (x, y), both above 0
    color: str
    is_dashed: bool = False
    is_bold: bool = False


class Scale:
    """From values to pixels, logarithmic."""

    def __init__(self, least, most, start, end):
        self.low, self.high = math.log10(least), math.log10(most)
        self.start, self.end = start, end

    def __call__(self, value):
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self.start + part * (self.end - self.start), 1)

    def ticks(self):
        """1, 10, 100, ... and, where these are few, 2 and 5 between them."""
        powers = range(math.floor(self.low), math.ceil(self.high) + 1)
        steps = (1, 2, 5) if self.high - self.low < 2.6 else (1,)
        values = [step * 10 ** power for power in powers for step in steps]
        return [v for v in values
                if self.low - 1e-9 <= math.log10(v) <= self.high + 1e-9]


def spread(wanted, gap, lowest):
    """Places near the wanted ones (in order), `gap` apart, above `lowest`."""
    places = []
    for place in wanted:
        places.append(max(place, places[-1] + gap) if places else place)
    for i in reversed(range(len(places))):
        most = places[i + 1] - gap if i + 1 < len(places) else lowest
        places[i] = round(min(places[i], most), 1)
    return places


def lines(title, x_title, y_title, series, xs):
    """`xs` are the values that the horizontal axis names."""
    ys = [y for one in series for _, y in one.points]
    if not ys:
        return _page(HEIGHT, title, [])
    bottom = HEIGHT - BOTTOM
    x = Scale(min(xs), max(max(xs), min(xs) * 1.01), LEFT, WIDTH - RIGHT)
    y = Scale(min(ys) / 1.3, max(ys) * 1.3, bottom, TOP)

    parts = []
    for value in y.ticks():
        parts += [_line(LEFT, y(value), WIDTH - RIGHT, y(value), "grid"),
                  _text(LEFT - 8, y(value) + 4, number(value), "end")]
    for value in xs:
        parts += [_line(x(value), TOP, x(value), bottom, "grid"),
                  _text(x(value), bottom + 18, number(value), "middle")]
    parts += [_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x_title,
                    "middle"),
              f'<text transform="translate(18 {(TOP + bottom) // 2}) '
              f'rotate(-90)" text-anchor="middle">{escape(y_title)}</text>']
    for one in series:
        parts += _curve(one, x, y)
    return _page(HEIGHT, title, parts + _names(series, x, y, bottom))


def _curve(one, x, y):
    places = [(x(a), y(b)) for a, b in sorted(one.points)]
    dashes = ' stroke-dasharray="6 4"' if one.is_dashed else ""
    path = " ".join(f"{a},{b}" for a, b in places)
    dots = [f'<circle cx="{a}" cy="{b}" r="3" fill="{one.color}"/>'
            for a, b in places]
    return [f'<polyline points="{path}" fill="none" stroke="{one.color}" '
            f'stroke-width="{3 if one.is_bold else 1.7}"{dashes}/>', *dots]


def _names(series, x, y, lowest):
    """Each at the height of its line's end, moved apart where they would
    cover one another."""
    ends = sorted(((y(max(one.points)[1]), one)
                   for one in series if one.points),
                  key=lambda end: end[0])
    places = spread([end for end, _ in ends], LINE, lowest)
    parts = []
    for (height, one), place in zip(ends, places):
        last = x(max(one.points)[0])
        parts += [f'<line x1="{last + 5}" y1="{height}" '
                  f'x2="{WIDTH - RIGHT + 18}" y2="{place}" '
                  f'stroke="{one.color}" stroke-width="0.7"/>',
                  _text(WIDTH - RIGHT + 22, place + 4, one.name, "start",
                        one.color, one.is_bold)]
    return parts


def bars(title, x_title, rows):
    """`rows` are (name, value, colour, words behind the bar)."""
    height = TOP + BAR * len(rows) + BOTTOM
    if not rows:
        return _page(height, title, [])
    left, bottom = 130, height - BOTTOM
    values = [value for _, value, *_ in rows]
    low = 10 ** math.floor(math.log10(min(values)) - 0.2)
    x = Scale(low, max(values) * 1.1, left, WIDTH - RIGHT)
    parts = []
    for value in x.ticks():
        parts += [_line(x(value), TOP, x(value), bottom, "grid"),
                  _text(x(value), bottom + 18, number(value), "middle")]
    for i, (name, value, color, words) in enumerate(rows):
        top = TOP + BAR * i + 4
        parts += [_text(left - 8, top + 13, name, "end"),
                  f'<rect x="{left}" y="{top}" height="{BAR - 8}" '
                  f'width="{x(value) - left:.1f}" fill="{color}"/>',
                  _text(x(value) + 6, top + 13, words, "start")]
    parts.append(_text((left + WIDTH - RIGHT) / 2, height - 12, x_title,
                       "middle"))
    return _page(height, title, parts)


def number(value):
    """1,000; 0.5"""
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _line(x1, y1, x2, y2, kind):
    return (f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" '
            f'class="{kind}"/>')


def _text(x, y, words, anchor, color="", is_bold=False):
    fill = f' fill="{color}"' if color else ""
    weight = ' font-weight="bold"' if is_bold else ""
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{fill}'
            f'{weight}>{escape(words)}</text>')


def _page(height, title, parts):
    # White of its own: pages that show it may be dark.
    body = "\n".join(parts)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"
     width="{WIDTH}" height="{height}" role="img"
     font-family="sans-serif" font-size="12" fill="#333">
<title>{escape(title)}</title>
<style>.grid {{ stroke: #ddd; stroke-width: 1 }}</style>
<rect width="{WIDTH}" height="{height}" fill="#fff" />
<text x="16" y="26" font-size="15" font-weight="bold">{escape(title)}</text>
{body}
</svg>
"""
