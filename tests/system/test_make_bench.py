"""`make bench`: its table of servers, its order of runs, its report; and all
of it once, for seconds, with real programs."""
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from pathlib import Path

import pytest

from talk import LIAOD, ROOT

sys.path.insert(0, str(ROOT / "tools/bench"))

import debs             # noqa: E402
import goals            # noqa: E402
import machine          # noqa: E402
import matrix           # noqa: E402
import processes        # noqa: E402
import report           # noqa: E402
import servers          # noqa: E402
import svg              # noqa: E402
from results import Results, interpolate    # noqa: E402

BUILD = Path(LIAOD).resolve().parents[2]
LIMIT = BUILD / "tools/bench/limit"
BENCH = BUILD / "src/bench/liao-bench"


# --- results ----------------------------------------------------------------

def test_of_rounds_the_median_counts():
    results = Results()
    for number, ns in enumerate((300, 100, 120)):
        results.add(case="saturating", server="liaod", members=10,
                    round=number, cpu_ns=ns)
    results.add(case="saturating", server="liaod", members=10, round=3,
                failed="not done")
    assert results.get("saturating", "liaod", 10, "cpu_ns") == 120
    assert results.get("saturating", "liaod", 100, "cpu_ns") is None
    assert results.failure("saturating", "liaod", 10) is None


def test_rounds_are_those_that_were_run():
    results = some_results()
    run = dict(case="engines", server="liaod, poll", members=100)
    results.add(**run, round=2, cpu_ns=1)
    results.add(**run, round=3, failed="no time was left")
    results.add(**{**run, "case": "saturating"}, round=3, cpu_ns=1)
    assert results.rounds("engines") == 2


def test_between_two_steps_of_the_limit():
    points = [(1, 8000), (4, 2000), (64, 125)]
    assert interpolate(points, 2) == pytest.approx(4000)
    assert interpolate(points, 0.5) == 8000
    assert interpolate(points, 500) == 125


def some_results():
    """liaod meets the bound beside Redis, misses that beside NATS by half,
    and InspIRCd could not be measured."""
    results = Results({"date": "2026-01-01", "versions": {"Redis": "7.0"}})
    for members in (10, 1000):
        for server, ns in (("liaod", 30 * members), ("liaod, at once", 40),
                           ("Redis", 100 * members), ("NATS", 100 * members)):
            results.add(case="saturating", server=server, members=members,
                        round=1, cpu_ns=ns, p50_us=900, p99_us=2000,
                        deliveries_per_s=2e6, messages_per_segment=4,
                        lost=0, duplicated=0, misordered=0)
            results.add(case="paced 100", server=server, members=members,
                        round=1, cpu_ns=ns, p50_us=900, p99_us=2000, lost=0)
        results.add(case="saturating", server="InspIRCd", members=members,
                    round=1, failed="not done after 30 s")
        for step, ns in ((1, 8000), (8, 1000)):
            results.add(case="limit", server="the limit", members=members,
                        round=1, per_send=step, cpu_ns=ns,
                        messages_per_read=step)
    add_engines(results)
    add_irc(results)
    results.add(case="idle", server="liaod", members=10000, round=1,
                bytes_per_connection=200)
    results.add(case="idle", server="Redis", members=10000, round=1,
                bytes_per_connection=10000)
    return results


def add_irc(results):
    """A delivery costs a tenth more than with lines, and half more with
    capabilities; 1,000 join fast enough, 5,000 do not, InspIRCd is slower."""
    ns = {matrix.PLAIN: 100, matrix.IRC: 110, matrix.SETS: 165}
    for case, members in (("irc, equal bytes", 1000),
                          ("irc, capabilities", 2000)):
        for server, cpu_ns in ns.items():
            results.add(case=case, server=server, members=members, round=1,
                        cpu_ns=cpu_ns, lost=0)
    for server, members, join_s in ((matrix.IRC, 1000, 2),
                                    ("InspIRCd", 1000, 4),
                                    (matrix.IRC, 5000, 45)):
        results.add(case="irc, joins", server=server, members=members, round=1,
                    join_s=join_s, join_cpu_s=join_s / 8,
                    bytes_per_connection=900)


