"""IRC clients that people use, at a terminal of their own: irssi and WeeChat.

Each has an empty home, and of its settings only those are changed that hold
back what is typed, or fill the screen with what is not a conversation.
"""
import re
import shutil

import pytest

from screen import Tmux

# All that a window shows is on the screen, and nothing is broken into rows.
COLUMNS, ROWS = 300, 200

# What no window shows at a server that behaves: something that the client did
# not understand, or an error. irssi shows a message that it does not know as
# it came.
ODD = re.compile(r"(?i)unknown|error|invalid|malformed|unsupported|illegal|"
                 r"not enough|disconnected|no such|=!=|"
                 r"(?-i:-!- [A-Z]{3,} )(?!.*supported by this server)")


class Client(Tmux):
    def __init__(self, hub, nick, folder):
        super().__init__(COLUMNS, ROWS, self.command(hub, nick, folder),
                         folder, HOME=str(folder))

    def do(self, line):
        """Type it, and Enter once it stands there: what comes too fast is a
        paste, which irssi asks about."""
        end = line.rstrip()[-20:]
        self.type(line)
        self.wait(lambda rows: rows[-1].endswith(end))
        self.keys("Enter")
        self.wait(lambda rows: not rows[-1].endswith(end))

    def join(self, room):
        """Its window comes by itself, and there is none before."""
        self.do(f"/join {room}")
        self.see(f"has joined {room}")

    def look(self, window, text):
        """Wait until that window has a row with `text`."""
        self.turn_to(window)
        return self.see(text)

    def is_well(self, *windows):
        for window in windows:
            self.turn_to(window)
            odd = [row for row in self.screen() if ODD.search(row)]
            assert not odd, "\n".join(odd)


class Irssi(Client):
    """Conversations are windows of their names: "#lobby", "bob"."""
    is_here = shutil.which("irssi") is not None
    status = "(status)"
    renamed = "You're now known as {}"
    asks, gets = "Capabilities requested:", "Capabilities acknowledged:"

    def command(self, hub, nick, folder):
        (folder / "config").write_text(
            'settings = { core = { real_name = "Ann"; };\n'
            '             "irc/core" = { cmds_max_at_once = "1000";\n'
            '                            cmd_queue_speed = "10msec"; }; };\n')
        return f"irssi --home {folder} -c {hub.ip} -p {hub.port} -n {nick}"

    def turn_to(self, window):
        self.do("/window 1" if window == self.status
                else f"/window goto {window}")
        self.wait(lambda rows: rows[-1].startswith(f"[{window}]"))


class WeeChat(Client):
    is_here = shutil.which("weechat") is not None
    status = "server[127.0.0.1]"
    renamed = "You are now known as {}"
    asks, gets = "capability, requesting:", "capability, enabled:"

    def command(self, hub, nick, folder):
        settings = {"irc.server_default.anti_flood_prio_high": "0",
                    "irc.server_default.anti_flood_prio_low": "0",
                    "weechat.bar.buflist.hidden": "on",
                    "weechat.bar.nicklist.hidden": "on"}
        commands = " ".join(f"-r '/mute /set {name} {value}'"
                            for name, value in settings.items())
        return (f"weechat -d {folder} {commands} "
                f"'irc://{nick}@{hub.ip}:{hub.port}'")

    def turn_to(self, window):
        name = "server.127.0.0.1" if window == self.status \
            else f"127.0.0.1.{window}"
        self.do(f"/buffer irc.{name}")
        self.wait(lambda rows: f":{window}" in "".join(rows[-2:]))


CLIENTS = [pytest.param(client, id=client.__name__.lower(),
                        marks=pytest.mark.skipif(
                            not client.is_here, reason="it is not installed"))
           for client in (Irssi, WeeChat)]
