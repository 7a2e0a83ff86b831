"""IRC clients at the real program: in the same rooms as nc and liao."""
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
