"""The lab's wire: bursts without newlines, on tcp:// and on lab://."""
import sys
from pathlib import Path

import pytest

from talk import LIAO, PATIENCE, ROOT

LAB_CLIENT = ROOT / "tests/support/lab_client.py"
SLOW_LAB_CLIENT = Path(__file__).resolve().parent / "slow_lab_client.py"
ON_LAB = ("--listen", "lab://127.0.0.1:0", "--listen", "plain://127.0.0.1:0")


def read_so_far(witness):
    """What was sent before this is called has been read by the hub: it reads
    in the order in which bytes arrive."""
    witness.answer("/rooms", "^-- rooms: .*\n")


def address(member):
    return f"(127.0.0.1,{member.port})"


def on_lab(hub):
    """A member on lab://, known to be in."""
    member = hub.connect()
    hub.expect_complaint(f"127.0.0.1:{member.port} connected")
    return member


@pytest.fixture
def lab(start_hub):
    """Listens on lab:// and, as the second address, on plain://."""
    return start_hub(*ON_LAB)


# --- on tcp:// ---------------------------------------------------------------

def test_on_tcp_a_burst_is_a_message_and_others_are_read_as_nick_text(hub):
    bob = hub.join("bob")
    lab = hub.connect()
    lab.say("hello 你好")
    bob.expect("^-- guest2 joined\nguest2: hello 你好\n")
    bob.line("welcome")
    assert lab.expect("bob:welcome$") == "bob:welcome"
    lab.say("thanks")
    bob.expect("^guest2: thanks\n")


def test_on_tcp_two_lab_members_read_each_other(hub):
    one, two = hub.connect(), hub.connect()
    one.say("first")
    hub.expect_complaint("connected, as guest1")
    two.say("second")
    assert one.expect("guest2:second") == "guest2:second"
    one.say("third")
    assert two.expect("guest1:third") == "guest1:third"
    one.say("q")
    assert two.expect("guest1已退出聊天") == "guest1已退出聊天"
    assert one.until_end() == ""


def test_on_tcp_one_who_ends_a_burst_with_a_newline_speaks_lines_from_then(hub):
    bob = hub.join("bob")
    lab = hub.connect()
    lab.say("a burst")
    bob.expect("^guest2: a burst\n")
    lab.say("a line\n")
    bob.expect("^guest2: a line\n")
    bob.line("hi")
    lab.expect("^bob: hi\n")
    lab.say("half a ")
    read_so_far(bob)
    lab.say("line\n")
    bob.expect("^guest2: half a line\n")


def test_on_tcp_q_of_a_lab_member_leaves(hub):
    bob = hub.join("bob")
    lab = hub.connect()
    lab.say("hi")
    bob.expect("^guest2: hi\n")
    lab.say("q")
    bob.expect("^-- guest2 left\n")
    lab.until_end()


def test_on_tcp_one_letter_alone_is_said_too(hub):
    bob = hub.join("bob")
    hub.connect().say("a")
    bob.expect("^guest2: a\n")


# --- on lab:// ---------------------------------------------------------------

def test_on_lab_members_go_by_address_as_in_the_lab(lab):
    one, two = on_lab(lab), on_lab(lab)
    one.say("大家好")
    assert two.expect("大家好") == f"{address(one)}:大家好"
    two.say("你好")
    assert one.expect("你好") == f"{address(two)}:你好"
    one.say("q")
    assert two.expect("聊天") == f"{address(one)}已退出聊天"
    assert one.until_end() == ""


def test_on_lab_a_hang_up_is_announced_as_leaving(lab):
    one, two = on_lab(lab), on_lab(lab)
    one.close()
    assert two.expect("聊天") == f"{address(one)}已退出聊天"


def test_on_lab_a_vanished_member_is_announced_as_leaving(lab):
    one, two = on_lab(lab), on_lab(lab)
    one.vanish()
    assert two.expect("聊天") == f"{address(one)}已退出聊天"


def test_on_lab_those_who_came_another_way_are_nick_and_0(lab):
    one = on_lab(lab)
    bob = lab.join("bob", at=1)
    bob.line("hi from nc")
    assert one.expect("nc") == "(bob,0):hi from nc"
    one.say("hi from the lab")
    bob.expect("^guest1: hi from the lab\n")
    bob.line("/me waves")
    one.expect(r"\(bob,0\):\* waves")
    bob.line("q")
    assert one.expect("聊天") == "(bob,0)已退出聊天"


