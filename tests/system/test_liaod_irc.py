"""IRC clients at the real program: in the same rooms as nc and liao."""
import datetime
import re

import pytest

from talk import LIAO

HELLO = "NICK {0}\r\nUSER {0} 0 * :Real Name\r\n"


def join(hub, nick, room="#lobby"):
    client = hub.connect()
    client.say(HELLO.format(nick) + f"JOIN {room}\r\n")
    client.expect(rf"^:\S+ 001 {nick} :.*\r\n")
    client.expect(rf"^:{nick}!~{nick}@[0-9a-f]{{12}}\.cloak JOIN {room}\r\n"
                  if nick.isascii() else rf"^:{nick}!\S+ JOIN {room}\r\n")
    client.expect(rf"^:\S+ 366 {nick} {room} :.*\r\n")
    return client


def test_irc_nc_and_liao_talk_in_chinese(hub, nc, run):
    zhang = join(hub, "张三")
    bob = nc(hub)
    bob.line("你好")
    zhang.expect(r"^:guest\d+!\S+ JOIN #lobby\r\n"
                 r":guest\d+!\S+ PRIVMSG #lobby :你好\r\n")
    lily = run(LIAO, f"tcp://{hub.ip}:{hub.port}")
    lily.line("/nick lily")
    zhang.expect(r"^:guest\d+!\S+ NICK lily\r\n")
    zhang.say("PRIVMSG #lobby :欢迎\r\nPRIVMSG #lobby :\1ACTION 笑\1\r\n"
              "NICK 张四\r\n")
    for person in (bob, lily):
        person.expect(r"^张三: 欢迎\n\* 张三 笑\n-- 张三 is now 张四\n")
    lily.line("/me 也笑")
    zhang.expect(r"^:lily!\S+ PRIVMSG #lobby :\x01ACTION 也笑\x01\r\n")
    bob.line("/msg 张四 悄悄话")
    zhang.expect(r"^:guest\d+!\S+ PRIVMSG 张四 :悄悄话\r\n")
    zhang.say("QUIT :再见\r\n")
    assert "ERROR :" in zhang.until_end()
    bob.expect(r"^-- 张四 left \(再见\)\n")


def test_no_address_is_shown(hub):
    alice, bob = join(hub, "alice"), join(hub, "bob")
    alice.expect(r"^:bob!~bob@\S+ JOIN #lobby\r\n")
    bob.say("WHOIS alice\r\nWHO #lobby\r\nUSERHOST alice\r\nPING end\r\n")
    seen = bob.expect(r"^:\S+ PONG \S+ :end\r\n")
    assert seen.count(".cloak") == 4
    assert "127.0.0.1" not in seen


def test_everybody_is_told_when_the_server_stops(hub):
    alice = join(hub, "alice")
    hub.guests.remove(alice)
    hub.stop()
    assert alice.until_end().endswith(
        "ERROR :Closing link: the server is stopping\r\n")


@pytest.mark.parametrize("word, answer", [
    ("sesame", r"^:\S+ 001 al :"),
    ("wrong", r"^:\S+ 464 \* :Password incorrect\r\nERROR :"),
])
def test_a_password_in_a_file(start_hub, tmp_path, word, answer):
    (tmp_path / "password").write_text("sesame\n")
    hub = start_hub("--listen", "irc://127.0.0.1:0", "--password-file",
                tmp_path / "password")
    client = hub.connect()
    client.say(f"PASS {word}\r\n" + HELLO.format("al"))
    client.expect(answer)


def test_an_operator_turns_somebody_out(start_hub, tmp_path):
    (tmp_path / "operators").write_text("# name password\nroot two words\n")
    hub = start_hub("--listen", "tcp://127.0.0.1:0", "--operators",
                tmp_path / "operators", "--name", "irc.example.org")
    al, mallory = join(hub, "al"), join(hub, "mallory")
    al.say("KILL mallory :spam\r\nOPER root wrong\r\nOPER root :two words\r\n"
           "KILL mallory :spam\r\n")
    al.expect(r"^:irc\.example\.org 481 al :.*\r\n"
              r":irc\.example\.org 464 al :.*\r\n"
              r":al!\S+ MODE al \+o\r\n"
              r":irc\.example\.org 381 al :.*\r\n"
              r":mallory!\S+ QUIT :Killed \(al \(spam\)\)\r\n")
    assert mallory.until_end().endswith(
        "ERROR :Closing link: Killed (al (spam))\r\n")


