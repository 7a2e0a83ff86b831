"""SIGHUP: a running liaod reads its configuration again, and nobody who is in
notices more than what changed."""
import os
import re
import signal
import socket

import pytest

from talk import Hub, LOG_LINE, PATIENCE, Socket

LISTEN = 'listen = "tcp://127.0.0.1:0"\n'


@pytest.fixture
def start(tmp_path):
    """start("max-clients = 3"): a hub and a function that changes its file,
    sends SIGHUP and waits for these words in the log."""
    hubs = []

    def start_it(text, *arguments, **options):
        path = tmp_path / "liaod.conf"
        path.write_text(text)
        hub = Hub("--config", path, *arguments, **options)
        hubs.append(hub)
        with hub.more:      # the start's last line: what follows is reload's
            assert "log-level" in text or hub.more.wait_for(
                lambda: b"info: listening on" in hub.complaints, PATIENCE)

        def reload(text, words="SIGHUP: configuration read again"):
            path.write_text(text)
            before = len(hub.complaints)    # the log is ASCII here
            hub.process.send_signal(signal.SIGHUP)
            with hub.more:
                hub.more.wait_for(lambda: re.search(
                    words.encode(), hub.complaints[before:]), PATIENCE)
            said = hub.log()[before:]
            assert re.search(words, said), said
            return said
        return hub, reload

    yield start_it
    for hub in hubs:
        hub.stop()


def can_connect(port):
    try:
        socket.create_connection(("127.0.0.1", port), 10).close()
        return True
    except ConnectionRefusedError:
        return False


def port_of(said, scheme):
    return int(re.search(rf"info: listening on {scheme}://127.0.0.1:(\d+)",
                         said)[1])


def test_a_full_room_gets_larger(start):
    hub, reload = start(LISTEN + "max-clients = 1\n")
    hub.join("alice")
    full = hub.connect()
    full.line("hi")
    full.expect("^-- .*(full|people)")
    reload(LISTEN + "max-clients = 2\n", "room for 2 clients")
    hub.join("bob")
    hub.guests[0].expect("^-- guest2 is now bob")


def test_a_smaller_room_throws_nobody_out(start):
    hub, reload = start(LISTEN)
    alice, bob = hub.join("alice"), hub.join("bob")
    reload(LISTEN + "max-clients = 1\n", "room for 1 clients")
    alice.line("still here?")
    bob.expect("^alice: still here")


def test_listeners_come_and_go_and_people_stay(start):
    hub, reload = start(LISTEN)
    alice = hub.join("alice")
    said = reload('listen = "plain://127.0.0.1:0"\n', "listening on plain://")
    assert f"no longer listening on tcp://127.0.0.1:{hub.port}" in said
    assert not can_connect(hub.port)
    bob = Socket(("127.0.0.1", port_of(said, "plain")))
    bob.expect("^-- liao: you are guest")   # at once: plain
    bob.line("hi")
    alice.expect("^guest2: hi\n")
    bob.close()


def test_no_door_opens_beside_a_password(start, tmp_path):
    """Nor when the file has lost it: a password stays until the next start."""
    (tmp_path / "password").write_text("sesame\n")
    lock = f"password-file = {tmp_path / 'password'}\n"
    _, reload = start('listen = "irc://127.0.0.1:0"\n' + lock)
    said = reload(LISTEN + lock, "password-file guards irc:// alone.*")
    assert "listening on tcp://" not in said
    said = reload(LISTEN, "password-file guards irc:// alone.*")
    assert "listening on tcp://" not in said


