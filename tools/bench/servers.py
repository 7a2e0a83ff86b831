"""The table of servers: how each is run, and what was set so that it is at its
best.

To add one: a function that writes what it reads into place.folder and gives
its command line, which must stay in the foreground; and a row in SERVERS.
"""
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

HERE = Path(__file__).resolve().parent
SPARE = 200     # descriptors: logs, listeners, libraries, senders' own


@dataclass(frozen=True)
class Place:
    """Where one server runs."""
    folder: Path        # its own, empty; for its configuration
    port: int           # of 127.0.0.1
    program: Path       # the executable

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path


@dataclass(frozen=True)
class Server:
    name: str           # in tables
    scheme: str         # what liao-bench speaks to it
    packages: tuple     # Debian's: the program's, then what belongs to it
    program: str        # below Debian's /, or below our build folder
    command: Callable   # Place -> the command line
    settings: str       # what is set and why, in words for the report
    is_ours: bool = False
    joining: int = 64   # joins under way at a time, for it to be quick
    group: str = ""     # is run by the cases of the same; "": beside the peers
    each: int = 1       # descriptors for one of whatever it waits for
    most: int = 0       # members there can be; 0: no such limit
    rounds: int = 99    # of all, in how many it is run
    around: int = 0     # bytes of a delivery that are not its text, if known

    def descriptors(self, members):
        return (members + SPARE) * self.each


def liaod(place, scheme="plain"):
    return [place.program, "--listen", f"{scheme}://127.0.0.1:{place.port}",
            "--log-level", "warning", "--flood-rate", "0"]


def liaod_at_once(place):
    return [*liaod(place), "--coalesce-ms", "0"]


def liaod_irc(place):
    return liaod(place, "irc")


def engine(name):
    """Each send a call, so that only the waiting differs: epoll, poll and
    select can use io_uring, threads cannot."""
    return lambda place: [*liaod(place), "--engine", name, "--io-uring", "off"]


def redis(place):
    return [place.program, place.file("redis.conf", f"""\
bind 127.0.0.1
port {place.port}
daemonize no
loglevel warning
save ""
appendonly no
maxclients 10100
tcp-backlog 4096
timeout 0
tcp-keepalive 0
client-output-buffer-limit pubsub 0 0 0
client-output-buffer-limit normal 0 0 0
""")]


def nats(place):
    return [place.program, "-c", place.file("nats.conf", f"""\
listen: "127.0.0.1:{place.port}"
max_connections: 65536
max_pending: 1073741824
write_deadline: "120s"
ping_interval: "1h"
debug: false
trace: false
log_file: "/dev/null"
""")]


def mosquitto(place):
    return [place.program, "-c", place.file("mosquitto.conf", f"""\
listener {place.port} 127.0.0.1
allow_anonymous true
max_connections -1
max_queued_messages 0
max_queued_bytes 0
memory_limit 0
set_tcp_nodelay true
persistence false
sys_interval 0
log_dest none
connection_messages false
{"user root" if os.geteuid() == 0 else ""}
""")]


def ngircd(place):
    return [place.program, "-n", "-f", place.file("ngircd.conf", f"""\
[Global]
Name = bench.localhost
Info = bench
Listen = 127.0.0.1
Ports = {place.port}
MotdPhrase = "bench"
{"ServerUID = 0" if os.geteuid() == 0 else ""}
{"ServerGID = 0" if os.geteuid() == 0 else ""}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 30
MaxPenaltyTime = 0
PingTimeout = 3600
PongTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
SyslogFacility = local7
""")]


