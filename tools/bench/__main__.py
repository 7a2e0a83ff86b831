"""Measure liaod beside its peers; `make bench` calls this.

  tools/bench [full|engines|irc|memory|quick|smoke] [--build FOLDER] [--docs FOLDER]
"""
import argparse
import dataclasses
import signal
import sys
import time
from pathlib import Path

import machine
import processes
import report
import servers
from load import Loads
from matrix import (ENGINES, FULL, IRC_ALONE, MEMORY_ALONE, QUICK, SMOKE,
                    Runner, descriptors)
from results import Results

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = {"engines": ENGINES, "irc": IRC_ALONE, "memory": MEMORY_ALONE}
MATRICES = {"full": FULL, **PARTS, "quick": QUICK, "smoke": SMOKE}


def arguments():
    parser = argparse.ArgumentParser(
        prog="tools/bench", description="Measure liaod beside its peers.")
    parser.add_argument(
        "matrix", nargs="?", choices=MATRICES, default="full",
        help="full (the default) writes the report; engines, irc and memory, "
             "its part on liaod's engines, on IRC or on memory, and keep the rest; quick "
             "prints a table; smoke proves in seconds that all of it works")
    parser.add_argument(
        "--build", type=Path, default=ROOT / "build/release", metavar="FOLDER",
        help="where our programs were built; build/release")
    parser.add_argument(
        "--peers", type=Path, default=ROOT / "build/peers", metavar="FOLDER",
        help="where Debian's programs are unpacked; build/peers")
    parser.add_argument(
        "--docs", type=Path, default=ROOT / "docs", metavar="FOLDER",
        help="where the report is written; docs")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="keep the runs there, too")
    parser.add_argument(
        "--minutes", type=float, metavar="N",
        help="begin no run after so many; each kind has its own bound")
    parser.add_argument(
        "--rewrite", action="store_true",
        help="run nothing: write the report anew from what it keeps")
    return parser.parse_args()


def measure(args):
    matrix = MATRICES[args.matrix]
    if args.minutes is not None:
        matrix = dataclasses.replace(matrix, minutes=args.minutes)
    results = Results({**machine.about(), "matrix": args.matrix})
    most = machine.allow_descriptors(descriptors(matrix, servers.SERVERS))
    loads = Loads(args.build, args.peers)
    runner = Runner(matrix, loads, servers.SERVERS, results, say, most)
    start = time.monotonic()
    try:
        runner.run()
    except KeyboardInterrupt:
        processes.end_all()
        sys.exit("\nbench: interrupted; nothing was written, all is ended")
    results.about["minutes"] = round((time.monotonic() - start) / 60, 1)
    results.about["versions"] = {
        server.name: loads.debs.version(server.packages[0])
        for server in runner.servers if server.packages}
    return results


def with_kept(results, part, kept):
    """What is kept, with these runs of a part."""
    if not kept.exists():
        return results
    whole = Results.load(kept)
    whole.take_over(results)
    whole.about[part] = results.about
    return whole


def say(words):
    print(words, flush=True)


def main():
    args = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    kept = args.docs / "performance.json"
    if args.rewrite:
        report.write(Results.load(kept), args.docs)
        return
    results = measure(args)
    if args.json:
        results.save(args.json)
    if args.matrix in PARTS:
        results = with_kept(results, args.matrix, kept)
    if args.matrix in ("full", *PARTS):
        results.save(kept)
        report.write(results, args.docs)
        say(f"written: {args.docs / 'performance.md'}")
    say(report.summary(results))


if __name__ == "__main__":
    main()
