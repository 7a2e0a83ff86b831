"""irssi and WeeChat at home: what a person does there, beside one with nc and
one with liao; and nothing odd in any of their windows."""
import re
import sys

import pytest

from irc_clients import CLIENTS, Irssi
from talk import LIAO, ROOT

HELLO = "NICK {0}\r\nUSER {0} 0 * :Real Name\r\n"


@pytest.fixture
def start_client(tmp_path):
    """start_client(Irssi, hub, "ann"): connected, and in the lobby."""
    clients = []

    def start(program, hub, nick):
        folder = tmp_path / nick
        folder.mkdir()
        client = program(hub, nick, folder)
        clients.append(client)
        client.see("There is no message of the day")
        client.join("#lobby")
        return client

    yield start
    for client in clients:
        client.close()


@pytest.fixture(params=CLIENTS)
def ann(request, start_client, hub):
    return start_client(request.param, hub, "ann")


def speak_irc(hub, nick):
    person = hub.connect()
    person.say(HELLO.format(nick))
    person.expect(rf"^:\S+ 001 {nick} :.*\r\n")
    return person


GREETING = (
    r"Welcome to liao, ann",
    r"Your host is liao\.chat, running liaod-\S+",
    r"This server was started \S+ \S+ UTC",
    r"liao\.chat liaod-\S+ [A-Za-z]+ [A-Za-z]+ [A-Za-z]+",
    r"NETWORK=liao AWAYLEN=.* are supported by this server",
    r"There are 1 users and 0 invisible on 1 servers",
    r"1 channels formed",
    r"I have 1 clients and 0 servers",
    r"1 1 Current local users 1, max 1",
    r"1 1 Current global users 1, max 1",
    r"There is no message of the day",
)


def test_the_greeting_is_read(ann):
    """Each line of it as what it is, and nothing between."""
    rows = [re.split("-!- |-- \\| ", row)[-1]
            for row in ann.look(ann.status, "Welcome to liao, ann")]
    said = iter(rows[next(i for i, row in enumerate(rows)
                          if row.startswith("Welcome to liao, ")):])
    for pattern in GREETING:
        row = next(said)
        while row.endswith("are supported by this server") and \
                "supported" not in pattern:
            row = next(said)
        assert re.fullmatch(pattern, row), row
    ann.is_well(ann.status, "#lobby")


def test_capabilities_are_agreed_on(ann):
    """That each asks for what it knows, and gets all of it."""
    rows = ann.look(ann.status, "Welcome to liao, ann")
    asked, got = (next(set(row.partition(words)[2].split()) for row in rows
                       if words in row)
                  for words in (ann.asks, ann.gets))
    assert asked == got
    assert {"server-time", "multi-prefix", "extended-join"} <= got


def test_they_talk_in_chinese(ann, hub, nc, run):
    bob = nc(hub)
    bob.answer("/nick bob", "^-- you are now bob\n")
    lily = run(LIAO, f"tcp://{hub.ip}:{hub.port}")
    lily.answer("/nick 莉莉", "^-- you are now 莉莉\n")
    ann.do("大家好，我是安娜")
    ann.do("/me 笑了")
    for person in (bob, lily):
        person.expect(r"^ann: 大家好，我是安娜\n\* ann 笑了\n")
    bob.line("你好，安娜")
    lily.line("/me 挥手")
    ann.see("bob")
    ann.see("你好，安娜")
    ann.see("莉莉 挥手")
    ann.is_well(ann.status, "#lobby")


def test_names_change(ann, hub, nc):
    bob = nc(hub)
    bob.answer("/nick robert", "^-- you are now robert\n")
    bob.answer("/nick bob", "^-- you are now bob\n")
    ann.see("is now known as bob")
    ann.do("/nick 安娜")
    ann.see(ann.renamed.format("安娜"))
    bob.expect("^-- ann is now 安娜\n")
    bob.line("安娜，你好")
    ann.see("安娜，你好")
    ann.turn_to(ann.status)
    ann.do("/nick bob")
    ann.see("already in use")
    ann.is_well(ann.status, "#lobby")


