"""The figures to reach: a table of ratios, each within one run."""
from dataclasses import dataclass
from typing import Callable

from matrix import IRC, PLAIN, SETS
from servers import LIMIT, SERVERS

OURS, AT_ONCE = (server.name for server in SERVERS
                 if server.is_ours and not server.group)
ALL_OURS = [server.name for server in SERVERS if server.is_ours]
PEERS = [server.name for server in SERVERS if server.packages]
ALIKE = 1.25    # "unchanged", for a worst latency on a machine with noise
LOG_BYTES = 64 << 20    # what readers who do not read may cost liaod


@dataclass(frozen=True)
class Goal:
    what: str
    bound: float        # the measured figure is to be no more than that
    unit: str           # "x Redis", "bytes"
    measure: Callable   # Results -> (figure, words to explain it) or None


@dataclass(frozen=True)
class Verdict:
    goal: Goal
    figure: float       # None: could not be measured
    words: str

    @property
    def holds(self):
        return self.figure is not None and self.figure <= self.goal.bound

    @property
    def says(self):
        if self.figure is None:
            return "not measured"
        if self.holds:
            return "holds"
        if self.goal.bound == 0:
            return f"misses by {self.figure:,.0f}"
        return f"misses by {100 * (self.figure / self.goal.bound - 1):.0f} %"


def judge(results):
    verdicts = []
    for goal in GOALS:
        figure, words = goal.measure(results) or (None, "")
        verdicts.append(Verdict(goal, figure, words))
    return verdicts


# --- what the measures are made of ------------------------------------------

def ratio(ours, theirs, unit="ns"):
    if ours is None or theirs is None:
        return None
    return ours / theirs, f"{ours:,.0f} / {theirs:,.0f} {unit}"


def cpu(case, members, peer):
    """liaod's processor time for a delivery, as a part of a peer's."""
    return lambda results: ratio(
        results.get(case, OURS, members, "cpu_ns"),
        results.get(case, peer, members, "cpu_ns"))


def of_limit(members):
    def measure(results):
        ours = results.get("saturating", OURS, members, "cpu_ns")
        each = results.get("saturating", OURS, members,
                           "messages_per_segment")
        if ours is None or not each:
            return None
        reached = ratio(ours, results.limit_ns(LIMIT, members, each))
        return reached and (reached[0], f"{reached[1]}, {each:.0f} a send")
    return measure


def best_peer(results, case, members):
    """The name of the one that uses least, of those that lost nothing."""
    used = [(results.get(case, peer, members, "cpu_ns"), peer)
            for peer in PEERS
            if results.get(case, peer, members, "lost") == 0]
    return min(used)[1] if used else None


def of_best(ours, figure, unit, scale=1):
    """Paced at 100/s with 1,000 members: as a part of the best peer's."""
    def measure(results):
        best = best_peer(results, "paced 100", 1000)
        if best is None:
            return None
        mine, its = (results.get("paced 100", name, 1000, figure)
                     for name in (ours, best))
        if mine is None or its is None:
            return None
        value, words = ratio(mine / scale, its / scale, unit)
        return value, f"{words} of {best}"
    return measure


def worst_latency(results):
    with_them = results.get("200, 3 stalled", OURS, 200, "max_us")
    without = results.get("200", OURS, 200, "max_us")
    if with_them is None or without is None:
        return None
    return (with_them / without,
            f"{with_them / 1000:,.1f} / {without / 1000:,.1f} ms")


def more_memory(results):
    with_them = results.get("200, 3 stalled", OURS, 200, "peak_bytes")
    without = results.get("200", OURS, 200, "peak_bytes")
    if with_them is None or without is None:
        return None
    return (with_them - without) / (1 << 20), \
        f"{with_them / (1 << 20):,.1f} MB in all"


def idle_bytes(results):
    each = results.get("idle", OURS, 10000, "bytes_per_connection")
    return each is not None and (each, "") or None


def irc_of(case, ours, base, members):
    """Processor time for a delivery, as a part of another wire's."""
    return lambda results: ratio(results.get(case, ours, members, "cpu_ns"),
                                 results.get(case, base, members, "cpu_ns"))


def irc_joins(members, figure, best=None):
    """`best`: the peer beside it is told, too."""
    def measure(results):
        ours = results.get("irc, joins", IRC, members, figure)
        theirs = best and results.get("irc, joins", best, members, figure)
        return ours is not None and (
            ours, f"{best}: {theirs:.3g}" if theirs else "") or None
    return measure


def errors(results):
    if not any(run["server"] in ALL_OURS for run in results.runs):
        return None
    return sum(map(results.errors, ALL_OURS)), "in all runs"


GOALS = [
    *(Goal("CPU a delivery, 1,000 members", bound, f"x {peer}",
           cpu("saturating", 1000, peer))
      for peer, bound in (("Redis", .35), ("InspIRCd", .2), ("NATS", .2))),
    *(Goal(f"CPU a delivery, {members:,} members", bound, "x Redis",
           cpu("saturating", members, "Redis"))
      for members, bound in ((5000, .25), (10000, .25), (100, .45),
                             (10, 1.2))),
    *(Goal(f"CPU a delivery, {members:,} members, as many messages a send",
           1.15, "x the limit", of_limit(members))
      for members in (10, 100, 1000, 5000, 10000)),
    Goal("paced 100/s at 1,000: CPU", .65, "x the best peer",
         of_best(OURS, "cpu_ns", "ns")),
    Goal("paced 100/s at 1,000, at once: CPU", 1.05, "x the best peer",
         of_best(AT_ONCE, "cpu_ns", "ns")),
    Goal("paced 100/s at 1,000, at once: p99", 1, "x the same peer",
         of_best(AT_ONCE, "p99_us", "ms", 1000)),
    Goal("CPU a delivery, 1,000 posters of 1,000", .2, "x Redis",
         cpu("posters", 1000, "Redis")),
    Goal("3 of 200 never read: worst latency of the others", ALIKE,
         "x without them", worst_latency),
    Goal("3 of 200 never read: memory beyond that without them",
         LOG_BYTES / (1 << 20), "MB", more_memory),
    Goal("memory of an idle connection, 10,000 members", 256, "bytes",
         idle_bytes),
    *(Goal(f"IRC: CPU a delivery, {members:,} members", 1.15,
           "x lines of as many bytes",
           irc_of("irc, equal bytes", IRC, PLAIN, members))
      for members in (100, 1000)),
    Goal("IRC: CPU a delivery, 50 sets of capabilities, 2,000 members", 2,
         "x none", irc_of("irc, capabilities", SETS, IRC, 2000)),
    Goal("IRC: 1,000 join a room: CPU", .5, "s",
         irc_joins(1000, "join_cpu_s", "InspIRCd")),
    Goal("IRC: 1,000 join a room", 3, "s", irc_joins(1000, "join_s")),
    Goal("IRC: 5,000 join a room", 30, "s", irc_joins(5000, "join_s")),
    Goal("IRC: memory of an idle member, of 5,000", 1024, "bytes",
         irc_joins(5000, "bytes_per_connection")),
    Goal("lost, duplicated, misordered", 0, "messages", errors),
]