ENGINES = ("epoll", "poll", "select", "threads")


def add_engines(results, ns=200):
    """The first needs `ns`, each other 100 more; no select has 2,000."""
    for i, name in enumerate(ENGINES):
        for members in (100, 2000):
            run = dict(server=f"liaod, {name}", members=members, round=1)
            if (name, members) == ("select", 2000):
                results.add(case="engines", **run, failed="no room")
                continue
            results.add(case="engines", **run, cpu_ns=ns + 100 * i,
                        p50_us=10 * members, p99_us=20 * members, lost=0)
            results.add(case="engines, idle", **run,
                        bytes_per_connection=300 + i)


def verdict(results, what, unit):
    return next(v for v in goals.judge(results)
                if v.goal.what == what and v.goal.unit == unit)


def test_a_figure_holds_misses_or_is_not_there():
    results = some_results()
    redis = verdict(results, "CPU a delivery, 1,000 members", "x Redis")
    assert (redis.figure, redis.says) == (pytest.approx(.3), "holds")
    assert redis.words == "30,000 / 100,000 ns"
    nats = verdict(results, "CPU a delivery, 1,000 members", "x NATS")
    assert (nats.figure, nats.says) == (pytest.approx(.3), "misses by 50 %")
    irc = verdict(results, "CPU a delivery, 1,000 members", "x InspIRCd")
    assert (irc.figure, irc.says) == (None, "not measured")


@pytest.mark.parametrize("what, unit, figure, says, words", [
    ("CPU a delivery, 1,000 members", "x lines of as many bytes", 1.1, "holds",
     "110 / 100 ns"),
    ("CPU a delivery, 50 sets of capabilities, 2,000 members", "x none", 1.5,
     "holds", "165 / 110 ns"),
    ("1,000 join a room: CPU", "s", .25, "holds", "InspIRCd: 0.5"),
    ("1,000 join a room", "s", 2, "holds", ""),
    ("5,000 join a room", "s", 45, "misses by 50 %", ""),
    ("memory of an idle member, of 5,000", "bytes", 900, "holds", ""),
])
def test_irc_has_figures_to_reach(what, unit, figure, says, words):
    found = verdict(some_results(), f"IRC: {what}", unit)
    assert (found.figure, found.says, found.words) \
        == (pytest.approx(figure), says, words)


def test_the_limit_is_asked_at_as_many_messages():
    each = verdict(some_results(),
                   "CPU a delivery, 10 members, as many messages a send",
                   "x the limit")
    assert each.figure == pytest.approx(300 / 2000)


def test_one_lost_message_is_a_miss():
    results = some_results()
    errors = "lost, duplicated, misordered"
    assert verdict(results, errors, "messages").says == "holds"
    results.runs[0]["lost"] = 1
    assert verdict(results, errors, "messages").says == "misses by 1"


def test_results_are_kept(tmp_path):
    results = some_results()
    results.save(tmp_path / "kept.json")
    again = Results.load(tmp_path / "kept.json")
    assert (again.runs, again.about) == (results.runs, results.about)


# --- the page and its pictures ----------------------------------------------

def tables(page):
    """Each as a list of rows, which are lists of cells."""
    for block in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        yield [line.strip("|").split("|") for line in block.splitlines()]


def test_tables_have_as_many_cells_as_heads(tmp_path):
    report.write(some_results(), tmp_path)
    page = (tmp_path / "performance.md").read_text()
    found = list(tables(page))
    assert len(found) > 10
    for rows in found:
        assert len({len(row) for row in rows}) == 1, rows
    assert "**misses by 50 %**" in page
    assert "- InspIRCd, saturating, 10 members: not done after 30 s." in page


