"""Machines that knock at the wrong door: named, closed, never chat."""
import http.client
import re
import ssl
import struct
import time

import pytest

from talk import PATIENCE


def tls_hello():
    out = ssl.MemoryBIO()
    tls = ssl.create_default_context().wrap_bio(
        ssl.MemoryBIO(), out, server_hostname="example.org")
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    return out.read()


LOOKS_LIKE = "^-- this looks like {}; here people chat in lines of text$"
MACHINES = {
    "tls": (tls_hello(), "TLS", None),
    "post": (b"POST /wp-login.php HTTP/1.1\r\nHost: x\r\n"
             b"Content-Length: 5\r\n\r\nhello", "HTTP", "^HTTP/1.1 501 "),
    "get": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP", "^HTTP/1.1 501 "),
    "options": (b"OPTIONS * HTTP/1.0\r\n\r\n", "HTTP", "^HTTP/1.1 501 "),
    "http2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP", "^HTTP/1.1 501 "),
    "ssh": (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "SSH",
            LOOKS_LIKE.format("SSH")),
    "irc nick": (b"NICK bob\r\nUSER bob 0 * :Bob B\r\n", "IRC",
                 "^ERROR :Closing link: "),
    "irc cap": (b"CAP LS 302\r\nNICK bob\r\nUSER bob 0 * :Bob\r\n", "IRC",
                "^ERROR :Closing link: "),
    "irc pass": (b"PASS secret\r\nNICK bob\r\n", "IRC",
                 "^ERROR :Closing link: "),
    "proxy v1": (b"PROXY TCP4 192.0.2.7 192.0.2.8 5000 63434\r\nhi\n",
                 "a PROXY header", LOOKS_LIKE.format("a PROXY header .*")),
    "proxy v2": (b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack(
                     ">H4s4sHH", 12, bytes([192, 0, 2, 7]),
                     bytes([192, 0, 2, 8]), 5000, 63434) + b"hi\n",
                 "a PROXY header", LOOKS_LIKE.format("a PROXY header .*")),
    "smb": (b"\x00\x00\x00\x85\xffSMBr\x00\x00\x00\x00\x18\x53\xc8",
            "binary data", LOOKS_LIKE.format("binary data")),
    "rdp": (b"\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00",
            "binary data", LOOKS_LIKE.format("binary data")),
    "mqtt": (b"\x10\x1b\x00\x04MQTT\x04\x02\x00<\x00\x0fmosq-abcdefghijk",
             "binary data", LOOKS_LIKE.format("binary data")),
    "nul": (b"hi\0there\n", "binary data", LOOKS_LIKE.format("binary data")),
}


# On tcp:// IRC is spoken.
@pytest.mark.parametrize("listen, machine", [
    (listen, machine) for listen in ("tcp", "plain", "lab")
    for machine in MACHINES
    if listen != "tcp" or not machine.startswith("irc")])
def test_a_machine_is_named_and_closed_and_never_heard(
        start_hub, listen, machine):
    opening, name, answer = MACHINES[machine]
    hub = start_hub("--listen", "tcp://127.0.0.1:0",
                    "--listen", f"{listen}://127.0.0.1:0")
    alice, bob = hub.join("alice"), hub.join("bob")
    before = hub.cpu_seconds()
    knocker = hub.connect(at=1)
    knocker.say(opening)
    hub.expect_complaint(rf"warning: 127\.0\.0\.1:{knocker.port} refused: "
                         f"it speaks {name}")
    try:
        knocker.say(b"more of it \x00\xff\r\n" * 10000)
    except (BrokenPipeError, ConnectionResetError):
        pass
    if answer:
        knocker.expect(answer)
    elif machine == "tls":
        while not knocker.is_ended:
            assert knocker.hear(PATIENCE) or knocker.is_ended
        assert b"\x15\x03\x01\x00\x02\x02\x28" in knocker.heard
    alice.line("marker")
    heard = bob.expect("^alice: marker\n")
    assert all(line == "alice: marker" or
               re.fullmatch(r"-- guest3 (joined|left( \(not a chat client\))?)",
                            line) for line in heard.splitlines()), heard
    if listen != "lab":     # where one is a member from the start
        assert heard == "alice: marker\n"
    assert hub.cpu_seconds() - before < 0.5


@pytest.mark.parametrize("listen", ["tcp", "plain", "lab"])
def test_a_refused_machine_that_stays_costs_no_cpu_and_is_closed(
        start_hub, listen):
    hub = start_hub("--listen", f"{listen}://127.0.0.1:0")
    knocker = hub.connect()
    knocker.say(tls_hello())
    while not knocker.is_ended:
        assert knocker.hear(PATIENCE) or knocker.is_ended
    before = hub.cpu_seconds()
    until = time.monotonic() + 1
    while time.monotonic() < until:     # as fast as it can
        try:
            knocker.say(b"\x16\x03\x01" * 1000)
        except (BrokenPipeError, ConnectionResetError):
            break
        hub.hear(0.01)
    assert hub.cpu_seconds() - before < 0.3


def test_a_real_tls_client_is_refused_at_once(hub):
    knocker = hub.connect()
    start = time.monotonic()
    context = ssl.create_default_context()
    with pytest.raises(ssl.SSLError):
        context.wrap_socket(knocker.socket, server_hostname="localhost")
    assert time.monotonic() - start < 1.4     # as long as one waits for words


def test_a_real_http_client_gets_an_answer_that_names_the_cure(hub):
    client = http.client.HTTPConnection(*hub.addresses[0], timeout=PATIENCE)
    client.request("POST", "/", body="x" * 100_000)
    answer = client.getresponse()
    assert answer.status == 501
    assert b"nc HOST PORT" in answer.read()
    client.close()


def test_an_opening_that_comes_byte_by_byte_is_known_too(hub):
    bob = hub.join("bob")
    knocker = hub.connect()
    for byte in b"GET / HTTP/1.1\r\n\r\n":
        try:
            knocker.say(bytes([byte]))
        except (BrokenPipeError, ConnectionResetError):
            break
    hub.expect_complaint("refused: it speaks HTTP")
    assert "GET" not in bob.answer("/rooms", "^-- rooms.*\n")


def test_a_machine_that_waited_for_the_greeting_is_refused_too(hub):
    bob, carol = hub.join("bob"), hub.join("carol")
    knocker = hub.connect()
    knocker.expect("^-- .* you are guest3")
    knocker.say(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    hub.expect_complaint("refused: it speaks HTTP")
    knocker.expect("HTTP/1.1 501")
    carol.line("marker")
    assert bob.expect("^carol: marker\n").endswith("carol\ncarol: marker\n")


@pytest.mark.parametrize("line", [
    "GET well soon", "get / HTTP/1.1", "POST it", "nick bob", "user bob",
    "NICK", "PASS the salt", "SSH-keys are lost", "PROXY settings?",
    "HTTP/1.1 is old", "CAP is a hat", "USER error", "QUIT it",
])
def test_words_that_only_begin_like_a_machine_are_said(hub, line):
    bob = hub.join("bob")
    alice = hub.connect()
    alice.line(line)
    bob.expect(f"^guest2: {re.escape(line)}\n")
