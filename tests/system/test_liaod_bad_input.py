"""Bad input costs him who sends it, and nobody else anything."""
import os
import re
import resource

import pytest

from talk import CROWD, flood

MENDED = "-- some of what you sent is not UTF-8; others see a replacement " \
    "sign there\n"


def read_so_far(witness):
    """What was sent before this is called has been read by the hub: it reads
    in the order in which bytes arrive."""
    witness.answer("/rooms", "^-- rooms: .*\n")


@pytest.fixture
def small_memory():
    """For liaod's environment: the sanitizer keeps nothing of what was freed,
    so that the process has what it uses, and a few megabytes more."""
    options = os.environ.get("ASAN_OPTIONS", "")
    return {**os.environ,
            "ASAN_OPTIONS": f"{options}:quarantine_size_mb=0:"
                            "thread_local_quarantine_size_kb=0"}


# --- bytes -------------------------------------------------------------------

@pytest.mark.parametrize("sent", [
    b"caf\xe9 au lait", b"\xff\xfe", b"half \xe4\xbd", b"long \xc0\xaf",
    b"surrogate \xed\xa0\x80", b"beyond \xf4\x90\x80\x80",
    "gbk 你好".encode("gbk"), "latin Ünïcödé".encode("latin-1"),
])
def test_invalid_utf8_is_mended_for_others_and_its_sender_told_once(
        hub, sent):
    alice, bob = hub.join("alice"), hub.join("bob")
    read = sent.decode(errors="replace")    # which follows Unicode's advice
    # 255 doubled is one byte 255: telnet's own rule
    alice.say(sent.replace(b"\xff", b"\xff\xff") + b"\n")
    bob.expect(f"^alice: {read}\n")
    alice.expect(f"^{MENDED}")
    alice.say(sent.replace(b"\xff", b"\xff\xff") + b"\n")
    bob.expect(f"^alice: {read}\n")
    assert "UTF-8" not in alice.answer("/rooms", "^-- rooms: .*\n")


@pytest.mark.parametrize("character", ["é", "你", "🙂"])
def test_a_character_cut_between_two_reads_is_whole(hub, character):
    alice, bob = hub.join("alice"), hub.join("bob")
    whole = character.encode()
    for cut in range(1, len(whole)):
        alice.say(b"<" + whole[:cut])
        read_so_far(bob)
        alice.say(whole[cut:] + b">\n")
        bob.expect(f"^alice: <{character}>\n")
    assert "UTF-8" not in alice.answer("/rooms", "^-- rooms: .*\n")