def test_what_was_written_by_hand_stays(tmp_path):
    report.write(some_results(), tmp_path)
    page = tmp_path / "performance.md"
    before = page.read_text()
    page.write_text(before.replace("by hand: why -->\n" + report.UNWRITTEN,
                                   "by hand: why -->\nBecause.\n\nSo.\n"))
    report.write(some_results(), tmp_path)
    after = page.read_text()
    assert "<!-- by hand: why -->\nBecause.\n\nSo.\n<!-- end -->" in after
    assert after.count(report.UNWRITTEN) == before.count(
        report.UNWRITTEN) - 1


def test_pictures_are_whole(tmp_path):
    report.write(some_results(), tmp_path)
    page = (tmp_path / "performance.md").read_text()
    shown = re.findall(r"\]\((performance/[\w-]+\.svg)\)", page)
    assert len(shown) == 5
    for name in shown:
        words = [e.text for e in xml.parse(tmp_path / name).iter()
                 if e.tag.endswith("text")]
        expected = {f"liaod, {engine}" for engine in ENGINES} \
            if "engines" in name else {"liaod", "Redis"}
        assert expected <= set(words), name


def section(page, head):
    return page.partition(f"\n## {head}\n")[2].partition("\n## ")[0]


def test_engines_have_a_section(tmp_path):
    report.write(some_results(), tmp_path)
    page = (tmp_path / "performance.md").read_text()
    part = section(page, "Engines")
    cpu, p50, p99, idle = tables(part)
    assert [cell.strip() for cell in cpu[2]] == ["liaod, epoll", "200", "200"]
    assert [cell.strip() for cell in cpu[4]] == ["liaod, select", "400", "-"]
    assert [cell.strip() for cell in p50[5]] == ["liaod, threads", "1", "20"]
    assert [cell.strip() for cell in p99[3]] == ["liaod, poll", "2", "40"]
    assert [cell.strip() for cell in idle[3]] == ["liaod, poll", "301", "301"]
    assert "--io-uring off" in part and "`one` is left out" in part
    assert "a run of their own" not in part
    assert "- liaod, select, engines, 2,000 members: no room." in page
    # Nor do they stand among the peers.
    assert "liaod, poll" not in section(page, "Saturating")


def run_part(docs, monkeypatch, part, add):
    """tools/bench PART, but nothing is run: `add` says what came of it."""
    def measure(args):
        results = Results({"date": "2026-02-02", "load before": "0.25",
                           "minutes": 4})
        add(results)
        return results
    main = load_main()
    monkeypatch.setattr(main, "measure", measure)
    monkeypatch.setattr(sys, "argv", ["bench", part, "--docs", str(docs)])
    # It is for a process of its own.
    monkeypatch.setattr(main.signal, "signal", lambda *_: None)
    main.main()


def run_engines(docs, monkeypatch, ns):
    run_part(docs, monkeypatch, "engines",
             lambda results: add_engines(results, ns))


def load_main():
    spec = importlib.util.spec_from_file_location(
        "bench_main", ROOT / "tools/bench/__main__.py")
    main = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(main)
    return main


def test_engines_alone_keep_the_rest(tmp_path, monkeypatch):
    before = some_results()
    before.save(tmp_path / "performance.json")
    run_engines(tmp_path, monkeypatch, 700)
    after = Results.load(tmp_path / "performance.json")
    assert after.get("engines", "liaod, epoll", 100, "cpu_ns") == 700
    others = [[run for run in results.runs if run["case"] != "engines"
               and run["case"] != "engines, idle"]
              for results in (before, after)]
    assert others[0] == others[1]
    assert after.about["date"] == before.about["date"]
    page = (tmp_path / "performance.md").read_text()
    assert "`make bench` on 2026-01-01" in page
    assert "a run of their own, on 2026-02-02, load before: 0.25" in page