def test_a_private_conversation(ann, hub, nc):
    bob = nc(hub)
    bob.answer("/nick bob", "^-- you are now bob\n")
    bob.answer("/msg ann 悄悄话", r"^\[you to ann\] 悄悄话\n")
    ann.look("bob", "悄悄话")
    ann.do("我听见了")
    bob.expect(r"^\[ann to you\] 我听见了\n")
    ann.do("/me 点头")
    bob.expect(r"^\[ann to you\] \* ann 点头\n")
    bob.line("/quit")
    ann.is_well(ann.status, "#lobby", "bob")


def test_away_and_back(ann, hub):
    bob, carol = hub.join("bob"), speak_irc(hub, "carol")
    ann.do("/away 吃饭去了")
    ann.look(ann.status, "You have been marked as being away")
    carol.say("PRIVMSG ann :在吗\r\n")
    carol.expect("^:\\S+ 301 carol ann :吃饭去了\r\n")
    bob.answer("/msg ann 在吗", "^-- ann is away: 吃饭去了\n")
    ann.do("/away")
    ann.look(ann.status, "You are no longer marked as being away")
    ann.is_well(ann.status, "#lobby")


def test_who_is_turned_out_and_who_leaves_is_seen(ann, hub):
    carol = speak_irc(hub, "carol")
    carol.say("JOIN #茶室\r\n")
    bob = hub.join("bob")
    bob.answer("/join 茶室", "^-- you are now talking in 茶室")
    ann.join("#茶室")
    carol.say("TOPIC #茶室 :喝茶\r\nMODE #茶室 +v ann\r\n"
              "KICK #茶室 bob :太吵\r\n")
    for words in ("喝茶", "+v ann", "太吵"):
        ann.see(words)
    bob.expect("^-- you were removed from 茶室 by carol: 太吵\n")
    carol.say("KICK #茶室 ann :你也是\r\n")
    ann.see("你也是")
    carol.say("QUIT :回家\r\n")
    bob.answer("/quit 再见", "^-- bye\n")
    ann.look("#lobby", "再见")
    ann.is_well(ann.status, "#lobby")


def test_a_room_of_ones_own(ann, hub):
    bob = hub.join("bob")
    ann.join("#茶室")
    ann.see("@ann")
    ann.do("/topic 喝茶")
    ann.do("/invite bob")
    bob.expect("^-- ann invites you to 茶室; .*\n")
    bob.answer("/join 茶室", "^-- you are now talking in 茶室.*\n")
    ann.do("/mode +m")
    bob.answer("好茶", "^-- 茶室 does not let you speak\n")
    ann.do("/voice bob")
    bob.answer("好茶", "^-- .*\n")
    ann.do("/mode +b mallory!*@*")
    ann.do("/kick bob 打烊了")
    bob.expect("^-- you were removed from 茶室 by ann: 打烊了\n")
    ann.see("打烊了")
    ann.is_well(ann.status, "#lobby", "#茶室")


QUESTIONS = ("/names", "/list", "/who #lobby", "/whois bob", "/whowas guest1",
             "/topic", "/mode #lobby", "/mode #lobby b", "/lusers", "/motd",
             "/version", "/time", "/info", "/links", "/ison bob",
             "/userhost bob", "/ping ann", "/ctcp ann VERSION")


def test_whatever_is_asked_is_answered(ann, hub):
    bob = hub.join("bob")
    for question in QUESTIONS:
        ann.do(question)
    ann.do("end of all questions")
    bob.expect("^ann: end of all questions\n")
    ann.is_well(ann.status, "#lobby")


def test_programs_ask_each_other(ann, hub):
    """Who they are, and how far away; but no address is handed on."""
    carol = speak_irc(hub, "carol")
    carol.say("PRIVMSG ann :\1VERSION\1\r\n")
    carol.expect(r"^:ann!\S+ NOTICE carol :\x01VERSION \S+.*\x01\r\n")
    carol.say("PRIVMSG ann :\1PING 17\1\r\n")
    carol.expect(r"^:ann!\S+ NOTICE carol :\x01PING 17\x01\r\n")
    carol.say("PRIVMSG ann :\1DCC SEND x 2130706433 9 1\1\r\n")
    carol.expect(r"^:\S+ NOTICE carol :DCC would show your address")
    ann.is_well(ann.status, "#lobby")


