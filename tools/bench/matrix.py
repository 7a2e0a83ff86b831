"""What is run, in which order, and what is done when it goes wrong."""
import dataclasses
import time
from dataclasses import dataclass

from debs import Unavailable
from processes import Trouble
from servers import LIMIT, SPARE

SIZES = (10, 100, 1000, 5000, 10000)
CLOSED_LOOP = ("--senders", 4, "--window", 32)
PACED_400 = ("--senders", 4, "--rate", 400)
LONG = (*CLOSED_LOOP, "--size", 400)    # as long as IRC has room for

# Of a delivery, to be asked for more members than so many.
HOPELESS_NS, HOPELESS_MEMBERS = 6000, 1000


@dataclass(frozen=True)
class Case:
    """One column of the matrix for each size."""
    name: str
    sizes: tuple
    seconds: int        # that are measured
    options: tuple      # liao-bench's
    rounds: int = 99    # of all, in how many it is run
    group: str = ""     # the servers that run it,
    of: tuple = ()      # or, if there are any, these
    wire_bytes: int = 0 # of a delivery, the same for all; 0: of a text, 64
    patience: int = 0   # as a matrix has it, but more; 0: that

    def is_for(self, server):
        return server.name in self.of if self.of \
            else server.group == self.group

    def options_for(self, server):
        if not self.wire_bytes:
            return self.options
        return (*self.options, "--size", self.wire_bytes - server.around)


@dataclass(frozen=True)
class Matrix:
    cases: tuple
    limit_sizes: tuple
    rounds: int
    patience: int       # seconds to join and to end, for a run
    minutes: float      # for all; no run is begun after that
    servers: tuple = () # names; none: all
    steps: tuple = (1, 2, 4, 8, 16, 32, 64, 128)    # a send, for the limit


ENGINE_CASES = (
    Case("engines", (10, 100, 500, 1000, 2000), 2, CLOSED_LOOP,
         group="engines"),
    Case("engines, idle", (500, 2000), 1, ("--idle",), rounds=1,
         group="engines"),
)

PLAIN, IRC, SETS = "liaod, lines", "liaod, IRC", "liaod, 50 sets"

IRC_WIRE_BYTES = 115

IRC_CASES = (
    Case("irc, equal bytes", (100, 1000), 2, CLOSED_LOOP,
         wire_bytes=IRC_WIRE_BYTES, of=(PLAIN, IRC)),
    Case("irc, capabilities", (2000,), 3, CLOSED_LOOP, of=(IRC, SETS)),
    # All see all come: the square of them.
    Case("irc, joins", (1000,), 1, ("--idle",),
         of=(IRC, "ngIRCd", "InspIRCd")),
    Case("irc, joins", (5000,), 1, ("--idle",), rounds=1, patience=90,
         of=(IRC, "InspIRCd")),
)

# The same in each round, but for some pages of the program itself that are
# touched for the first time.
IDLE = Case("idle", (1000, 10000), 1, ("--idle",))

FULL = Matrix(
    cases=(
        Case("saturating", SIZES[:3], 2, CLOSED_LOOP),
        # Of many members the window alone is a second of work, or two.
        Case("saturating", SIZES[3:], 4, CLOSED_LOOP),
        Case("paced 100", SIZES[:3], 2, ("--senders", 4, "--rate", 100)),
        # More than two cores can carry, most likely: once, to see who can.
        Case("paced 100", SIZES[3:], 3, ("--senders", 4, "--rate", 100),
             rounds=1),
        Case("posters", (1000,), 2, ("--senders", 1000, "--window", 1),
             rounds=2),
        dataclasses.replace(IDLE, rounds=1),
        # Bytes and seconds enough to fill what the kernel keeps for one who
        # does not read, which is 4 MB.
        Case("200", (200,), 2, LONG, rounds=2),
        Case("200, 3 stalled", (200,), 4, (*LONG, "--stalled", 3), rounds=2),
        Case("paced 400", SIZES, 2, PACED_400, rounds=1),
        *ENGINE_CASES,
        *IRC_CASES,
    ),
    limit_sizes=SIZES, rounds=3, patience=40, minutes=30)

ENGINES = Matrix(cases=ENGINE_CASES, limit_sizes=(), rounds=3, patience=20,
                 minutes=6)

IRC_ALONE = Matrix(cases=IRC_CASES, limit_sizes=(), rounds=3, patience=40,
                   minutes=6)

MEMORY_ALONE = Matrix(cases=(IDLE,), limit_sizes=(), rounds=3, patience=40,
                      minutes=6)

QUICK = Matrix(
    cases=(
        Case("saturating", (10, 100, 1000), 1, CLOSED_LOOP),
        Case("paced 100", (1000,), 2, ("--senders", 4, "--rate", 100)),
    ),
    limit_sizes=(1000,), rounds=3, patience=15, minutes=1.6,
    servers=("liaod", "Redis", "InspIRCd"), steps=(1, 16, 64, 128))

SMOKE = Matrix(
    cases=(Case("saturating", (10,), 1, CLOSED_LOOP),
           Case("engines", (10,), 1, CLOSED_LOOP, group="engines")),
    limit_sizes=(10,), rounds=1, patience=20, minutes=1,
    servers=("liaod", "Python, threads", "liaod, threads"), steps=(1, 8))


def taking_part(matrix, servers):
    """Those that some case asks for."""
    return [s for s in servers if any(c.is_for(s) for c in matrix.cases)
            and (not matrix.servers or s.name in matrix.servers)]


def descriptors(matrix, servers):
    """That a process of the largest of all runs needs."""
    return max(server.descriptors(size) for case in matrix.cases
               for server in taking_part(matrix, servers)
               if case.is_for(server) for size in case.sizes)