def test_engines_alone_are_a_page_too(tmp_path, monkeypatch):
    run_engines(tmp_path, monkeypatch, 700)
    page = (tmp_path / "performance.md").read_text()
    assert "| liaod, epoll | 700 | 700 |" in section(page, "Engines")


def test_irc_has_a_section(tmp_path):
    report.write(some_results(), tmp_path)
    part = section((tmp_path / "performance.md").read_text(), "IRC")
    equal, sets, cpu, seconds, memory = tables(part)
    assert [cell.strip() for cell in equal[2]] == ["liaod, lines", "100"]
    assert [cell.strip() for cell in sets[4]] == ["liaod, 50 sets", "165"]
    assert [cell.strip() for cell in cpu[3]] == ["InspIRCd", "0.5", "-"]
    assert [cell.strip() for cell in seconds[2]] == ["liaod, IRC", "2", "45"]
    assert [cell.strip() for cell in memory[2]] == ["liaod, IRC", "900", "900"]
    assert f"{matrix.IRC_WIRE_BYTES} bytes" in part


def test_irc_alone_keeps_the_rest(tmp_path, monkeypatch):
    some_results().save(tmp_path / "performance.json")
    run_part(tmp_path, monkeypatch, "irc", add_irc)
    page = (tmp_path / "performance.md").read_text()
    assert "`make bench` on 2026-01-01" in page
    assert "a run of their own, on 2026-02-02" in section(page, "IRC")
    assert "a run of their own" not in section(page, "Engines")


def test_nothing_measured_is_a_page_too(tmp_path):
    report.write(Results(), tmp_path)
    assert "not measured" in (tmp_path / "performance.md").read_text()


def test_names_of_lines_do_not_cover_each_other():
    places = svg.spread([100, 101, 102, 300, 395], 15, 396)
    assert all(b - a >= 15 for a, b in zip(places, places[1:]))
    assert places[-1] <= 396


# --- the table of servers ---------------------------------------------------

@pytest.mark.parametrize("server", servers.SERVERS, ids=lambda s: s.name)
def test_a_server_gets_its_port(server, tmp_path):
    place = servers.Place(tmp_path, 23456, tmp_path / server.program)
    words = [str(word) for word in server.command(place)]
    written = "".join(f.read_text() for f in tmp_path.iterdir())
    assert "23456" in " ".join(words) + written
    # Its configuration, if it has one, is what it is told to read.
    for config in tmp_path.iterdir():
        assert str(config) in words
    assert server.name in report.COLORS
    assert server.settings


def test_servers_listen_on_loopback_only(tmp_path):
    for server in servers.SERVERS:
        folder = tmp_path / server.name
        folder.mkdir()
        words = server.command(servers.Place(folder, 23456, Path("/x")))
        written = "".join(f.read_text() for f in folder.iterdir())
        if server.program:
            assert "127.0.0.1" in " ".join(map(str, words)) + written


def test_without_apt_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(debs.shutil, "which", lambda tool: None)
    with pytest.raises(debs.Unavailable, match="no apt-get here"):
        debs.Debs(tmp_path).program(("redis-server",), "usr/bin/redis-server")


@pytest.mark.parametrize("library, package", [
    ("libjemalloc.so.2", "libjemalloc2"),
    ("libre2.so.9", "libre2-9"),
    ("libldap-2.5.so.0", "libldap-2.5-0"),
    ("libssl.so.3", "libssl3t64"),      # Ubuntu's 64-bit time
    ("libident.so.0", "libident"),      # older than the rule
])
def test_a_library_is_in_a_package(library, package):
    assert debs.owner(library, ["libc6", "libsslfoo", package]) == package