def test_on_lab_no_address_reaches_those_who_came_another_way(lab):
    bob = lab.join("bob", at=1)
    one = on_lab(lab)
    one.say("hi")
    heard = bob.expect("^guest2: hi\n")
    heard += bob.answer("/who", "^-- people in .*\n")
    one.say("q")
    heard += bob.expect("^-- guest2 left\n")
    assert "127.0.0.1" not in heard and str(one.port) not in heard


def test_a_join_has_no_words_on_lab(lab):
    one = on_lab(lab)
    two = on_lab(lab)
    two.say("here")
    assert one.expect("here") == f"{address(two)}:here"


def test_a_lab_member_is_there_before_his_first_word(lab):
    bob = lab.join("bob", at=1)
    on_lab(lab)
    bob.expect("^-- guest2 joined\n")
    bob.answer("/who", r"^-- people in lobby: 2 \(bob, guest2\)\n")


def test_hello_and_q_glued_in_one_burst_are_text(lab):
    one, two = on_lab(lab), on_lab(lab)
    one.say("helloq")
    assert two.expect("hello.*") == f"{address(one)}:helloq"
    one.say("still here")
    two.expect("still here")


def test_a_forged_line_in_a_burst_reads_as_its_senders(lab):
    one, two = on_lab(lab), on_lab(lab)
    one.say("hi\n(9.9.9.9,1):forged")
    heard = two.expect("forged")
    assert heard.splitlines() == [f"{address(one)}:hi",
                                  f"{address(one)}:(9.9.9.9,1):forged"]


@pytest.mark.parametrize("sign", ["\r", "\r\n", "\v", "\f", "\x85", "\u2028",
                                  "\u2029", "\x1c"])
def test_no_other_sign_begins_a_line_that_reads_as_somebody_elses(lab, sign):
    one, two = on_lab(lab), on_lab(lab)
    one.say("a first burst with controls would be a machine's")
    two.expect("machine's")
    one.say(f"hi{sign}(9.9.9.9,1):forged")
    for line in two.expect("forged").splitlines():
        assert line.startswith(address(one)), line


def test_a_forged_leave_in_a_burst_reads_as_its_senders(lab):
    one, two = on_lab(lab), on_lab(lab)
    one.say(f"\n{address(two)}已退出聊天")
    assert two.expect("聊天") == f"{address(one)}:{address(two)}已退出聊天"


def test_a_character_cut_between_two_bursts_is_held(lab):
    one, two = on_lab(lab), on_lab(lab)
    bob = lab.join("bob", at=1)
    whole = "你好🙂".encode()
    for cut in range(1, len(whole)):
        one.say(whole[:cut])
        read_so_far(bob)
        one.say(whole[cut:])
        heard = two.expect("🙂")
        text = heard.replace(f"{address(one)}:", "").replace("\n", "")
        assert text.replace("\ufffd", "") == "你好🙂", (cut, heard)
        assert "\ufffd" not in text, (cut, heard)


def test_a_character_that_stays_cut_is_said_as_far_as_it_came(lab):
    one, two = on_lab(lab), on_lab(lab)
    one.say("ok".encode() + "你".encode()[:2])
    one.say_no_more()
    heard = two.expect("已退出聊天")
    assert heard.startswith(f"{address(one)}:ok")
    assert "\ufffd" in heard


def test_commands_work_on_lab_too(lab):
    one = on_lab(lab)
    bob = lab.join("bob", at=1)
    one.say("/who")
    one.expect(r"-- people in lobby: 2 \(guest1, bob\)")
    one.say("/hunter2")
    one.expect("-- there is no command /hunter2")
    one.say("/nick alice")
    one.expect("-- you are now alice")
    bob.line("marker")
    assert "hunter2" not in one.expect("marker")


# --- the lab's own client ---------------------------------------------------

@pytest.fixture
def lab_client(run):
    """The lab's client, connected: lab_client(hub)."""

    def start(hub, at=0, program=LAB_CLIENT):
        ip, port = hub.addresses[at]
        client = run(sys.executable, program)
        before = hub.log().count(" connected, as ")
        client.say(f"{ip}\n{port}\n")
        client.expect("connected\n")
        if "lab://" in hub.log():   # else it is not in until it speaks
            hub.expect_complaint(rf"( connected, as [^\x00]*){{{before + 1}}}")
        return client

    return start