def test_one_who_comes_in_the_turn_of_the_signal_harms_nothing(start,
                                                               tmp_path):
    """The listener was closed and freed by SIGHUP, and then called, since both
    were ready in the same turn; the same had been mended for SIGTERM."""
    hub, _ = start(LISTEN)
    os.kill(hub.pid, signal.SIGSTOP)
    _, status = os.waitpid(hub.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    (tmp_path / "liaod.conf").write_text('listen = "plain://127.0.0.1:0"\n')
    os.kill(hub.pid, signal.SIGHUP)
    hub.connect()
    os.kill(hub.pid, signal.SIGCONT)
    said = hub.expect_complaint("info: listening on plain://.*")
    bob = Socket(("127.0.0.1", port_of(said, "plain")))
    bob.expect("^-- liao: you are guest")
    bob.close()


def test_a_listener_that_is_still_wanted_is_not_touched(start):
    hub, reload = start(LISTEN)
    hub.expect_complaint("listening on tcp://")     # what comes later is new
    said = reload('listen = {"tcp://127.0.0.1:0", "lab://127.0.0.1:0"}\n',
                  "listening on lab://")
    assert "tcp://" not in said
    assert can_connect(hub.port) and can_connect(port_of(said, "lab"))


def test_the_same_port_may_speak_otherwise(start):
    hub, reload = start(LISTEN)
    said = reload(f'listen = "plain://127.0.0.1:{hub.port}"\n',
                  "listening on plain://")
    assert port_of(said, "plain") == hub.port
    bob = hub.connect()
    bob.expect("^-- liao: you are guest")   # at once: plain
    said = reload(f'listen = "tcp://*:{hub.port}"\n', r"listening on tcp://0")
    assert can_connect(hub.port)


def test_a_listener_that_cannot_be_opened_changes_no_listener(start):
    hub, reload = start(LISTEN)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = reload(f'listen = {{"lab://127.0.0.1:0", '
                      f'"tcp://127.0.0.1:{port}"}}\nmax-clients = 7\n',
                      "the listeners stay as they were")
    assert (f"warning: cannot listen on 127.0.0.1:{port}: "
            "Address already in use") in said
    assert "room for 7 clients" in said     # the rest holds
    assert not can_connect(port_of(said, "lab"))
    # The old one had to be closed for the attempt; its port was any free one.
    assert can_connect(port_of(said, "tcp"))


def test_a_bad_file_changes_nothing_and_says_so(start):
    hub, reload = start(LISTEN + "max-clients = 1\n")
    alice = hub.join("alice")
    said = reload("max-client = 5\nlog-level = debg\n",
                  "SIGHUP: the configuration stays as it was")
    path = hub.process.args[2]
    assert f"warning: {path}:1: there is no max-client; did you mean " \
        "max-clients?" in said
    assert f"warning: {path}:2: log-level debg: did you mean debug?" in said
    assert all(LOG_LINE.fullmatch(line) for line in said.splitlines())
    full = hub.connect()
    full.line("hi")
    full.until_end()
    alice.line("q")
    alice.expect("^-- bye")


def test_a_file_that_is_gone_changes_nothing(start, tmp_path):
    hub, reload = start(LISTEN)
    (tmp_path / "liaod.conf").unlink()
    hub.process.send_signal(signal.SIGHUP)
    hub.expect_complaint("liaod.conf: cannot be read: No such file or dir")
    hub.expect_complaint("SIGHUP: the configuration stays as it was")
    hub.join("alice")


def test_the_command_line_still_beats_the_file(start):
    hub, reload = start(LISTEN + "max-clients = 1\n", "--max-clients", "2")
    hub.expect_complaint("room for 2 clients")
    said = reload(LISTEN + "max-clients = 3\n", "room for")
    assert "room for 2 clients" in said


def test_the_log_changes_its_level(start):
    hub, reload = start(LISTEN + "log-level = warning\n")
    hub.join("alice")
    reload(LISTEN + "log-level = info\n", "room for")
    hub.join("bob")
    hub.expect_complaint("connected, as guest2")
    assert "as guest1" not in hub.log()


def test_the_language_changes_and_changes_back(start):
    hub, reload = start(LISTEN)
    for lang, words in [("lang = zh\n", "你是"), ("", "you are"),
                        ("lang = zh\n", "你是"), ("lang = en\n", "you are")]:
        reload(LISTEN + lang)
        guest = hub.connect()
        guest.line("")
        guest.expect("^-- liao: " + words)


def test_the_time_out_begins(start):
    hub, reload = start(LISTEN)
    reload(LISTEN + "timeout = 1\n")
    hub.expect_complaint("stopping: nobody was connected")
    assert hub.end() == 0


def test_a_proxy_is_believed_from_now_on(start):
    hub, reload = start(LISTEN)
    header = "PROXY TCP4 198.51.100.7 127.0.0.1 5000 6000\r\n"
    guest = hub.connect()
    guest.say(header + "hi\n")
    hub.expect_complaint(r"127.0.0.1:\d+ refused")
    reload(LISTEN + 'proxy-from = "127.0.0.1"\n')
    guest = hub.connect()
    guest.say(header + "hi\n")
    hub.expect_complaint(r"198.51.100.7:5000 connected")


def test_what_cannot_change_is_named(start):
    hub, reload = start(LISTEN)
    said = reload(LISTEN + "mode = p2p\n")
    assert "warning: mode changes only when liaod is started again" in said
    hub.join("alice")


def test_without_a_file_it_is_said_too(start_hub):
    hub = start_hub()
    hub.process.send_signal(signal.SIGHUP)
    hub.expect_complaint("SIGHUP: configuration read again")
    hub.join("alice")


def test_an_operators_rehash_does_what_sighup_does(start, tmp_path):
    (tmp_path / "operators").write_text("root secret\n")
    settings = LISTEN + f'operators = "{tmp_path}/operators"\n'
    hub, _ = start(settings + "max-clients = 7\n")
    al = hub.connect()
    al.say("NICK al\r\nUSER u 0 * :r\r\nREHASH\r\n")
    al.expect(r"^:\S+ 481 al ")         # not his business
    (tmp_path / "liaod.conf").write_text(settings + "max-clients = 5\n")
    al.say("OPER root secret\r\nREHASH\r\n")
    al.expect(r"^:\S+ 382 al ")
    with hub.more:
        assert hub.more.wait_for(
            lambda: b"room for 5 clients" in hub.complaints, PATIENCE)
    assert "REHASH: configuration read again" in hub.log()
    assert hub.log().count("configuration read again") == 1