def test_descriptors_are_enough_and_no_more(monkeypatch):
    allowed = []
    monkeypatch.setattr(machine.resource, "setrlimit",
                        lambda what, both: allowed.append(both))
    for hard, euid, possible in ((5000, 1000, 5000),
                                 (1 << 20, 1000, 10000), (5000, 0, 10000),
                                 (machine.resource.RLIM_INFINITY, 1000, 10000)):
        monkeypatch.setattr(machine.resource, "getrlimit",
                            lambda what: (1024, hard))
        monkeypatch.setattr(machine.os, "geteuid", lambda: euid)
        assert machine.allow_descriptors(10000) == possible
        assert allowed[-1] == (possible, possible)


# --- the order of runs ------------------------------------------------------

class FakeLoads:
    """`broken` is a set of (server, case's options, members) that fail."""

    def __init__(self, broken=(), absent=()):
        self.broken = broken
        self.absent = absent
        self.cpu_ns = {}
        self.runs = []

    def program(self, server):
        if server.name in self.absent:
            raise debs.Unavailable("no network")

    def run(self, server, members, options, seconds, patience):
        self.runs.append((server.name, members, options))
        self.patience = patience
        if (server.name, members, options) in self.broken:
            raise processes.Trouble("too slow")
        return {"cpu_ns": self.cpu_ns.get(server.name, 1)}

    def run_limit(self, members, steps, patience):
        yield 1, {"cpu_ns": 1, "messages_per_read": 1}


PLAN = matrix.Matrix(
    cases=(matrix.Case("saturating", (10, 100), 1, ("fast",)),
           matrix.Case("paced 100", (10, 100), 1, ("paced",))),
    limit_sizes=(10,), rounds=2, patience=1, minutes=1,
    servers=("liaod", "Redis"))


def run_fake(loads, plan=PLAN, descriptors=1200):
    results, said = Results(), []
    matrix.Runner(plan, loads, servers.SERVERS, results, said.append,
                  descriptors).run()
    return results, said


def test_servers_take_turns():
    loads = FakeLoads()
    run_fake(loads)
    a_round = [(name, members, (word,)) for word in ("fast", "paced")
               for members in (10, 100) for name in ("liaod", "Redis")]
    assert loads.runs == a_round * 2


def test_a_case_may_have_fewer_rounds():
    loads = FakeLoads()
    once = matrix.Case("idle", (10,), 1, ("idle",), rounds=1)
    run_fake(loads, matrix.Matrix(**{**vars(PLAN), "cases": (once,)}))
    assert loads.runs == [("liaod", 10, ("idle",)), ("Redis", 10, ("idle",))]


def test_who_cannot_follow_a_pace_is_still_asked_to_run_free():
    loads = FakeLoads(broken={("Redis", 10, ("paced",))})
    results, _ = run_fake(loads)
    assert loads.runs.count(("Redis", 10, ("paced",))) == 1
    assert ("Redis", 100, ("paced",)) not in loads.runs
    assert loads.runs.count(("Redis", 100, ("fast",))) == 2
    assert results.failure("paced 100", "Redis", 10) == "too slow"
    assert results.failure("paced 100", "Redis", 100) \
        == "not tried, as with 10 members: too slow"


def test_who_cannot_hold_the_members_is_not_asked_for_more():
    loads = FakeLoads(broken={("Redis", 100, ("fast",))})
    run_fake(loads)
    assert ("Redis", 10, ("paced",)) in loads.runs
    assert ("Redis", 100, ("paced",)) not in loads.runs


def test_who_is_hopeless_is_not_asked_for_more():
    loads = FakeLoads()
    loads.cpu_ns = {"Redis": 16000}
    results, _ = run_fake(loads, matrix.Matrix(**{**vars(PLAN), "cases": (
        matrix.Case("saturating", (1000, 5000), 1, ("fast",)),
        matrix.Case("paced 100", (1000, 5000), 1, ("paced",)))}),
        descriptors=6000)
    assert loads.runs.count(("Redis", 1000, ("fast",))) == 2
    assert loads.runs.count(("Redis", 1000, ("paced",))) == 2
    assert ("liaod", 5000, ("paced",)) in loads.runs
    for case in ("saturating", "paced 100"):
        assert results.failure(case, "Redis", 5000) \
            == "not tried: with 1,000 members a delivery costs it 16 us"


