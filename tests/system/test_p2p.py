"""Two people, one wire: liaod --mode p2p and liao --listen, which are the same
program part; with the lab's client, nc and liao on the other side."""
import os
import re
import signal
import socket
import subprocess
import sys
import time

import pexpect
import pytest

from talk import LIAO, LIAOD, PATIENCE, REPORT, ROOT, Program, Socket

SUPPORT = ROOT / "tests/support"
UTF8 = {**os.environ, "PYTHONIOENCODING": "utf-8"}
WELCOME = "^-- liao p2p: you are talking with one person; .*\n"
TURN = "^-- it is your turn: you are talking with one person\n"
HUNG_UP = "^-- the other side has hung up; bye\n"
CAME, LEFT = "成功连接\n", "已退出聊天\n"


@pytest.fixture
def p2p(start_hub):
    """p2p("lab", "tcp"): a liaod that listens so, in this order. What it
    prints is what its operator sees; what it is told, he types."""
    def start(*schemes, options=()):
        listens = [word for scheme in schemes
                   for word in ("--listen", f"{scheme}://127.0.0.1:0")]
        return start_hub("--mode", "p2p", *listens, *options)
    return start


class Listener(Program):
    """liao --listen, on a free port."""

    def __init__(self, *arguments, **options):
        super().__init__([LIAO, "--listen", *arguments], **options)
        where = self.expect_complaint(r"listening on \w+://127.0.0.1:\d+\n")
        self.address = ("127.0.0.1", int(where.strip().rpartition(":")[2]))


@pytest.fixture
def listener():
    programs = []

    def start(*arguments, **options):
        programs.append(Listener(*(arguments or ["0"]), **options))
        return programs[-1]

    yield start
    for program in programs:
        program.close()
        complaints = program.complaints.decode()
        assert not REPORT.search(complaints), complaints


@pytest.fixture
def call():
    """A bare connection to an address."""
    sockets = []

    def connect(address):
        sockets.append(Socket(address))
        return sockets[-1]

    yield connect
    for one in sockets:
        one.close()


@pytest.fixture
def lab_client(run):
    def start(address):
        client = run(sys.executable, SUPPORT / "lab_client.py", env=UTF8)
        client.say(f"{address[0]}\n{address[1]}\n")
        client.expect("connected\n")
        return client
    return start


def who(guest):
    return rf"^\(127\.0\.0\.1,{guest.port}\)"


# -- with the lab's client -------------------------------------------------------

@pytest.mark.parametrize("program", ["liaod", "liao"])
def test_lab_clients_twice_in_a_row(p2p, listener, lab_client, program):
    if program == "liaod":
        operator = p2p("lab")
        address = operator.addresses[0]
    else:
        operator = listener("lab://127.0.0.1:0")
        address = operator.address
    for turn in ("第一次", "第二次"):
        client = lab_client(address)
        name = operator.expect(rf"^\(127\.0\.0\.1,\d+\){CAME}")[:-5]
        client.line("你好, " + turn)
        operator.expect("^" + re.escape(f"{name}:你好, {turn}\n"))
        for line in ("在", "一直在", "in English, too"):
            operator.line(line)
            client.expect(f"^{line}\n")
        client.line("再见")
        operator.expect("^" + re.escape(f"{name}:再见\n"))
        client.line("q")
        operator.expect("^" + re.escape(name + LEFT))
        assert client.end() == 0
        assert not client.complaints


def receive_all(sock, words):
    """What each recv() gave, until all of `words` came; the longest time from
    one to the next."""
    got, longest, before = [], 0, time.monotonic()
    while len("".join(got)) < len(words):
        got.append(sock.recv(1024).decode().strip("\n"))
        now = time.monotonic()
        longest, before = max(longest, now - before), now
    return got, longest


