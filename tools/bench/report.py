"""docs/performance.md and its pictures, from results.

What a person wrote there stays: the text between `<!-- by hand: WORD -->` and
`<!-- end -->` is taken over from the page that is there already.
"""
import re

import irc
import svg
from goals import OURS, judge
from matrix import FULL, HOPELESS_MEMBERS, HOPELESS_NS
from servers import LIMIT, SERVERS
from tables import (cells, date_of, digits, of_sizes, one_size, plain_table,
                    table)

PAGE = "performance.md"
PICTURES = {            # file: words for who does not see it
    "cpu": "processor time for a delivery against members",
    "latency": "latency against members",
    "memory": "memory of an idle connection",
    "engines-cpu": "processor time for a delivery against connections, "
                   "of each engine",
    "engines-latency": "latency against connections, of each engine",
}

COLORS = {
    "liaod": "#d55e00", "liaod, at once": "#d55e00", "Redis": "#0072b2",
    "NATS": "#009e73", "Mosquitto": "#cc79a7", "ngIRCd": "#b8860b",
    "InspIRCd": "#56b4e9", "Python, threads": "#888888", LIMIT: "#000000",
    "liaod, epoll": "#d55e00", "liaod, poll": "#0072b2",
    "liaod, select": "#009e73", "liaod, threads": "#888888",
    "liaod, lines": "#d55e00", "liaod, IRC": "#d55e00",
    "liaod, 50 sets": "#d55e00",
}

BY_HAND = re.compile(r"<!-- by hand: (\w+) -->\n(.*?)<!-- end -->", re.DOTALL)
UNWRITTEN = "Nothing has been written here yet.\n"


def write(results, docs):
    page = docs / PAGE
    kept = dict(BY_HAND.findall(page.read_text())) if page.exists() else {}
    (docs / "performance").mkdir(parents=True, exist_ok=True)
    for name, picture in pictures(results).items():
        (docs / "performance" / f"{name}.svg").write_text(picture)
    page.write_text(text(results, kept))


def summary(results):
    """For the terminal: the ratios, or what a quick run has of them."""
    rows = [(verdict.goal.what, limit(verdict), reached(verdict),
             verdict.words, verdict.says)
            for verdict in judge(results) if verdict.figure is not None]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip()
             for row in rows]
    found = map(list, (cpu_table(results),
                       of_sizes(results, "engines", "ns a delivery", "cpu_ns"),
                       *irc.tables(results)))
    return "\n".join([line for one in found if len(one) > 2
                      for line in ("", *plain_table(one))] + ["", *lines])


# --- tables -----------------------------------------------------------------

def cpu_table(results):
    sizes = results.sizes("saturating")
    limits = [LIMIT, *(digits(limit_beside_us(results, n)) for n in sizes)]
    return table(["ns a delivery", *(f"{n:,} members" for n in sizes)],
                 [*cells(results, "saturating", sizes, "cpu_ns"), limits])


def limit_beside_us(results, members):
    """The limit at as many messages a send as liaod's."""
    each = results.get("saturating", OURS, members, "messages_per_segment")
    return each and results.limit_ns(LIMIT, members, each)


def limit_table(results):
    """The limit by messages a send, and liaod at as many."""
    sizes = results.sizes("limit")
    steps = sorted({run["per_send"] for run in results.runs
                    if "per_send" in run})
    rows = [[f"limit, {step} a send",
             *(digits(results.get("limit", LIMIT, members, "cpu_ns", step))
               for members in sizes)] for step in steps]
    each = {members: results.get("saturating", OURS, members,
                                 "messages_per_segment") for members in sizes}
    rows += [
        ["liaod, messages a send", *(digits(each[m]) for m in sizes)],
        ["liaod", *(digits(results.get("saturating", OURS, m, "cpu_ns"))
                    for m in sizes)],
        ["limit, as many a send",
         *(digits(limit_beside_us(results, m)) for m in sizes)]]
    return table(["ns a delivery", *(f"{n:,} members" for n in sizes)], rows)


def stalled_table(results):
    def row(server):
        for case in ("200", "200, 3 stalled"):
            for figure, scale in (("deliveries_per_s", 1e6),
                                  ("p99_us", 1000), ("max_us", 1000),
                                  ("lost", 1), ("peak_bytes", 1 << 20)):
                yield results.get(case, server, 200, figure), scale
    heads = [f"{head}{with_them}" for with_them in ("", ", 3 stalled")
             for head in ("M/s", "p99 ms", "worst ms", "lost", "peak MB")]
    return table(["server", *heads],
                 [[server, *(digits(*cell) for cell in row(server))]
                  for server in results.servers("200")])


def limit(verdict):
    return f"<= {verdict.goal.bound:g} {verdict.goal.unit}"


def reached(verdict):
    if verdict.figure is None:
        return "-"
    return digits(verdict.figure) if verdict.figure else "0"


