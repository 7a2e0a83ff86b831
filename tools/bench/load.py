"""One run: a server, and the load on it."""
import json
import shutil
import subprocess

from debs import Debs
from processes import Process, Trouble, free_port
from servers import Place

MESSAGE_BYTES = 64      # of text
WIRE_BYTES = 72         # of it on plain://, with name and newline: the limit's
WARMUP = 0.5            # seconds before any that count
STEP_SECONDS = 1        # for each number of messages a send of the limit

# liao-bench's names for its figures, and ours
FIGURES = {
    "server_cpu_ns_per_delivery": "cpu_ns",
    "client_cpu_ns_per_delivery": "client_cpu_ns",
    "deliveries_per_s": "deliveries_per_s",
    "messages_per_segment": "messages_per_segment",
    "messages_per_read": "messages_per_read",
    "join_s": "join_s",
    "server_join_cpu_s": "join_cpu_s",
    "lost": "lost",
    "duplicated": "duplicated",
    "misordered": "misordered",
    "damaged": "damaged",
    "disconnected": "disconnected",
    "bytes_per_connection": "bytes_per_connection",
}


class Loads:
    """Runs loads from `build` (our programs) in `folder` (all that is
    written)."""

    def __init__(self, build, folder):
        self.build = build.resolve()
        self.folder = folder.resolve()
        self.bench = self.build / "src/bench/liao-bench"
        self.limit_program = self.build / "tools/bench/limit"
        self.debs = Debs(self.folder)

    def program(self, server):
        """May fetch it; raises debs.Unavailable."""
        if server.packages:
            return self.debs.program(server.packages, server.program)
        return self.build / server.program if server.program else None

    def run(self, server, members, options, seconds, patience):
        """Figures by name. Trouble after `patience` seconds beyond the
        `seconds` that are measured, or when it goes wrong."""
        folder = self.folder / "run"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        place = Place(folder, free_port(), self.program(server))
        env = self.debs.environment() if server.packages else None
        with Process(server.command(place), folder / "server.log",
                     env) as process:
            process.wait_until_it_accepts(place.port)
            said = self._bench(
                f"{server.scheme}://127.0.0.1:{place.port}",
                "--members", members, "--size", MESSAGE_BYTES,
                "--seconds", seconds, "--warmup", WARMUP, *options,
                "--joining", server.joining, "--json",
                "--server-pid", process.pid, patience=seconds + patience)
            if said.get("deliveries") == 0:
                raise Trouble(f"nothing was delivered in {seconds} s")
            return {**figures(said), "peak_bytes": process.peak_memory()}

    def _bench(self, *words, patience):
        log = self.folder / "run" / "load.log"
        with Process([self.bench, *words], log) as load:
            try:
                status = load.child.wait(patience)
            except subprocess.TimeoutExpired:
                raise Trouble(f"not done after {patience:.0f} s") from None
            # 1: messages were lost, or the like; that is a result.
            if status not in (0, 1):
                raise Trouble(load.last_words())
        return last_json(log)

    def run_limit(self, members, steps, patience):
        """For each of `steps`, messages a send: itself and figures."""
        log = self.folder / "limit.log"
        words = [self.limit_program, members, WIRE_BYTES, STEP_SECONDS, *steps]
        with Process(words, log) as limit:
            try:
                status = limit.child.wait(
                    len(steps) * STEP_SECONDS + patience)
            except subprocess.TimeoutExpired:
                raise Trouble("not done in time") from None
            if status != 0:
                raise Trouble(limit.last_words())
        for line in log.read_text().splitlines():
            step = json.loads(line)
            yield step["per_send"], {
                "cpu_ns": step["ns"],
                "messages_per_read": step["messages_per_read"]}


def figures(said):
    """Of what liao-bench said, what we keep."""
    kept = {ours: said[theirs] for theirs, ours in FIGURES.items()
            if said.get(theirs) is not None}
    for word, value in (said.get("latency_us") or {}).items():
        kept[f"{word}_us"] = value
    return kept


def last_json(log):
    """What it printed after its words for people: one object."""
    said = log.read_text(errors="replace")
    try:
        return json.loads(said[said.index("{"):])
    except ValueError:
        raise Trouble("the load printed no figures") from None