def test_each_line_is_one_recv_of_a_lab_program(p2p, call):
    operator = p2p("lab")
    guest = call(operator.addresses[0])
    operator.expect(who(guest) + CAME)
    lines = [f"第 {i} 行" for i in range(20)]
    guest.socket.settimeout(PATIENCE)
    for _ in range(5):
        operator.say("\n".join(lines) + "\n\n\n")
        got, longest = receive_all(guest.socket, "".join(lines))
        if got == lines:
            return
        # A reader has 100 ms to come back for more. Were we kept from it for
        # longer, by a busy machine, that says nothing about the server.
        assert longest > 0.15, got
    pytest.skip("this machine is too busy to be a reader in time")


def test_lab_programs_wait_without_a_word(p2p, lab_client, call):
    operator = p2p("lab")
    first = call(operator.addresses[0])
    operator.expect(who(first) + CAME)
    second = lab_client(operator.addresses[0])
    third = call(operator.addresses[0])
    second.line("我在等")
    # The third is looked at after the second, and both are waiting by then.
    third.say("q")
    assert third.until_end() == ""
    first.say("q")
    shown = operator.expect(":我在等\n")
    assert re.fullmatch(rf"\(127.0.0.1,{first.port}\){LEFT}"
                        rf"\(127.0.0.1,\d+\){CAME}"
                        r"\(127.0.0.1,\d+\):我在等\n", shown), shown
    operator.line("轮到你了")
    second.expect("^轮到你了\n")


# -- the queue --------------------------------------------------------------------

def test_three_wait_and_each_is_told_his_place(p2p, call, run, lab_client):
    operator = p2p("tcp", "lab")
    address = operator.addresses[0]
    guests = [call(address) for _ in range(4)]
    guests[0].line("")
    guests[0].expect(WELCOME)
    operator.expect(who(guests[0]) + CAME)
    for place, guest in enumerate(guests[1:], 1):
        guest.line(f"I am {place}")
        guest.expect(f"^-- liao p2p: the line is busy; your place in the "
                     f"queue: {place}\n")
        operator.expect(rf"^-- \(127.0.0.1,{guest.port}\) waits; people "
                        rf"waiting: {place}\n")
    # Who hangs up while he waits is dropped with what he said.
    guests[2].close()
    operator.expect(rf"^-- \(127.0.0.1,{guests[2].port}\) no longer waits\n")
    guests[3].expect("^-- your place in the queue: 2\n")
    # The operator is first to leave.
    operator.line("对不起")
    operator.line("q")
    guests[0].expect("^对不起\n" + HUNG_UP)
    assert guests[0].until_end() == ""
    guests[1].expect(TURN)
    operator.expect(who(guests[0]) + LEFT + who(guests[1]) + CAME +
                    who(guests[1]) + ":I am 1\n")
    guests[3].expect("^-- your place in the queue: 1\n")
    # The other one is.
    guests[1].line("/quit")
    guests[1].expect("^-- bye\n")
    operator.expect(who(guests[1]) + LEFT + who(guests[3]) + CAME +
                    who(guests[3]) + ":I am 3\n")
    # A connection that breaks.
    guests[3].vanish()
    shown = operator.expect(who(guests[3]) + LEFT)
    assert "I am 2" not in shown


def test_who_pasted_a_lot_and_hangs_up_while_he_waits(p2p, call):
    """Past 16 KiB he is not read, but that he is gone is noticed."""
    operator = p2p("tcp")
    first, gone = call(operator.addresses[0]), call(operator.addresses[0])
    first.line("")
    first.expect(WELCOME)
    gone.line("x" * 999)
    gone.expect("the line is busy")
    gone.say(("x" * 999 + "\n") * 50)
    gone.close()
    operator.expect(rf"^-- \(127.0.0.1,{gone.port}\) no longer waits\n")


def test_max_clients_counts_those_who_wait(p2p, call):
    operator = p2p("plain", "lab", options=["--max-clients", "2"])
    talks, waits, late = [call(operator.addresses[0]) for _ in range(3)]
    talks.expect(WELCOME)
    waits.expect("queue: 1\n")
    assert re.match("-- liao p2p: the line is busy, and the queue is full "
                    r"\(people at most: 2\)", late.until_end())
    assert "最多2人" in call(operator.addresses[1]).until_end()
    waits.line("q")
    waits.expect("-- bye\n")
    call(operator.addresses[0]).expect("queue: 1\n")