def inspircd(place):
    modules = place.program.parent.parent / "lib/inspircd/modules"
    here = place.folder
    options = ["--nofork", "--nopid"]
    if os.geteuid() == 0:
        options.append("--runasroot")
    return [place.program, *options, "--config", place.file("inspircd.conf",
                                                            f"""\
<path configdir="{here}" datadir="{here}" logdir="{here}"
      moduledir="{modules}" runtimedir="{here}">
<server name="bench.localhost" description="bench" network="bench">
<admin name="bench" nick="bench" email="bench@localhost">
<bind address="127.0.0.1" port="{place.port}" type="clients">
<connect name="main" allow="*" timeout="600" pingfreq="1h" maxchans="20"
         hardsendq="1G" softsendq="1G" recvq="1M" threshold="1000000"
         commandrate="1000000000" fakelag="no" localmax="1000000"
         globalmax="1000000" maxconnwarn="no" resolvehostnames="no"
         useident="no" limit="1000000">
<cidr ipv4clone="32" ipv6clone="128">
<dns server="127.0.0.1" timeout="1">
<options defaultmodes="n" defaultbind="ipv4">
<performance netbuffersize="65534" somaxconn="4096" softlimit="1000000"
             clonesonconnect="no" quietbursts="yes">
<whowas groupsize="0" maxgroups="0" maxkeep="1m">
<log method="file" type="*" level="default" target="inspircd.log">
""")]


def python_hub(place):
    return [sys.executable, HERE / "thread_hub.py", str(place.port)]


SERVERS = [
    Server("liaod", "plain", (), "src/liaod/liaod", liaod,
           "`plain://`, no limit of lines a second (`--flood-rate 0`)", is_ours=True),
    Server("liaod, at once", "plain", (), "src/liaod/liaod", liaod_at_once,
           "`--coalesce-ms 0`: each turn of the loop sends, nothing waits",
           is_ours=True),
    Server("Redis", "redis", ("redis-server", "redis-tools"),
           "usr/bin/redis-server", redis,
           "pub/sub; nothing is saved (`save \"\"`, `appendonly no`), no "
           "limit on output buffers, no keep-alive; one thread, as it comes"),
    Server("NATS", "nats", ("nats-server",), "usr/sbin/nats-server", nats,
           "one subject; 1 GB may be pending, no log, pings once an hour; all "
           "cores, as it comes"),
    Server("Mosquitto", "mqtt", ("mosquitto",), "usr/sbin/mosquitto", mosquitto,
           "MQTT 3.1.1, QoS 0; no limit on queues, TCP_NODELAY, no $SYS, no "
           "log, nothing is saved; one round, as it takes long",
           rounds=1),
    Server("ngIRCd", "irc", ("ngircd",), "usr/sbin/ngircd", ngircd,
           "penalties off (`MaxPenaltyTime = 0`), no limit on connections, no "
           "DNS, ident or PAM; 8 join at a time, as its listen() has a short "
           "queue",
           joining=8),
    Server("InspIRCd", "irc", ("inspircd",), "usr/sbin/inspircd",
           inspircd,
           "no fake lag, command rate and send queue practically without "
           "limit, no DNS or ident, only its core modules, network buffer at "
           "its largest; 1,000 join at a time, as it registers once a second",
           joining=1000),
    Server("Python, threads", "plain", (), "", python_hub,
           "`tools/bench/thread_hub.py`: a thread for each member, which "
           "sends to all others itself, as the lab describes; one round, as it "
           "takes long", rounds=1),
    # "guest1: TEXT\n", and ":b0010!~bench@0123456789ab.cloak PRIVMSG #bench
    # :TEXT\r\n".
    Server("liaod, lines", "plain", (), "src/liaod/liaod", liaod,
           "the first one again, beside IRC at equal bytes", is_ours=True,
           group="irc", around=9),
    Server("liaod, IRC", "irc", (), "src/liaod/liaod", liaod_irc,
           "`irc://`, as fast, and clients that ask for no capability",
           is_ours=True, group="irc", around=51),
    Server("liaod, 50 sets", "ircv3", (), "src/liaod/liaod", liaod_irc,
           "the same, and clients that ask for 50 different sets of "
           "capabilities", is_ours=True, group="irc"),
    # Not `one`, which serves one connection: no room has two members.
    *(Server(f"liaod, {name}", "plain", (), "src/liaod/liaod", engine(name),
             f"`--engine {name} --io-uring off`", is_ours=True,
             group="engines", **limits)
      for name, limits in (("epoll", {}), ("poll", {}),
                           ("select", {"most": 848}),
                           ("threads", {"each": 2}))),
]

LIMIT = "the limit"     # tools/bench/limit.c; no server, see load.py


def find(name):
    return next(server for server in SERVERS if server.name == name)
