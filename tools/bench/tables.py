"""Tables of results, in Markdown and for a terminal."""


def table(heads, rows):
    """In Markdown; what is not the first column is a figure, to the right."""
    yield "| " + " | ".join(heads) + " |"
    yield "|---|" + "---:|" * (len(heads) - 1)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def plain_table(lines):
    """The same for a terminal."""
    rows = [line.strip("| ").split(" | ") for line in lines
            if not line.startswith("|---")]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        yield "  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                        for i, (cell, width) in enumerate(zip(row, widths)))


def digits(value, scale=1):
    """A figure as people read it: three digits are enough."""
    if value is None:
        return "-"
    value = value / scale
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def cells(results, case, sizes, figure, scale=1):
    """A row a server, a column a size."""
    for server in results.servers(case):
        yield [server, *(digits(results.get(case, server, members, figure),
                                scale) for members in sizes)]


def of_sizes(results, case, head, figure, scale=1):
    sizes = results.sizes(case)
    return table([head, *(f"{n:,}" for n in sizes)],
                 cells(results, case, sizes, figure, scale))


def one_size(results, case, columns):
    """A row a server: (head, figure, scale) are the columns."""
    sizes = results.sizes(case)
    return table(["server", *(head for head, *_ in columns)],
                 [[server, *(digits(results.get(case, server, sizes[0],
                                                figure), scale)
                             for _, figure, scale in columns)]
                  for server in results.servers(case)] if sizes else [])


def date_of(results, part):
    """Where it was not the run of all the rest: which one it was."""
    about = results.about.get(part)
    return about and (f"; a run of their own, on {about['date']}, "
                      f"load before: {about['load before']}") or ""