def test_machines_are_refused_and_shown_to_nobody(p2p, call):
    operator = p2p("tcp")
    for opening, answer in ((b"GET / HTTP/1.1\r\n", "HTTP/1.1 501 "),
                            (b"SSH-2.0-OpenSSH_9\r\n", "-- this looks like SSH"),
                            (b"NICK bob\r\n", "ERROR :")):
        machine = call(operator.addresses[0])
        machine.say(opening)
        assert machine.until_end().startswith(answer)
    operator.expect_complaint("refused: it speaks HTTP")
    guest = call(operator.addresses[0])
    guest.line("GET well soon")
    assert operator.expect("GET well soon\n").count("\n") == 2


# -- with nc and liao ---------------------------------------------------------------

def test_nc(p2p, nc):
    operator = p2p("tcp")
    guest = nc(operator)
    guest.line("hello 你好")
    guest.expect(WELCOME)
    operator.expect(CAME + r"^\(127.0.0.1,\d+\):hello 你好\n")
    operator.line("-> as typed  你好 \t!")
    guest.expect("^-> as typed  你好 \t!\n")
    guest.line("q")
    guest.expect("^-- bye\n")
    operator.expect(LEFT)


def test_nc_that_says_one_thing(p2p, nc):
    operator = p2p("tcp")
    guest = nc(operator, "-N")
    guest.say("没有换行")
    guest.say_no_more()
    operator.expect(r"^\(127.0.0.1,\d+\):没有换行\n" rf"^\(.*\){LEFT}")
    assert "-- bye\n" in guest.until_end()


@pytest.mark.parametrize("scheme", ["", "tcp://"])
def test_liao_shows_the_operator_as_server(p2p, run, scheme):
    operator = p2p("tcp")
    ip, port = operator.addresses[0]
    guest = run(LIAO, f"{scheme}{ip}:{port}")
    guest.expect(WELCOME)
    operator.expect(CAME)
    guest.line("你好")
    operator.expect(r"^\(127.0.0.1,\d+\):你好\n")
    operator.line("你也好")
    guest.expect("^server:你也好\n")
    operator.line("q")
    guest.expect(HUNG_UP)
    assert guest.end() == 5


def test_liao_calls_liao(listener, run):
    operator = listener()
    guest = run(LIAO, "tcp://127.0.0.1:%d" % operator.address[1])
    guest.expect(WELCOME)
    guest.line("一")
    operator.expect(r"^\(127.0.0.1,\d+\):一\n")
    operator.line("二")
    guest.expect("^server:二\n")
    guest.line("q")
    operator.expect(LEFT)
    assert guest.until_end() == "-- bye\n" and guest.end() == 0
    operator.line("/quit")
    assert operator.end() == 0


def test_text_is_whole_and_harmless(p2p, call):
    operator = p2p("tcp")
    guest = call(operator.addresses[0])
    text = "你好 👋\n".encode()
    guest.line("")
    guest.expect(WELCOME)
    for byte in text:
        guest.say(bytes([byte]))
    operator.expect(who(guest) + ":你好 👋\n")
    guest.say(b"\x1b[2J\xc3\n")
    operator.expect(who(guest) + ":\ufffd\\[2J\ufffd\n")
    guest.expect("not UTF-8")
    guest.say("字" * 100000 + "\nthe end\n")
    shown = operator.expect(":the end\n")
    assert shown.count("字") == 100000
    assert max(len(line.encode()) for line in shown.splitlines()) < 4200


# -- the end --------------------------------------------------------------------------

def test_a_pipe_waits_for_somebody_and_its_end_ends(listener, call):
    operator = listener()
    operator.say("from a pipe\nand more")
    operator.say_no_more()
    guest = call(operator.address)
    guest.line("")
    heard = guest.until_end()
    assert re.search("^from a pipe\nand more\n" + HUNG_UP + r"\Z", heard,
                     re.M), heard
    assert operator.end() == 0


