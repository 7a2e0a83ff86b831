"""liaod --ask: the three questions of the lab's server."""
import re

from talk import LIAOD, Socket


def listening(liaod):
    said = liaod.expect(r"nc 127.0.0.1 \d+\n")
    return "127.0.0.1", int(re.search(r"nc 127.0.0.1 (\d+)", said)[1])


def test_the_lab_is_served_as_answered(run):
    liaod = run(LIAOD, "--ask")
    liaod.say("99999\nport\n0\nserver\nhub\n0\n2\n")
    liaod.expect(r"Port \(empty: 63434\): A port is a number from 0 to 65535.\n"
                 r"Port [^:]*: 63434\): A port [^\n]*\nPort [^:]*: 63434\): "
                 r"Mode, p2p or hub \(empty: hub\): "
                 r"There are two modes: p2p and hub.\nMode[^:]*: hub\): "
                 r"Most clients [^:]*: [^:]*: "
                 r"A number from 1 to 1000000, please.\n")
    address = listening(liaod)
    first, second, third = (Socket(address) for _ in range(3))
    third.expect("聊天室已满, 最多2人")
    first.say("你好")
    second.expect(r"\(127.0.0.1,\d+\):你好")
    for guest in (first, second, third):
        guest.close()


def test_the_questions_are_in_the_users_language(run):
    liaod = run(LIAOD, "--ask", "--lang", "zh")
    liaod.say("x\n")
    liaod.expect(r"端口 \(留空为 63434\): 端口是 0 到 65535 之间的数字。\n")
    liaod.say_no_more()
    assert liaod.end() == 2


def test_p2p_is_served_when_asked_for(run):
    liaod = run(LIAOD, "--ask")
    liaod.say("0\np2p\n\n")
    student = Socket(listening(liaod))
    liaod.expect(r"\(127.0.0.1,\d+\)成功连接\n")
    student.say("老师好")
    liaod.expect(r"\(127.0.0.1,\d+\):老师好\n")
    liaod.say("你好\n")
    student.expect("你好")
    student.say("q")
    liaod.expect(r"\(127.0.0.1,\d+\)已退出聊天\n")
    student.close()
    liaod.say_no_more()
    assert liaod.end() == 0
