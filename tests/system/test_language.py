"""What the programs say to people, in Chinese."""
import os
import re
import socket

import pytest

from talk import LIAO, LIAOD, ROOT

CHINESE = {**os.environ, "LC_ALL": "zh_CN.UTF-8"}


def test_the_server_speaks_chinese_when_told(start_hub):
    hub = start_hub("--lang", "zh")
    alice = hub.connect()
    alice.say("\n")
    alice.expect("^-- liao: 你是 guest1，在房间 lobby\n-- 输入后按回车即可聊天；")
    bob = hub.connect()
    bob.say("大家好\n")
    alice.expect("^-- guest2 来了\nguest2: 大家好\n")
    bob.say("/nick 小明\n/who\n/密码\nq\n")
    bob.expect("^-- 你现在叫 小明\n"
               r"-- lobby 的人数：2 \(guest1, 小明\)\n"
               "-- 没有 /密码 这个命令，所以这一行没有说出去；")
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
    hub.expect_complaint(r"info: 127.0.0.1:\d+ connected, as guest1")


def test_reasons_are_said_in_chinese_and_logged_in_english(start_hub):
    hub = start_hub("--lang", "zh", "--max-clients", "2")
    alice = hub.connect()
    alice.say("\n")
    alice.expect("^-- liao: ")
    bob = hub.connect()
    bob.say("在\n")
    alice.expect("^guest2: 在\n")
    late = hub.connect()
    late.say("\n")
    late.expect("^-- 聊天室已满 ")
    bob.vanish()
    alice.expect(r"^-- guest2 走了 \(连接断开\)\n")
    hub.stop()
    log = hub.log()
    assert "refused: the room is full (people at most: 2)" in log
    assert "(guest2) is gone: connection lost" in log
    assert log.isascii()


def test_what_is_said_before_it_is_ready_is_chinese(start_hub, run):
    hub = start_hub("--lang", "zh")
    assert "已就绪。从另一个终端加入：" in hub.greeting
    port = hub.addresses[0][1]
    second = run(LIAOD, "--lang", "zh", "--listen", f"tcp://127.0.0.1:{port}")
    second.expect_complaint("liaod: 无法监听 127.0.0.1")
    assert second.end() == 1


def test_liao_complains_in_chinese(run):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    liao = run(LIAO, f"tcp://127.0.0.1:{port}", env=CHINESE)
    liao.expect_complaint(f"liao: 连接被拒绝：127.0.0.1 的端口 {port} 上没有程序在监听")
    assert liao.end() == 3


def test_liao_asks_in_chinese(run):
    liao = run(LIAO, env=CHINESE)
    liao.expect_complaint("服务器地址：")
    liao.line("")
    liao.expect_complaint("liao: 地址是空的；例如：liao 127.0.0.1")
    assert liao.end() == 2


def test_a_language_that_it_does_not_speak_is_refused(run):
    liaod = run(LIAOD, "--lang", "tlh")
    liaod.expect_complaint("--lang tlh: there are en and zh")
    assert liaod.end() == 2


def test_chinese_sentences_end_in_a_chinese_stop():
    """A dot between Chinese words is a typing error, not a stop."""
    text = (ROOT / "po/zh_CN.po").read_text(encoding="utf-8")
    words = re.findall(r'^msgstr ((?:".*"\n)+)', text, re.MULTILINE)
    assert len(words) > 100
    stop = re.compile(r"[\u4e00-\u9fff)]\.(?= |\\n|\"$)|"
                      r"\. (?=[\u4e00-\u9fff])", re.MULTILINE)
    assert [w for w in words if stop.search(w)] == []