def test_the_end_of_input_is_delivered_at_the_labs_pace(listener, call):
    operator = listener("lab://127.0.0.1:0")
    operator.say("".join(f"{i} 行\n" for i in range(120)))
    operator.say_no_more()
    guest = call(operator.address)
    heard = guest.until_end()
    assert heard.startswith("".join(f"{i} 行" for i in range(120)))
    assert operator.end() == 0


def test_nobody_is_there_at_the_end_of_input(listener):
    operator = listener()
    operator.say_no_more()
    assert operator.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_are_told_to_all(listener, call, number):
    operator = listener()
    talks, waits = call(operator.address), call(operator.address)
    talks.line("")
    talks.expect(WELCOME)
    waits.line("")
    waits.expect("queue: 1\n")
    os.kill(operator.pid, number)
    talks.expect(HUNG_UP)
    waits.expect(HUNG_UP)
    for guest in (talks, waits):
        assert guest.until_end()[:2] in ("", "--")
        guest.close()
    assert operator.end() == 128 + number
    operator.expect(who(talks) + LEFT)


def test_nobody_reads_what_is_shown(call):
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen([LIAO, "--listen", "0"], stdin=subprocess.PIPE,
                          stdout=writer, stderr=subprocess.PIPE) as operator:
        os.close(writer)
        port = int(operator.stderr.readline().strip().rpartition(b":")[2])
        guest = call(("127.0.0.1", port))
        guest.line("hello?")
        guest.expect(HUNG_UP)
        guest.close()
        assert operator.wait(PATIENCE) == 4
        assert operator.stderr.read().count(b"\n") == 1


def test_the_time_out_ends_it(p2p):
    operator = p2p("tcp", options=["--timeout", "1"])
    assert operator.end() == 0
    assert "nobody was connected" in operator.log()


def test_one_at_a_terminal_is_told_when_nobody_is_there(call):
    operator = pexpect.spawn(LIAO, ["--listen", "0"], encoding="utf-8",
                             timeout=PATIENCE)
    try:
        operator.expect(r"listening on tcp://127.0.0.1:(\d+)")
        address = ("127.0.0.1", int(operator.match[1]))
        operator.sendline("有人吗")
        operator.expect("-- nobody is here, so this was not said")
        guest = call(address)
        guest.line("有")
        operator.expect(f"127.0.0.1,{guest.port}\\)\\S*:有")
        guest.expect(WELCOME)
        operator.sendline("太好了")
        guest.expect("^太好了\n")
        operator.sendeof()
        guest.expect(HUNG_UP)
        guest.close()
        operator.expect(pexpect.EOF)
        assert operator.wait() == 0
    finally:
        operator.close(force=True)


def test_a_port_that_is_taken(call):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = subprocess.run([LIAO, "--listen", port], timeout=PATIENCE,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              text=True)
    assert done.returncode == 3 and done.stdout == ""
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "another program has port" in done.stderr


@pytest.mark.parametrize("arguments, why", [
    ([LIAO, "--listen"], "--listen needs a value"),
    ([LIAO, "--listen", "99999"], "the port has to be a number"),
    ([LIAO, "--listen", ":0"], "on which address?"),
    ([LIAO, "--listen", "tcp://"], "on which address?"),
    ([LIAO, "--listen", "1", "localhost"], "no HOST goes with it"),
    ([LIAO, "--listen", "irc://x"], "does not speak irc://"),
    ([LIAOD, "--mode", "p3p"], "did you mean p2p? It is one of hub, p2p"),
    ([LIAOD, "--mode", "p2p", "--proxy-from", "10.0.0.1"], "is for --mode hub"),
])
def test_usage_errors_exit_2(arguments, why):
    done = subprocess.run(arguments, timeout=PATIENCE, capture_output=True,
                          stdin=subprocess.DEVNULL, text=True)
    assert done.returncode == 2 and why in done.stderr