def test_two_lab_clients_talk_in_our_hub(lab, lab_client):
    one, two = lab_client(lab), lab_client(lab)
    one.line("你好")
    two.expect(r"^\(127\.0\.0\.1,\d+\):你好\n")
    two.line("hi")
    one.expect(r"^\(127\.0\.0\.1,\d+\):hi\n")
    one.line("q")
    two.expect(r"^\(127\.0\.0\.1,\d+\)已退出聊天\n")
    assert one.end() == 0
    two.say_no_more()       # sends q itself
    assert two.end() == 0
    assert two.complaints == one.complaints == b""


def test_two_lab_clients_talk_on_a_tcp_port(hub, lab_client):
    one, two = lab_client(hub), lab_client(hub)
    one.line("我先来")
    hub.expect_complaint("connected, as guest1")
    two.line("我也来")
    one.expect("^guest2:我也来\n")
    one.line("好")
    two.expect("^guest1:好\n")


CHINESE = "床前明月光疑是地上霜举头望明月低头思故乡"


def assert_each_on_its_line(heard, said, sender):
    """Nothing lost, nothing shared a line, nothing out of order."""
    lines = [line.rstrip(" ") for line in heard.splitlines()]
    assert [line for line in lines if line] == [f"{sender}{s}" for s in said]


@pytest.mark.parametrize("program", [LAB_CLIENT, SLOW_LAB_CLIENT],
                         ids=["quick", "slow"])
@pytest.mark.parametrize("listen", ["lab", "tcp"])
def test_a_lab_client_lives_through_500_chinese_messages(
        start_hub, lab_client, program, listen):
    hub = start_hub("--listen", f"{listen}://127.0.0.1:0",
                    "--listen", "plain://127.0.0.1:0")
    client = lab_client(hub, program=program)
    poet = hub.join("poet", at=1)
    client.line("我来听")
    poet.expect(": 我来听\n")
    said = [f"{i}{CHINESE[:i % 20 + 1]}" for i in range(500)]
    poet.say("".join(s + "\n" for s in said))
    poet.line("完")
    heard = client.expect(":完 *\n", 30)
    sender = "(poet,0):" if listen == "lab" else "poet:"
    assert_each_on_its_line(heard, said + ["完"], sender)
    client.line("还在")
    poet.expect(": 还在\n")
    assert client.complaints == b""     # its thread had nothing to complain of


def test_a_slow_lab_client_lives_through_a_talk_at_the_speed_of_a_quick_one(
        lab, lab_client):
    """Each message follows when the quick one has read the last; then all the
    others at once."""
    slow = lab_client(lab, program=SLOW_LAB_CLIENT)
    quick = on_lab(lab)
    poet = lab.join("poet", at=1)
    said = [f"{i}{CHINESE[:i % 20 + 1]}" for i in range(200)]
    for text in said[:20]:
        poet.line(text)
        quick.expect(rf"\(poet,0\):{text}")
    poet.say("".join(s + "\n" for s in said[20:]))
    poet.line("完")
    heard = slow.expect(":完 *\n", 30)
    assert_each_on_its_line(heard, said + ["完"], "(poet,0):")
    assert slow.complaints == b""


def test_each_part_of_a_long_text_says_on_lab_whose_it_is(lab, lab_client):
    client = lab_client(lab)
    poet = lab.join("poet", at=1)
    long = CHINESE * 60     # 3,600 bytes
    poet.line(long)
    poet.line("完")
    lines = client.expect(":完 *\n").splitlines()
    assert all(line.startswith("(poet,0):") for line in lines)
    assert "".join(line[9:].rstrip(" ") for line in lines) == long + "完"
    assert client.complaints == b""


# --- all together ------------------------------------------------------------

def test_nc_and_the_lab_and_liao_talk_in_one_room(hub, nc, lab_client, run):
    person = nc(hub)
    person.answer("/nick nina", "^-- you are now nina\n")
    student = lab_client(hub)
    student.line("我来了")
    person.expect(r"^guest\d+: 我来了\n")
    ours = run(LIAO, *hub.addresses[0])
    ours.line("/nick lola")
    ours.expect("^-- you are now lola\n")
    ours.line("hi from liao")
    person.expect("^lola: hi from liao\n")
    student.expect("^lola:hi from liao\n")
    person.line("hi from nc")
    student.expect("^nina:hi from nc\n")
    ours.expect("^nina: hi from nc\n")
    student.line("hi from the lab")
    person.expect(r"^guest\d+: hi from the lab\n")
    ours.expect(r"^guest\d+: hi from the lab\n")
    ours.say_no_more()
    assert ours.end() == 0
    person.expect("^-- lola left\n")
    student.expect("^lola已退出聊天\n")
    student.line("q")
    person.expect(r"^-- guest\d+ left\n")
    assert student.end(PATIENCE) == 0