class Runner:
    """Fills `results` from a matrix. `say` is told how it goes, a line a
    run; `descriptors` are as many as a process may have."""

    def __init__(self, matrix, loads, servers, results, say, descriptors):
        self.matrix = matrix
        self.loads = loads
        self.servers = taking_part(matrix, servers)
        self.results = results
        self.say = say
        self.descriptors = descriptors
        self.end = time.monotonic() + 60 * matrix.minutes
        self.gave_up = {}   # (case or "", server): (members, why)
        self.hopeless = {}  # server: (most members that it is asked for, why)

    def run(self):
        self._fetch()
        for number in range(1, self.matrix.rounds + 1):
            self.say(f"round {number} of {self.matrix.rounds}")
            for members in self.matrix.limit_sizes:
                self._limit(members, number)
            for case in self._cases(number):
                for members in case.sizes:
                    # The servers in turn, so that a minute in which the
                    # machine is busy hits all of them.
                    for server in self.servers:
                        if case.is_for(server) and number <= server.rounds:
                            self._one(case, members, server, number)

    def _cases(self, number):
        return [case for case in self.matrix.cases if number <= case.rounds]

    def _fetch(self):
        """Before the first round, so that no run waits for a download."""
        self.say("getting from Debian what is not here yet")
        for server in self.servers:
            try:
                self.loads.program(server)
            except Unavailable as why:
                self.say(f"{server.name} is left out: {why}")
                self.gave_up["", server.name] = (0, f"not to be had: {why}")

    def _limit(self, members, number):
        run = dict(case="limit", server=LIMIT, members=members, round=number)
        if why := (self._no_room(members)
                   or self._not_now("limit", members, LIMIT)):
            self._fail(run, why)
            return
        try:
            for step, figures in self.loads.run_limit(
                    members, self.matrix.steps, self.matrix.patience):
                self.results.add(**run, per_send=step, **figures)
                self._tell({**run, **figures}, f"{step} a send")
        except Trouble as why:
            self._fail(run, str(why))

    def _one(self, case, members, server, number):
        run = dict(case=case.name, server=server.name, members=members,
                   round=number)
        if why := (self._no_room(members, server.each, server.most)
                   or self._not_now(case.name, members, server.name)):
            self._fail(run, why)
            return
        patience = case.patience or self.matrix.patience
        begin = time.monotonic()
        try:
            figures = self.loads.run(server, members,
                                     case.options_for(server), case.seconds,
                                     patience)
            self.results.add(**run, **figures,
                             took_s=round(time.monotonic() - begin, 1))
            self._tell({**run, **figures})
            self._note_hopeless(case, members, server, figures)
        except Trouble as why:
            self._fail(run, str(why))
            self._give_up(case, members, server, str(why))

    def _no_room(self, members, each=1, most=0):
        """Why so many cannot be, of a server that needs `each` descriptors
        for one; None: they can."""
        if most and members > most:
            return f"there is room for {most:,}"
        allowed = self.descriptors // each - SPARE
        if members > allowed:
            return f"the limit of open files allows {allowed:,}"
        return None

    def _not_now(self, case, members, server):
        """Why a run is not begun; None: go."""
        if time.monotonic() > self.end:
            return "no time was left"
        measured, why = self.hopeless.get(server, (members, ""))
        if members > measured:
            return why
        for key in (("", server), (case, server)):
            least, why = self.gave_up.get(key, (members + 1, ""))
            if members >= least:
                return why if members == least or least == 0 \
                    else f"not tried, as with {least:,} members: {why}"
        return None

    def _give_up(self, case, members, server, why):
        """What it cannot do now it is not asked again, nor for more members;
        if it was only to run as fast as it can, for nothing at all."""
        key = "" if case.name == "saturating" else case.name
        least, _ = self.gave_up.get((key, server.name), (members + 1, ""))
        if members < least:
            self.gave_up[key, server.name] = (members, why)

    def _note_hopeless(self, case, members, server, figures):
        """To whom a delivery costs so much, more members are minutes of work
        that tell nothing new."""
        cpu_ns = figures.get("cpu_ns") or 0
        if case.name == "saturating" and members >= HOPELESS_MEMBERS \
                and cpu_ns > HOPELESS_NS:
            self.hopeless[server.name] = (
                members, f"not tried: with {members:,} members a delivery "
                         f"costs it {cpu_ns / 1000:,.0f} us")

    def _fail(self, run, why):
        if not self._was_told(run, why):
            self.say(f"  {run['case']:<15} {run['members']:>6,} "
                     f"{run['server']:<16} {why}")
        self.results.add(**run, failed=why)

    def _was_told(self, run, why):
        return any(old.get("failed") == why
                   for old in self.results.of(run["case"], run["server"],
                                              run["members"]))

    def _tell(self, run, what=""):
        words = [f"  {run['case']:<15} {run['members']:>6,} "
                 f"{run['server']:<16}"]
        if (cpu := run.get("cpu_ns")) is not None:
            words.append(f"{cpu:>8,.0f} ns a delivery")
        if (p99 := run.get("p99_us")) is not None:
            words.append(f"p99 {p99 / 1000:,.1f} ms")
        if (idle := run.get("bytes_per_connection")) is not None and not cpu:
            words.append(f"{idle:,.0f} bytes a connection, in after "
                         f"{run['join_s']:,.2f} s, of which CPU "
                         f"{run['join_cpu_s']:,.2f} s")
        if wrong := sum(run.get(e) or 0
                        for e in ("lost", "duplicated", "misordered")):
            words.append(f"{wrong} lost, duplicated or misordered")
        self.say("  ".join(words + [what] * bool(what)))