def test_who_takes_long_has_fewer_rounds():
    loads = FakeLoads()
    run_fake(loads, matrix.Matrix(**{
        **vars(PLAN), "servers": ("liaod", "Mosquitto"),
        "cases": (matrix.Case("paced 100", (10,), 1, ("paced",)),)}))
    assert [name for name, *_ in loads.runs] == ["liaod", "Mosquitto", "liaod"]


def test_a_case_may_name_who_runs_it():
    case = matrix.Case("joins", (10,), 1, ("--idle",), patience=7,
                       of=("liaod, IRC", "InspIRCd"))
    loads = FakeLoads()
    run_fake(loads, matrix.Matrix(
        **{**vars(PLAN), "rounds": 1, "servers": (), "cases": (case,)}))
    assert loads.runs == [("InspIRCd", 10, ("--idle",)),
                          ("liaod, IRC", 10, ("--idle",))]
    assert loads.patience == 7


def test_who_cannot_be_fetched_is_reported():
    results, said = run_fake(FakeLoads(absent={"Redis"}))
    assert results.failure("saturating", "Redis", 100) \
        == "not to be had: no network"
    assert "Redis is left out: no network" in said


def test_no_more_members_than_descriptors():
    results, _ = run_fake(FakeLoads(), descriptors=50 + servers.SPARE)
    assert results.get("saturating", "liaod", 10, "cpu_ns") == 1
    assert "open files" in results.failure("saturating", "liaod", 100)


def test_engines_run_their_own_cases_as_far_as_they_can():
    loads = FakeLoads()
    results, _ = run_fake(loads, matrix.ENGINES, descriptors=3000)
    assert {name for name, *_ in loads.runs} \
        == {f"liaod, {engine}" for engine in ENGINES}
    of_case = [(name, members) for name, members, options in loads.runs
               if options == matrix.CLOSED_LOOP]
    assert [name for name, members in of_case if members == 10] \
        == [f"liaod, {engine}" for engine in ENGINES] * 3
    assert ("liaod, select", 500) in of_case
    assert results.failure("engines", "liaod, select", 1000) \
        == "there is room for 848"
    assert ("liaod, poll", 2000) in of_case
    assert ("liaod, threads", 1000) in of_case
    # Two descriptors each.
    assert results.failure("engines", "liaod, threads", 2000) \
        == f"the limit of open files allows {1500 - servers.SPARE:,}"


def test_engines_and_peers_have_cases_of_their_own():
    loads = FakeLoads()
    run_fake(loads, matrix.Matrix(**{
        **vars(PLAN), "rounds": 1, "servers": ("Redis", "liaod, poll"),
        "cases": (matrix.Case("saturating", (10,), 1, ("fast",)),
                  matrix.Case("engines", (10,), 1, ("turns",),
                              group="engines"))}))
    assert loads.runs == [("Redis", 10, ("fast",)),
                          ("liaod, poll", 10, ("turns",))]


def test_descriptors_are_for_the_largest_run():
    spare = servers.SPARE
    assert matrix.descriptors(matrix.ENGINES, servers.SERVERS) \
        == 2 * (2000 + spare)
    assert matrix.descriptors(matrix.FULL, servers.SERVERS) == 10000 + spare


def test_time_is_bounded():
    loads = FakeLoads()
    results, _ = run_fake(loads, matrix.Matrix(
        **{**vars(PLAN), "minutes": 0}))
    assert loads.runs == []
    assert results.failure("saturating", "liaod", 10) == "no time was left"


# --- real programs ----------------------------------------------------------