def test_a_file_that_is_missing_is_named(tmp_path, run):
    from talk import LIAOD
    program = run(LIAOD, "--motd", tmp_path / "nothing")
    assert program.end() == 1
    program.expect_complaint("nothing: No such file or directory")


def join_with(hub, nick, capabilities):
    """As clients of today come: CAP first, all of it in one go."""
    client = hub.connect()
    client.say(f"CAP LS 302\r\nCAP REQ :{capabilities}\r\n"
               + HELLO.format(nick) + "CAP END\r\nJOIN #lobby\r\n")
    client.expect(rf"^:\S+ CAP \* LS :\S.*\r\n:\S+ CAP \* ACK :{capabilities}\r\n")
    client.expect(r"^:\S+ 366 \S+ #lobby :.*\r\n")
    return client


def test_what_happened_has_its_time_and_id(hub, nc):
    al = join_with(hub, "al", "server-time message-tags echo-message")
    bo = join_with(hub, "bo", "message-tags")
    al.expect(r"^@\S+ :bo!\S+ JOIN #lobby\r\n")
    bob = nc(hub)
    bob.line("你好")
    seen = al.expect(r"^@\S+ :guest\d+!\S+ PRIVMSG #lobby :你好\r\n")
    time = re.search(r"@time=(\S+);msgid=\S+ :\S+ PRIVMSG", seen).group(1)
    then = datetime.datetime.strptime(time, "%Y-%m-%dT%H:%M:%S.%f%z")
    now = datetime.datetime.now(datetime.timezone.utc)
    assert abs(now - then) < datetime.timedelta(minutes=1)
    bo.expect(r"^@\S+ :guest\d+!\S+ PRIVMSG #lobby :你好\r\n")
    al.say("PRIVMSG #lobby :hi\r\n")
    own = al.expect(r"^@\S+ :al!\S+ PRIVMSG #lobby :hi\r\n")
    others = bo.expect(r"^@\S+ :al!\S+ PRIVMSG #lobby :hi\r\n")
    assert (re.findall(r"msgid=(\w+) :al", own)
            == re.findall(r"msgid=(\w+) :al", others))
    bob.expect(r"^al: hi\n")


def test_capabilities_change_while_people_talk(hub, nc):
    al = join_with(hub, "al", "extended-join")
    bob = nc(hub)
    bob.line("/nick bob")
    bob.expect(r"^-- you are now bob\n")
    seen = ""
    for number in range(20):
        word = "" if number % 2 else "-"
        bob.line(f"{number}")
        al.say(f"CAP REQ :{word}server-time\r\nPING {number}\r\n")
        seen += al.expect(rf"^:\S+ PONG \S+ :{number}\r\n")
    bob.line("over")
    seen += al.expect(r"^(@time=\S+ )?:bob!\S+ PRIVMSG #lobby :over\r\n")
    has_time, said = False, []
    for line in seen.splitlines():
        if " ACK :" in line:
            has_time = line.endswith(":server-time")
        elif " PRIVMSG " in line:
            assert line.startswith("@time=") == has_time, line
            said.append(line.rsplit(":", 1)[1])
    assert said == [str(number) for number in range(20)] + ["over"]


def test_answers_bear_their_label(hub):
    al = join_with(hub, "al", "batch labeled-response echo-message")
    al.say("@label=one PRIVMSG #lobby :hi\r\n@label=two WHOIS al\r\n"
           "@label=three PONG\r\n")
    al.expect(r"^@label=one :al!\S+ PRIVMSG #lobby :hi\r\n"
              r"@label=two :\S+ BATCH \+(\w+) labeled-response\r\n"
              r"(@batch=\1 :\S+ 3\d\d al .*\r\n)+"
              r":\S+ BATCH -\1\r\n"
              r"@label=three :\S+ ACK\r\n")


def test_autojoin_takes_irc_clients_into_rooms(start_hub):
    hub = start_hub("--autojoin", "lobby, tea")
    bob = hub.join("bob")
    al = hub.connect()
    al.say(HELLO.format("al"))
    al.expect(r"^:al!\S+ JOIN #lobby\r\n:\S+ 353 al = #lobby :.*bob")
    al.expect(r"^:al!\S+ JOIN #tea\r\n:\S+ 353 al = #tea :@al\r\n")
    bob.expect("^-- al joined\n")
