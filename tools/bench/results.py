"""What was measured: one record a run, and the medians of the rounds.

A record is a flat dict:

    case, server, members, round        which run it is
    per_send                            of the limit only
    failed                              why there are no figures, in words
    cpu_ns, client_cpu_ns               processor time for one delivery
    deliveries_per_s, messages_per_segment, messages_per_read
    join_s, join_cpu_s                  until all had joined; until all knew
    p50_us, p90_us, p99_us, max_us      latency
    lost, duplicated, misordered        messages, of all members together
    bytes_per_connection, peak_bytes    the server's memory
    took_s                              all of the run

A segment of TCP is, on loopback, what one send carried.
"""
import json
import math
from statistics import median

KEY = ("case", "server", "members", "per_send")
NOT_FIGURES = {*KEY, "round", "failed"}
ERRORS = ("lost", "duplicated", "misordered")


class Results:
    def __init__(self, about=None, runs=None):
        # Machine, versions, date: words by name; "engines" and "irc": the
        # same, where these were run by themselves.
        self.about = about or {}
        self.runs = runs or []

    def add(self, **run):
        self.runs.append(run)

    def take_over(self, other):
        """The cases of `other`, in place of what there was of them; its
        `about` is the caller's to keep."""
        cases = {run["case"] for run in other.runs}
        self.runs = [run for run in self.runs
                     if run["case"] not in cases] + other.runs

    # --- kept beside the report, a line a run, so that a diff can be read

    def save(self, path):
        runs = ",\n".join(json.dumps(run) for run in self.runs)
        path.write_text(f'{{"about": {json.dumps(self.about, indent=1)},\n'
                        f'"runs": [\n{runs}\n]}}\n')

    @classmethod
    def load(cls, path):
        return cls(**json.loads(path.read_text()))

    # --- questions

    def of(self, case, server, members, per_send=None):
        wanted = (case, server, members, per_send)
        return [run for run in self.runs
                if tuple(run.get(k) for k in KEY) == wanted]

    def get(self, case, server, members, figure, per_send=None):
        """The median over the rounds that gave one; None: there is none."""
        values = [run[figure]
                  for run in self.of(case, server, members, per_send)
                  if run.get(figure) is not None and "failed" not in run]
        return median(values) if values else None

    def failure(self, case, server, members):
        """Why there is no figure, or None."""
        runs = self.of(case, server, members)
        if any("failed" not in run for run in runs):
            return None
        return next((run["failed"] for run in runs), None)

    def servers(self, case=None):
        """In the order of their first run."""
        return list(dict.fromkeys(run["server"] for run in self.runs
                                  if case in (None, run["case"])))

    def sizes(self, case):
        return sorted({run["members"] for run in self.runs
                       if run["case"] == case})

    def rounds(self, case):
        """In how many there was time for some of it."""
        return max((run["round"] for run in self.runs
                    if run["case"] == case and "failed" not in run),
                   default=0)

    def errors(self, server):
        """Messages that were lost, duplicated or misordered, in all runs."""
        return sum(run.get(word) or 0 for run in self.runs for word in ERRORS
                   if run["server"] == server)

    def limit_ns(self, limit, members, messages):
        """What the limit needs at so many messages a send, between those that
        were measured; beyond them, the nearest that was."""
        points = sorted(
            (step, self.get("limit", limit, members, "cpu_ns", step))
            for step in {run["per_send"] for run in self.runs
                         if run["case"] == "limit" and "failed" not in run
                         and run["members"] == members})
        return interpolate(points, messages) if points else None


def interpolate(points, x):
    """On straight lines between `points`, both axes logarithmic."""
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if x <= x1:
            part = math.log(x / x0) / math.log(x1 / x0)
            return math.exp(math.log(y0) + part * math.log(y1 / y0))
    return points[-1][1]