@pytest.mark.skipif(not BENCH.exists(), reason="liao-bench was not built")
@pytest.mark.parametrize("name", [matrix.PLAIN, matrix.IRC])
def test_equal_bytes_are_equal(name, hub):
    """A witness in the room counts what a delivery is made of."""
    server = servers.find(name)
    case = matrix.IRC_CASES[0]
    witness = hub.connect()
    witness.say({"plain": "\n", "irc": "NICK w\r\nUSER w 0 * :w\r\n"
                                       "JOIN #bench\r\n"}[server.scheme])
    witness.expect({"plain": "leaves\n", "irc": " 366 .*\n"}[server.scheme])
    load = subprocess.Popen(
        [BENCH, f"{server.scheme}://{hub.ip}:{hub.port}", "--members", "10",
         *map(str, case.options_for(server)), "--seconds", "0.2"],
        stdout=subprocess.PIPE)
    said = witness.expect(r"^.*: ?~[A-Z]{20}.*\n").splitlines(True)[-1]
    load.communicate(timeout=30)
    assert abs(len(said) - matrix.IRC_WIRE_BYTES) <= 1, said

def test_the_limit_measures(tmp_path):
    done = subprocess.run([LIMIT, "5", "64", "1", "1", "16"], text=True,
                          capture_output=True, timeout=30)
    one, many = map(json.loads, done.stdout.splitlines())
    assert (one["per_send"], many["per_send"]) == (1, 16)
    assert one["ns"] > many["ns"] > 0


@pytest.mark.parametrize("words", [
    [], ["5", "64", "1"], ["0", "64", "1", "1"], ["5", "64", "1", "x"],
    ["5", "64", "1", "129"]])
def test_the_limit_refuses(words):
    done = subprocess.run([LIMIT, *words], capture_output=True, timeout=30)
    assert done.returncode == 2
    assert done.stderr.startswith((b"usage: limit", b"limit: "))


def start_smoke(folder):
    return subprocess.Popen(
        ["/usr/bin/python3", ROOT / "tools/bench", "smoke", "--build", BUILD,
         "--peers", folder / "peers", "--json", folder / "runs.json"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True)


def processes_in(folder):
    """Command lines of processes that run in `folder`."""
    found = []
    for task in Path("/proc").glob("[0-9]*"):
        try:
            if Path(os.readlink(task / "cwd")).is_relative_to(folder):
                found.append((task / "cmdline").read_bytes())
        except OSError:     # it ended, or is not ours
            continue
    return found


def all_have_ended(folder):
    """The reader of limit.c is ended by the kernel, which takes a moment."""
    until = time.monotonic() + 10
    while processes_in(folder) and time.monotonic() < until:
        time.sleep(0.01)
    return processes_in(folder) == []


@pytest.mark.skipif(not BENCH.exists(), reason="liao-bench was not built")
def test_smoke(tmp_path):
    bench = start_smoke(tmp_path)
    said, _ = bench.communicate(timeout=55)
    assert bench.returncode == 0, said
    results = Results.load(tmp_path / "runs.json")
    for case, server in (("saturating", "liaod"),
                         ("saturating", "Python, threads"),
                         ("engines", "liaod, threads")):
        assert results.get(case, server, 10, "cpu_ns") > 0, said
        assert results.errors(server) == 0
    assert results.limit_ns("the limit", 10, 3) > 0
    assert all_have_ended(tmp_path)


def test_an_interrupt_leaves_nothing_behind(tmp_path):
    bench = start_smoke(tmp_path)
    for line in bench.stdout:
        if line.startswith("round"):
            break
    until = time.monotonic() + 10
    while not processes_in(tmp_path) and time.monotonic() < until:
        time.sleep(0.01)
    assert processes_in(tmp_path)
    bench.send_signal(signal.SIGINT)
    said, _ = bench.communicate(timeout=20)
    assert "interrupted" in said
    assert bench.returncode == 1
    assert all_have_ended(tmp_path)
