"""What the report says of IRC: beside lines, and of those who join."""
from matrix import IRC_WIRE_BYTES
from tables import date_of, of_sizes


def method(results):
    return f"""\
The same rooms for clients of IRC: `irc://`, as *liaod* with lines in the other tables.
Medians of {results.rounds("irc, equal bytes")} rounds{date_of(results, "irc")}.

- *Equal bytes*: a closed loop, as above, of lines and of IRC, with texts of such a length
  that a delivery is {IRC_WIRE_BYTES} bytes on both wires. So it tells what the dialect costs.
- *Capabilities*: a closed loop of 2,000 members who ask for none, and of as many who ask for
  50 different sets of six: each message has to be there in several forms, and tags make
  it longer.
- *Joins*: all come as fast as they are let in, and all read who came; the time is that until
  the last one was in, the processor time that until all had read it."""


def tables(results):
    for case, head, figure, scale in (
            ("irc, equal bytes", "equal bytes: ns a delivery, of members",
             "cpu_ns", 1),
            ("irc, capabilities", "capabilities: ns a delivery, of members",
             "cpu_ns", 1),
            ("irc, joins", "joins: s of processor time, of members",
             "join_cpu_s", 1),
            ("irc, joins", "joins: s until all were in", "join_s", 1),
            ("irc, joins", "joins: bytes a connection", "bytes_per_connection",
             1)):
        yield of_sizes(results, case, head, figure, scale)
