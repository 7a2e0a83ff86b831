"""The server's words to people, in Chinese."""
import re

import pytest

from talk import LIAOD


def test_the_server_speaks_chinese_when_told(start_hub):
    hub = start_hub("--lang", "zh")
    alice = hub.connect()
    alice.say("\n")
    alice.expect("^-- liao: 你是 guest1, 在房间 lobby\n-- 输入后按回车即可聊天; ")
    bob = hub.connect()
    bob.say("大家好\n")
    alice.expect("^-- guest2 来了\nguest2: 大家好\n")
    bob.say("/nick 小明\n/who\n/密码\nq\n")
    bob.expect("^-- 你现在叫 小明\n"
               r"-- lobby 的人数: 2 \(guest1, 小明\)\n"
               "-- 没有 /密码 这个命令, 所以这一行没有说出去;")
    alice.expect("^-- guest2 改名为 小明\n-- 小明 走了\n")


@pytest.mark.parametrize("locale, words", [
    ("zh_CN.UTF-8", "你是 guest1"),
    ("zh_TW", "你是 guest1"),
    ("C", "you are guest1"),
    ("fr_FR.UTF-8", "you are guest1"),
])
def test_the_locale_tells_the_language(start_hub, locale, words):
    """Also where that locale is not installed."""
    hub = start_hub(env={"LC_ALL": locale})
    guest = hub.connect()
    guest.say("\n")
    guest.expect("^-- liao: " + words)


def test_what_the_log_says_stays_as_it_is(start_hub):
    hub = start_hub("--lang", "zh")
    guest = hub.connect()
    guest.say("\n")
    guest.expect("^-- liao: ")
    assert re.search(r"info: 127.0.0.1:\d+ connected, as guest1", hub.log())


def test_a_language_that_it_does_not_speak_is_refused(run):
    liaod = run(LIAOD, "--lang", "tlh")
    liaod.expect_complaint("--lang tlh: there are en and zh")
    assert liaod.end() == 2