def test_it_quits(ann, hub):
    bob = hub.join("bob")
    ann.do("/quit 明天见")
    bob.expect(r"^-- ann left \(明天见\)\n")
    ann.end()


# --- one with irssi, one with nc, one with the client of the lab --------------

@pytest.fixture
def three(start_client, hub, nc, run):
    """ann, bob and lab: the three of them in the lobby, named."""
    if not Irssi.is_here:
        pytest.skip("irssi is not installed")
    ann = start_client(Irssi, hub, "ann")
    bob = nc(hub)
    bob.answer("/nick bob", "^-- you are now bob\n")
    lab = run(sys.executable, ROOT / "tests/support/lab_client.py")
    lab.line(hub.ip)
    lab.line(str(hub.port))
    lab.expect("connected\n")
    lab.line("大家好")
    ann.see("< guest2> 大家好")
    bob.expect("^-- guest2 joined\nguest2: 大家好\n")
    lab.answer("/nick 小红", "^-- you are now 小红\n")
    ann.see("guest2 is now known as 小红")
    bob.expect("^-- guest2 is now 小红\n")
    return ann, bob, lab


def test_three_in_one_room_read_each_other(three):
    ann, bob, lab = three
    ann.do("你们好")
    bob.expect("^ann: 你们好\n")
    lab.expect("^ann:你们好\n")
    bob.line("/me 笑了")
    ann.see(" * bob 笑了")
    lab.expect(r"^bob:\* 笑了\n")
    lab.line("/me 也笑了")
    ann.see(" * 小红 也笑了")
    bob.expect(r"^\* 小红 也笑了\n")
    ann.do("/nick 安娜")
    bob.expect("^-- ann is now 安娜\n")
    bob.answer("/who", r"^-- people in lobby: 3 \(安娜, bob, 小红\)\n")
    ann.do("/msg 小红 悄悄话")
    lab.expect(r"^\[安娜 to you\] 悄悄话\n")
    lab.line("/msg 安娜 听见了")
    ann.look("小红", "<小红> 听见了")
    lab.line("q")
    bob.expect("^-- 小红 left\n")
    ann.do("/quit 再见")
    bob.expect(r"^-- 安娜 left \(再见\)\n")
    assert not bob.heard


def test_colours_reach_nobody_as_controls(three):
    ann, bob, lab = three
    for keys in ("C-b", "粗", "C-b", " ", "C-c", "4,1红", "C-o", " 12"):
        ann.keys(keys) if keys.startswith("C-") else ann.type(keys)
    ann.keys("Enter")
    bob.expect("^ann: 粗 红 12\n")
    lab.expect("^ann:粗 红 12\n")


def test_a_long_text_comes_whole(three):
    """In lines of IRC, none of which ends within what is seen as one sign."""
    ann, bob, lab = three
    family = "👩\u200d👩\u200d👧\u200d👦"
    bob.line(family * 30)
    rows = ann.wait(lambda rows: sum("👩" in row for row in rows) == 2)
    cut = [row.partition("> ")[2] for row in rows if "👩" in row]
    assert cut[0].startswith("👩") and cut[1].startswith("👩")
    lab.expect("^bob:👩")
    ann.do("长" * 400 + "。")     # which irssi cuts by itself
    for person in (bob, lab):
        said = person.expect("。 *$")
        assert said.count("长") == 400 and "\ufffd" not in said


def test_an_address_is_handed_to_nobody(three):
    ann, bob, lab = three
    ann.turn_to(ann.status)
    ann.do("/ctcp bob DCC SEND x 2130706433 9 1")
    ann.see("DCC would show your address")
    ann.do("/ctcp bob VERSION")
    ann.do("/ctcp #lobby PING")
    ann.do("/msg bob 完了")
    assert bob.expect(r"^\[ann to you\] 完了\n").count("\n") == 1