def test_nul_in_a_later_line_is_not_passed_on(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    alice.say(b"a\0b\0\n\0\n")
    bob.expect("^alice: a\ufffdb\ufffd\nalice: \ufffd\n")


def test_a_line_may_end_in_cr_lf(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    alice.say("one\r\n/me waves\r\ntwo\r\n")
    bob.expect(r"^alice: one\n\* alice waves\nalice: two\n")


def test_empty_lines_are_not_said(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    alice.say("\n" * 1000 + "   \n\t\n\r\n" + "end\n")
    assert bob.expect("^alice: end\n") == "alice: end\n"


def test_a_hundred_lines_in_one_write_are_a_hundred_messages(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    alice.say("".join(f"{i}\n" for i in range(100)))
    assert bob.expect("^alice: 99\n") == \
        "".join(f"alice: {i}\n" for i in range(100))


# --- long lines --------------------------------------------------------------

def test_a_line_of_10_mb_is_split_and_nothing_of_it_is_lost(
        start_hub, small_memory):
    hub = start_hub(env=small_memory)
    alice, bob = hub.join("alice"), hub.join("bob")
    before = hub.memory_bytes("VmHWM")
    chunk = "你好吗？" * 20000       # 240 kB
    chunks = 10_000_000 // len(chunk.encode()) + 1
    pieces = []
    for i in range(chunks):
        alice.say(chunk + ("\n" if i == chunks - 1 else ""))
        said = len(chunk.encode()) * (i + 1)
        while said - sum(map(len, pieces)) > 4096:
            pieces.append(bob.expect("^alice: .+\n")[7:-1].encode())
    alice.line("end")
    last = bob.expect("^alice: end\n")
    pieces += [line[7:].encode() for line in last.splitlines()[:-1]]
    assert all(len(piece) <= 4096 for piece in pieces)
    assert b"".join(pieces).decode() == chunk * chunks
    assert hub.memory_bytes("VmHWM") - before < 16 << 20


def test_a_long_line_is_split_between_graphemes(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    family = "👨‍👩‍👧‍👦"
    alice.line(family * 1000)
    heard = bob.answer("marker", "^") + alice.answer("end", "^")
    heard = bob.expect("^alice: end\n").replace("alice: end\n", "")
    pieces = [line.removeprefix("alice: ") for line in heard.splitlines()]
    assert "".join(pieces) == family * 1000
    assert all(piece.replace(family, "") == "" for piece in pieces)


def test_a_line_of_10_mb_that_nobody_hears_costs_no_memory(
        start_hub, small_memory):
    hub = start_hub(env=small_memory)
    alice = hub.join("alice")
    before = hub.memory_bytes("VmHWM")
    for _ in range(100):
        alice.say("x" * 100_000)
    alice.say("\n")
    alice.answer("/rooms", "^-- rooms: .*\n", 30)
    assert hub.memory_bytes("VmHWM") - before < 10_000_000


def test_a_command_of_10_mb_is_refused_once_and_not_said(
        start_hub, small_memory):
    hub = start_hub(env=small_memory)
    alice, bob = hub.join("alice"), hub.join("bob")
    before = hub.memory_bytes("VmHWM")
    alice.say("/msg bob ")
    for _ in range(100):
        alice.say("x" * 100_000)
    heard = alice.answer("\n/rooms", "^-- rooms: .*\n", 30)
    assert heard.count("that command is too long") == 1
    alice.line("marker")
    assert bob.expect("^alice: marker\n") == "alice: marker\n"
    assert hub.memory_bytes("VmHWM") - before < 10_000_000


def test_a_burst_of_10_mb_on_lab_is_split_and_costs_no_memory(
        start_hub, small_memory):
    hub = start_hub("--listen", "lab://127.0.0.1:0",
                    "--listen", "plain://127.0.0.1:0", env=small_memory)
    bob = hub.join("bob", at=1)
    student = hub.connect()
    bob.expect("^-- guest2 joined\n")
    before = hub.memory_bytes("VmHWM")
    chunk = "床前明月光" * 10000     # 150 kB
    pieces, heard = [], 0
    for i in range(1, 71):
        student.say(chunk)
        while heard < len(chunk) * i:
            pieces.append(bob.expect("^guest2: .*\n")[8:-1])
            heard += len(pieces[-1])
    assert "".join(pieces) == chunk * 70
    assert hub.memory_bytes("VmHWM") - before < 16 << 20


# --- those who do not read ---------------------------------------------------

def test_one_who_never_reads_delays_nobody_and_is_told_what_he_missed(
        start_hub, small_memory):
    hub = start_hub(env=small_memory)
    alice, bob = hub.join("alice"), hub.join("bob")
    mute = hub.join("mute", receive_buffer=4096)
    before = hub.memory_bytes("VmHWM")
    said = flood(alice, bob, 12)    # at bob's speed, not at that of mute
    mute.read_faster()
    gap = "-- you read too slowly; messages missed: "
    heard = mute.expect(rf"^{gap}\d+\n")
    alice.line("welcome back")
    heard += mute.expect("^alice: welcome back\n")
    read = missed = 0
    for line in heard.splitlines()[:-1]:
        if line.startswith(gap):
            missed += int(line.removeprefix(gap))
        else:   # a whole one, and no other
            assert re.fullmatch(r"alice: (x{999}|batch \d+)", line), line
            read += 1
    assert missed > 0 and read + missed == said
    assert hub.memory_bytes("VmHWM") - before < 48 << 20
    mute.line("thanks")
    alice.expect("^mute: thanks\n")


def test_one_who_asks_but_never_reads_is_closed_with_words(
        start_hub, small_memory):
    hub = start_hub(env=small_memory)
    bob, witness = hub.join("bob"), hub.join("witness")
    mute = hub.join("mute", receive_buffer=4096)
    before = hub.memory_bytes("VmHWM")
    for _ in range(100):
        try:
            mute.say("/help\n" * 1000)
        except (BrokenPipeError, ConnectionResetError):
            break
        read_so_far(witness)
        if "mute) is gone" in hub.log():
            break
    bob.expect(r"^-- mute left \(.*read too slowly\)\n")
    assert hub.memory_bytes("VmHWM") - before < 16 << 20
    assert mute.until_end().endswith("-- you asked for more than you read; "
                                     "bye\n")


# --- those who vanish --------------------------------------------------------

def test_one_who_vanishes_has_left(hub):
    alice, bob = hub.join("alice"), hub.join("bob")
    alice.vanish()
    bob.expect(r"^-- alice left \(connection lost\)\n")
    bob.answer("/who", r"^-- people in lobby: 1 \(bob\)\n")


def test_one_who_vanishes_before_a_word_is_nobody(hub):
    bob, carol = hub.join("bob"), hub.join("carol")
    for _ in range(50):
        hub.connect().vanish()
    carol.line("marker")
    assert bob.expect("^carol: marker\n") == \
        "-- guest2 joined\n-- guest2 is now carol\ncarol: marker\n"


def test_one_who_vanishes_in_the_middle_of_a_line_did_not_say_it(hub):
    alice, bob, carol = hub.join("alice"), hub.join("bob"), hub.join("carol")
    alice.say("half a li")
    read_so_far(carol)
    alice.vanish()
    assert "half" not in bob.expect("^-- alice left")


# --- very many ---------------------------------------------------------------

@pytest.fixture
def many_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    assert hard > 1200, "this machine allows too few open files"
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))



def test_a_thousand_at_once_are_all_greeted(hub, many_files):
    crowd = [hub.connect() for _ in range(CROWD)]
    alice = hub.join("alice")
    alice.answer("/who", r"^-- people in lobby: 1 \(alice\)\n")
    for someone in crowd:
        # Who was greeted before alice came, or before she had a name, is
        # told of that.
        someone.expect(r"^-- .* you are guest\d+, in room lobby"
                       r"(; here: (alice|guest\d+))?\n.*leaves\n")
    alice.line("hello, all of you")
    for someone in crowd:
        someone.expect("^alice: hello, all of you\n")
    assert alice.answer("/who", "^-- people .*\n") == \
        "-- people in lobby: 1 (alice)\n"


def test_a_thousand_who_connect_and_vanish_disturb_nobody(hub, many_files):
    alice, bob = hub.join("alice"), hub.join("bob")
    crowd = [hub.connect() for _ in range(CROWD)]
    alice.line("still here?")
    bob.expect(r"^alice: still here\?\n")
    for someone in crowd:
        someone.vanish()
    bob.line("yes")
    alice.expect("^bob: yes\n")
    bob.answer("/who", r"^-- people in lobby: 2 \(alice, bob\)\n")
    hub.join("carol")


def test_when_descriptors_run_out_those_inside_keep_talking(
        start_hub, nofile):
    few = nofile(300, 300)

    def few_and_taken():
        """Clients alone cannot use up what liaod reckons with: so it is
        started with descriptors that it knows nothing of."""
        few()
        for number in range(100, 240):
            os.dup2(0, number, inheritable=True)

    # How many descriptors a client takes is the engine's.
    hub = start_hub("--engine", "epoll", preexec_fn=few_and_taken,
                    close_fds=False)
    alice, bob = hub.join("alice"), hub.join("bob")
    crowd = [hub.connect() for _ in range(170)]
    hub.expect_complaint("warning: cannot accept connections: "
                         "Too many open files; trying again every second")
    before = hub.cpu_seconds()
    alice.line("still here?")
    bob.expect(r"^alice: still here\?\n")
    bob.line("yes")
    alice.expect("^bob: yes\n")
    assert not hub.hear(0.5)
    assert hub.cpu_seconds() - before < 0.1
    assert hub.log().count("cannot accept") == 1
    for someone in crowd:
        someone.close()
    hub.expect_complaint("info: accepting connections again")
    hub.join("carol")
    bob.expect("is now carol\n")
