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


def test_who_is_watched_comes_and_goes(hub, nc):
    al = join_with(hub, "al", "away-notify extended-monitor")
    al.say("MONITOR + bob,李四,nobody\r\n")
    al.expect(r"^:\S+ 731 al :bob,李四,nobody\r\n")
    bob = nc(hub)
    bob.line("/join tea")
    bob.line("/leave lobby")
    al.expect(r"^:guest\d+!\S+ PART #lobby")
    bob.line("/nick bob")
    al.expect(r"^:\S+ 730 al :bob!~user@\S+\.cloak\r\n")
    bob.line("/away tea time")
    al.expect(r"^:bob!\S+ AWAY :tea time\r\n")
    bob.line("/nick 李四")
    al.expect(r"^:\S+ 731 al :bob\r\n:\S+ 730 al :李四!\S+\r\n")
    al.say("MONITOR S\r\n")
    al.expect(r"^:\S+ 730 al :李四!\S+\r\n:\S+ 731 al :bob,nobody\r\n")
    bob.line("q")
    al.expect(r"^:\S+ 731 al :李四\r\n")


def test_several_lines_are_one_message(hub, nc):
    al = join_with(hub, "al", "batch draft/multiline echo-message")
    bo = join_with(hub, "bo", "batch draft/multiline message-tags")
    al.expect(r"^:bo!\S+ JOIN #lobby\r\n")
    old, bob = join(hub, "old"), nc(hub)
    al.expect(r"^:old!\S+ JOIN #lobby\r\n")
    bob.line("hi")
    for person in (al, bo, old):
        person.expect(r"PRIVMSG #lobby :hi\r\n")
    al.say("BATCH +x draft/multiline #lobby\r\n"
           "@batch=x PRIVMSG #lobby :第一行\r\n@batch=x PRIVMSG #lobby :\r\n"
           "PING inside\r\n"
           "@batch=x PRIVMSG #lobby :two and\r\n"
           "@batch=x;draft/multiline-concat PRIVMSG #lobby : more\r\n"
           "BATCH -x\r\n")
    al.expect(r"^:\S+ PONG \S+ :inside\r\n")
    for person in (al, bo):
        person.expect(
            r"^(?:@\S+ )?:al!\S+ BATCH \+(\w+) draft/multiline #lobby\r\n"
            r"@batch=\1 :al!\S+ PRIVMSG #lobby :第一行\r\n"
            r"@batch=\1 :al!\S+ PRIVMSG #lobby :\r\n"
            r"@batch=\1 :al!\S+ PRIVMSG #lobby :two and\r\n"
            r"@batch=\1;draft/multiline-concat :al!\S+ PRIVMSG #lobby : more\r\n"
            r":al!\S+ BATCH -\1\r\n")
    old.expect(r"^:al!\S+ PRIVMSG #lobby :第一行\r\n"
               r":al!\S+ PRIVMSG #lobby :two and\r\n"
               r":al!\S+ PRIVMSG #lobby : more\r\n")
    bob.expect(r"^al: 第一行\nal: two and more\n")


def test_words_for_a_rooms_operators(hub, nc):
    al, bo = join(hub, "al", "#tea"), join(hub, "bo", "#tea")
    al.expect(r"^:bo!\S+ JOIN #tea\r\n")
    bob = nc(hub)
    bob.line("/nick bob")
    bob.line("/join tea")
    bob.expect(r"now talking in tea")
    al.say("MODE #tea +v bob\r\n")
    bo.expect(r"^:al!\S+ MODE #tea \+v bob\r\n")
    bo.say("PRIVMSG @#tea :悄悄话\r\nPRIVMSG +#tea :for both\r\n"
           "PRIVMSG #tea :for all\r\n")
    al.expect(r"^:bo!\S+ PRIVMSG @#tea :悄悄话\r\n"
              r":bo!\S+ PRIVMSG \+#tea :for both\r\n"
              r":bo!\S+ PRIVMSG #tea :for all\r\n")
    bob.expect(r"bo: for both\n.*bo: for all\n")
    bob.line("/msg @tea me too")
    al.expect(r"^:bob!\S+ PRIVMSG @#tea :me too\r\n")
    bo.say("PING end\r\n")
    assert "me too" not in bo.expect(r"^:\S+ PONG \S+ :end\r\n")


def test_what_is_noted_is_told(hub, nc):
    al = hub.connect()
    al.say("CAP LS 302\r\nCAP REQ :batch draft/metadata-3\r\n"
           "METADATA * SET display-name :张三\r\n" + HELLO.format("al"))
    al.expect(r"^:\S+ 761 \* \* display-name \* :张三\r\n")
    al.say("CAP END\r\nJOIN #lobby\r\n")
    al.expect(r"^:\S+ BATCH \+(\w+) metadata al\r\n"
              r"@batch=\1 :\S+ 761 al al display-name \* :张三\r\n"
              r":\S+ BATCH -\1\r\n(.*\r\n)*:\S+ 366 al #lobby ")
    bo = hub.connect()
    bo.say("CAP REQ :batch draft/metadata-2\r\n"
           "METADATA * SUB display-name\r\n" + HELLO.format("bo")
           + "CAP END\r\nJOIN #lobby\r\n")
    bo.expect(r"^:\S+ BATCH \+(\w+) metadata #lobby\r\n"
              r"@batch=\1 :\S+ METADATA al display-name \* :张三\r\n"
              r":\S+ BATCH -\1\r\n")
    bob = nc(hub)
    bob.line("hi")
    bo.expect(r"^:guest\d+!\S+ PRIVMSG #lobby :hi\r\n")
    al.say("METADATA * SET display-name :李四\r\nMETADATA * SET color red\r\n"
           "PRIVMSG #lobby :done\r\n")
    bo.expect(r"^:\S+ METADATA al display-name \* :李四\r\n"
              r":al!\S+ PRIVMSG #lobby :done\r\n")
    assert "李四" not in bob.expect(r"al: done\n")


def test_a_room_gets_another_name(hub, nc):
    al = join_with(hub, "al", "draft/channel-rename")
    al.say("JOIN #tea\r\n")
    al.expect(r"^:\S+ 366 al #tea ")
    old = join(hub, "old", "#tea")
    bob = nc(hub)
    bob.line("/join tea")
    bob.expect(r"now talking in tea")
    old.expect(r"^:guest\d+!\S+ JOIN #tea\r\n")
    al.say("PRIVMSG #tea :前\r\nRENAME #tea #茶 :换个名字\r\nPRIVMSG #茶 :后\r\n")
    al.expect(r"^:al!\S+ RENAME #tea #茶 :换个名字\r\n")
    old.expect(r"^:al!\S+ PRIVMSG #tea :前\r\n"
               r":old!\S+ PART #tea :换个名字\r\n:old!\S+ JOIN #茶\r\n"
               r":al!\S+ PRIVMSG #茶 :后\r\n"
               r":\S+ 353 old = #茶 :@al old guest\d+\r\n:\S+ 366 old #茶 ")
    bob.expect(r"al: 前\n.*al renamed the room; it is 茶 now \(换个名字\)\n"
               r".*al: 后\n")