def goals_table(results):
    yield "| figure | to reach | reached | from | |"
    yield "|---|---|---:|---|---|"
    for verdict in judge(results):
        says = verdict.says if verdict.holds else f"**{verdict.says}**"
        yield (f"| {verdict.goal.what} | {limit(verdict)} | "
               f"{reached(verdict)} | {verdict.words} | {says} |")


def failures(results):
    told = dict.fromkeys(
        (run["server"], run["case"], run["members"])
        for run in results.runs if "failed" in run)
    for server, case, members in told:
        if why := results.failure(case, server, members):
            yield f"- {server}, {case}, {members:,} members: {why}."
        else:
            runs = results.of(case, server, members)
            failed = [run["failed"] for run in runs if "failed" in run]
            yield (f"- {server}, {case}, {members:,} members: {len(failed)} "
                   f"of {len(runs)} rounds: {failed[0]}.")


def errors_table(results):
    words = ("lost", "duplicated", "misordered")
    rows = []
    for server in results.servers():
        runs = [run for run in results.runs if run["server"] == server]
        if server != LIMIT:
            rows.append([server, *(f"{sum(r.get(w) or 0 for r in runs):,}"
                                   for w in words)])
    return table(["server", *words], rows)


# --- pictures ---------------------------------------------------------------

def curve(results, case, server, figure, scale=1):
    points = [(members, value / scale) for members in results.sizes(case)
              if (value := results.get(case, server, members, figure))]
    return svg.Series(server, points, COLORS[server],
                      is_dashed=server == "liaod, at once",
                      is_bold=server == OURS)


def limit_curve(results):
    points = [(members, value) for members in results.sizes("limit")
              if (value := limit_beside_us(results, members))]
    return svg.Series(LIMIT, points, COLORS[LIMIT], is_dashed=True)


def curves(results, case, figure, scale=1):
    return [one for server in results.servers(case)
            if (one := curve(results, case, server, figure, scale)).points]


def idle_bytes(results):
    """Pairs of value and server; of fewer members for who cannot hold all."""
    for server in results.servers("idle"):
        for members in reversed(results.sizes("idle")):
            if value := results.get("idle", server, members,
                                    "bytes_per_connection"):
                yield value, server, members
                break


def pictures(results):
    sizes = results.sizes("saturating")
    cpu = curves(results, "saturating", "cpu_ns")
    if (limits := limit_curve(results)).points:
        cpu.append(limits)
    memory = sorted(idle_bytes(results))
    connections = results.sizes("engines")
    return {
        "cpu": svg.lines(
            "Processor time of the server for a delivered message",
            "members of the room", "nanoseconds", cpu, sizes),
        "latency": svg.lines(
            "Latency, 100 messages a second: 99th percentile",
            "members of the room", "milliseconds",
            curves(results, "paced 100", "p99_us", 1000), sizes),
        "memory": svg.bars(
            "The server's memory for an idle connection, of 10,000",
            "bytes", [(server, value, COLORS[server],
                       digits(value) + ("" if members == 10000 else
                                        f", of {members:,} members"))
                      for value, server, members in memory]),
        "engines-cpu": svg.lines(
            "Engines: processor time of liaod for a delivered message",
            "connections", "nanoseconds",
            curves(results, "engines", "cpu_ns"), connections),
        "engines-latency": svg.lines(
            "Engines: latency of a closed loop, 99th percentile",
            "connections", "milliseconds",
            curves(results, "engines", "p99_us", 1000), connections),
    }


# --- the page ---------------------------------------------------------------

def by_hand(kept, word):
    return [f"<!-- by hand: {word} -->",
            *kept.get(word, UNWRITTEN).splitlines(), "<!-- end -->"]


def picture(name):
    return f"![{PICTURES[name]}](performance/{name}.svg)"


def seconds(case):
    return next(c.seconds for c in FULL.cases if c.name == case)


def method(results):
    about = results.about
    return f"""\
One run of `make bench` on {about.get("date", "?")}, {about.get("minutes", "?")} minutes, medians of
{results.rounds("saturating")} rounds; but memory, 400 messages a second, and 100 to 5,000 members and more,
once. In a round each case and size is run by one server after the other, each started anew,
so that a minute in which the machine is busy hits all of them. Who needs more than
{HOPELESS_NS / 1000:g} us a delivery at {HOPELESS_MEMBERS:,} members is not asked for more of them.

| | |
|---|---|
| processor | {about.get("processor", "?")} |
| memory | {about.get("memory", "?")} |
| kernel | {about.get("kernel", "?")} |
| system | {about.get("system", "?")} |
| load before | {about.get("load before", "?")} |

The load comes from `liao-bench`, a process of its own on the same machine, over loopback,
in each server's own protocol. All members are in one room, channel, subject or topic. A
message is 64 bytes of text, in which its sender, number and time stand, so that what is
lost, comes twice or out of order is counted.

- *Saturating* is a closed loop: 4 senders, each with a window of 32 messages. A message is
  complete when the slowest member has it; the next is sent then. {seconds("saturating")} s; 5,000 members
  and more 4 s.
- *Paced*: 4 senders, together 100 or 400 messages a second; latency counts from when a
  message was due. {seconds("paced 100")} s.
- *Posters*: 1,000 members, all of which send, one message each under way.
- *CPU a delivery* is the processor time that the kernel charges to the server's process,
  by the messages that all members together received. It is the figure of merit, as it
  changes least when the machine has other things to do.
- *The limit* is `tools/bench/limit.c`: it accepts sockets and sends prepared blocks to
  them, of 1 to 128 messages each. It knows no rooms and reads nothing."""


