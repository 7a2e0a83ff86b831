"""The command line of liaod, and what it says when it cannot start."""
import re
import socket
import subprocess
import time

import pytest

from talk import LIAOD, LOG_LINE, PATIENCE, REPORT

OPTIONS = ["--listen", "--max-clients", "--timeout", "--per-source",
           "--per-source-unknown", "--proxy-from", "--log-level", "--help",
           "--version"]


def liaod(*arguments):
    done = subprocess.run([LIAOD, *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=PATIENCE)
    assert not REPORT.search(done.stderr), done.stderr
    return done


def own_words(done):
    """Standard error but the log."""
    return [line for line in done.stderr.splitlines()
            if not LOG_LINE.fullmatch(line)]


@pytest.fixture
def taken():
    """A port above 49152 that somebody else has."""
    for port in range(65535, 49151, -1):
        holder = socket.socket()
        try:
            holder.bind(("127.0.0.1", port))
        except OSError:
            holder.close()
            continue
        holder.listen()
        yield port
        holder.close()
        return


# --- what works --------------------------------------------------------------

def test_help_goes_to_standard_output_and_names_every_option():
    done = liaod("--help")
    assert done.returncode == 0 and done.stderr == ""
    for option in OPTIONS:
        assert re.search(rf"^  (-\w, )?{option}( |$)", done.stdout, re.M), option
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "Exit status" in done.stdout


def test_version_goes_to_standard_output():
    done = liaod("--version")
    assert done.returncode == 0 and done.stderr == ""
    assert re.fullmatch(r"liaod \d+\.\d+\.\d+\n", done.stdout)


def test_it_prints_lines_to_paste_that_work(start_hub, nc):
    hub = start_hub()
    nc(hub).answer("hello", "^-- .* you are guest1")


def test_an_option_may_hold_its_value_behind_an_equals_sign(start_hub):
    hub = start_hub("--listen=tcp://127.0.0.1:0", "--max-clients=1",
                    "--listen", "plain://127.0.0.1:0")
    assert len(hub.addresses) == 2
    hub.expect_complaint("room for 1 clients")


def test_it_listens_on_several_addresses_with_one_room(start_hub):
    hub = start_hub("--listen", "tcp://127.0.0.1:0", "--listen",
                    "tcp://[::1]:0", "--listen", "plain://127.0.0.1:0")
    members = [hub.join(f"m{i}", at=i) for i in range(3)]
    members[0].line("hi all")
    for other in members[1:]:
        other.expect("^m0: hi all\n")


def test_localhost_is_an_address_too(start_hub):
    hub = start_hub("--listen", "tcp://localhost:0")
    for at in range(len(hub.addresses)):
        hub.join(f"m{at}", at=at)


def test_a_port_can_be_listened_on_again_at_once(start_hub):
    hub = start_hub()
    hub.join("alice").line("q")     # the hub closes first: TIME_WAIT is its
    hub.guests[0].until_end()
    hub.stop()
    again = start_hub("--listen", f"tcp://127.0.0.1:{hub.port}")
    again.join("alice")


def test_the_log_is_silent_about_those_who_come_at_level_warning(start_hub):
    hub = start_hub("--log-level", "warning")
    hub.join("alice")
    hub.stop()
    assert hub.log() == ""


def test_the_log_has_one_format_and_the_time_in_utc(start_hub):
    hub = start_hub("--log-level", "debug")
    before = time.time()
    hub.join("alice").line("q")
    hub.stop()
    lines = hub.log().splitlines()
    assert len(lines) >= 4
    for line in lines:
        assert LOG_LINE.fullmatch(line), line
        stamp = time.strptime(line[:19] + " UTC", "%Y-%m-%dT%H:%M:%S %Z")
        assert abs(time.mktime(stamp) - time.timezone - before) < PATIENCE


def test_the_descriptor_limit_is_raised_and_said(start_hub, nofile):
    hub = start_hub("--engine", "epoll", preexec_fn=nofile(150, 300))
    hub.expect_complaint(r"room for 124 clients \(descriptor limit 300\)")


def test_more_clients_than_descriptors_are_warned_of(start_hub, nofile):
    hub = start_hub("--max-clients", "5000", "--engine", "epoll",
                    preexec_fn=nofile(300, 300))
    hub.expect_complaint("warning: --max-clients 5000 is more than the "
                         "descriptor limit allows")


# --- what does not -----------------------------------------------------------

def test_a_taken_port_is_named_with_a_cure_and_exit_status_1(taken):
    done = liaod("--listen", f"tcp://127.0.0.1:{taken}")
    words = "\n".join(own_words(done))
    assert done.returncode == 1 and done.stdout == ""
    assert f"cannot listen on 127.0.0.1:{taken}: Address already in use" \
        in words
    assert f"sport = :{taken}" in words
    assert "liaod --listen tcp://127.0.0.1:PORT" in words
    assert "ephemeral" in words


def test_one_port_given_twice_is_taken(start_hub):
    hub = start_hub()
    url = f"tcp://127.0.0.1:{hub.port}"
    done = liaod("--listen", "tcp://127.0.0.1:0", "--listen", url)
    assert done.returncode == 1
    assert f"another program has port {hub.port}" in done.stderr


def test_an_address_of_another_machine_is_refused():
    done = liaod("--listen", "tcp://192.0.2.1:0")
    assert done.returncode == 1
    assert any("cannot listen on 192.0.2.1:0" in word
               for word in own_words(done))
    assert "this machine has no such address" in done.stderr


def test_a_host_that_does_not_exist_is_refused():
    # No label of a name is so long: no name server is asked.
    name = "x" * 64
    done = liaod("--listen", f"tcp://{name}:0")
    assert done.returncode == 1
    assert any(f"cannot listen on {name}: " in word
               for word in own_words(done))


@pytest.mark.parametrize("arguments, words", [
    (["--listen", ":0"], r"--listen :0: on which address\? \* means all"),
    (["--listn", "tcp://*"], r"--listn is no option; did you mean --listen\?"),
    (["--max-client=3"], r"did you mean --max-clients\?"),
    (["--timout", "3"], r"did you mean --timeout\?"),
    (["--loglevel", "info"], r"did you mean --log-level\?"),
    (["--hlep"], r"did you mean --help\?"),
    (["--colour"], "--colour is no option; liaod --help lists them"),
    (["-x"], "-x is no option"),
    (["63434"], "63434: only options are taken; liaod --help lists them"),
    ([""], "only options are taken"),
    (["--listen"], "--listen needs a value: --listen URL"),
    (["--max-clients"], "--max-clients needs a value: --max-clients N"),
    (["--help=me"], "--help takes no value"),
    (["--listen", "tcp://127.0.0.1:65536"],
     "the port has to be a number from 0 to 65535"),
    (["--listen", "tcp://127.0.0.1:-1"], "the port has to be a number"),
    (["--listen", "tcp://127.0.0.1:http"], "the port has to be a number"),
    (["--listen", "tcp://127.0.0.1:"], "the port has to be a number"),
    (["--listen", "tcp://127.0.0.1:1e3"], "the port has to be a number"),
    (["--listen", "tcp://127.0.0.1:99999999999999999999"],
     "the port has to be a number"),
    (["--listen", "tcp://[::1:0"], "the host cannot be read"),
    (["--listen", "tcp://" + "h" * 5000], "the host cannot be read"),
    (["--listen", "tpc://127.0.0.1:0"],
     r"nothing speaks tpc:// here; did you mean tcp://"),
    (["--listen", "gopher://127.0.0.1:0"],
     "There are tcp://, plain://, lab://, irc:// and udp://"),
    (["--listen", "://127.0.0.1:0"], "the part before :// has to be a word"),
    (["--mode", "hbu"], r"--mode hbu: did you mean hub\? It is one of hub, p2p"),
    (["--ask=maybe"], "--ask maybe: it is yes or no"),
    (["-hx"], "-hx is no option"),
    (["--listen", "tcp://127.0.0.1:0"] * 17, "16 times at most"),
    (["--max-clients", "0"], "a number from 1 to 1000000"),
    (["--max-clients", "-1"], "a number from 1 to 1000000"),
    (["--max-clients", "1000001"], "a number from 1 to 1000000"),
    (["--max-clients", "many"], "--max-clients many: it has to be a number"),
    (["--max-clients", "10 "], "it has to be a number"),
    (["--max-clients="], "it has to be a number"),
    (["--max-clients", "18446744073709551617"], "it has to be a number"),
    (["--timeout", "-1"], "a number from 0 to"),
    (["--timeout", "1.5"], "a number from 0 to"),
    (["--timeout", "10s"], "a number from 0 to"),
    (["--per-source", "-1"], "--per-source -1: it has to be a number"),
    (["--per-source-unknown", "x"], "--per-source-unknown x: it has to be"),
    (["--coalesce-ms", "1001"], "a number from 0 to 1000"),
    (["--io-uring", "on"], "It is one of auto, off"),
    (["--log-level", "loud"], "it is one of error, warning, info, debug"),
    (["--proxy-from", "proxy"], "--proxy-from proxy: it has to be an address"),
    (["--proxy-from", "10.0.0.0/33"], "it has to be an address"),
    (["--proxy-from", "10.0.0.0/"], "it has to be an address"),
    (["--proxy-from", "::1/129"], "it has to be an address"),
    (["--proxy-from", "1.2.3.4"] * 33, "32 times at most"),
], ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "")
def test_bad_usage_is_explained_on_standard_error_with_status_2(
        arguments, words):
    done = liaod(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.search(words, done.stderr), done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("liaod: ")