def memory_method(results):
    return f"""\
All have joined one room, have read who came, and nothing happened for two seconds. Medians of
{results.rounds("idle")} rounds{date_of(results, "memory")}.

Of 1,000 each has a larger part of what the first one makes a process need, such as pages of
its program."""


def engines_method(results):
    return f"""\
What it costs how liaod waits for its connections, which is `--engine`. epoll keeps the set
of them in the kernel; poll and select hand all of it over, at each wait; with threads each
connection has one that waits for it alone, and takes the one lock. A closed loop, as above,
medians of {results.rounds("engines")} rounds, memory once{date_of(results, "engines")}.

All run with `--io-uring off`, as threads cannot use it, so that only the waiting differs:
*liaod* in the other tables is epoll with it, where the kernel allows that. select has room
for 848. `one` is left out: it serves one connection, and nobody is in a room with others.
In the bytes of an idle connection is its part of what the process needs anyway, which is
why more have less each."""


def engines_tables(results):
    for case, head, figure, scale in (
            ("engines", "ns a delivery, of connections", "cpu_ns", 1),
            ("engines", "p50 latency, ms", "p50_us", 1000),
            ("engines", "p99 latency, ms", "p99_us", 1000),
            ("engines, idle", "bytes a connection, idle",
             "bytes_per_connection", 1)):
        yield from of_sizes(results, case, head, figure, scale)
        yield ""


def servers_list(results):
    versions = results.about.get("versions", {})
    for server in SERVERS:
        if server.name in results.servers():
            version = f" {versions[server.name]}" \
                if versions.get(server.name) else ""
            yield f"- **{server.name}**{version}: {server.settings}."


def text(results, kept):
    return "\n".join(line.rstrip() for line in [
        "# Performance",
        "",
        "How liaod compares with its peers, and with what the kernel allows. "
        "`make bench` writes",
        "this page, all but the parts between `by hand` and `end`; "
        "`performance.json` beside it has",
        "each run.",
        "",
        *by_hand(kept, "summary"),
        "", "## The figures to reach", "",
        *goals_table(results),
        "",
        *by_hand(kept, "why"),
        "", "## How it was measured", "",
        method(results),
        "", "## Saturating", "",
        picture("cpu"), "",
        *cpu_table(results), "",
        *of_sizes(results, "saturating", "million deliveries a second",
                  "deliveries_per_s", 1e6), "",
        *of_sizes(results, "saturating", "p99 latency, ms", "p99_us", 1000),
        "", "## At the limit", "",
        *limit_table(results),
        "", "## Paced", "",
        picture("latency"), "",
        *paced(results),
        "## 1,000 posters of 1,000", "",
        *one_size(results, "posters", [
            ("ns a delivery", "cpu_ns", 1),
            ("million deliveries a second", "deliveries_per_s", 1e6),
            ("p99 latency, ms", "p99_us", 1000)]),
        "", "## Three of 200 never read", "",
        "A closed loop, as above, of 200 members and 400 bytes; then with 3 "
        "of the members that", "never read. *Lost* is what had not come "
        "5 s after its room stood still.", "",
        *stalled_table(results),
        "", "## Engines", "",
        engines_method(results), "",
        picture("engines-cpu"), "",
        picture("engines-latency"), "",
        *engines_tables(results),
        "## IRC", "",
        irc.method(results), "",
        *(line for one in irc.tables(results) for line in (*one, "")),
        "## Memory", "",
        memory_method(results), "",
        picture("memory"), "",
        *of_sizes(results, "idle", "bytes a connection, of members",
                  "bytes_per_connection"), "",
        *of_sizes(results, "idle", "seconds until all were in", "join_s"),
        "", "## Lost, duplicated, misordered", "",
        "Messages, of all members and runs together.", "",
        *errors_table(results),
        "", "## What could not be measured", "",
        *(list(failures(results)) or ["Nothing."]),
        "", "## Configurations", "",
        "On loopback, flood limits off, the fastest settings that are fair. "
        "The files are in", "`tools/bench/servers.py`.", "",
        *servers_list(results),
        "",
        *by_hand(kept, "notes"),
    ]) + "\n"


def paced(results):
    for rate in (100, 400):
        for head, figure, scale in (("ns a delivery", "cpu_ns", 1),
                                    ("p50, ms", "p50_us", 1000),
                                    ("p99, ms", "p99_us", 1000)):
            yield from of_sizes(results, f"paced {rate}",
                                f"{rate} a second: {head}", figure, scale)
            yield ""
