"""A real terminal whose screen can be read: tmux, on a server of its own."""
import glob
import os
import subprocess
import time

from talk import PATIENCE

# What would change how a terminal looks, or a program in it.
CLEAN = {k: v for k, v in os.environ.items()
         if k not in ("NO_COLOR", "COLORTERM", "TMUX", "TERM", "LC_ALL",
                      "LANG", "LANGUAGE", "INPUTRC")}

# For LD_PRELOAD: a program sees the time that FAKETIME says; None: not here.
FAKETIME = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), None)


class Tmux:
    """A terminal of its own server, on a socket of its own."""

    def __init__(self, columns, rows, command, folder, **env):
        self.socket = str(folder / "tmux")
        settings = folder / "tmux.conf"
        settings.write_text("set -g history-limit 20000\n"
                            "set -g default-terminal screen-256color\n"
                            "set -g escape-time 0\n"
                            "setw -g remain-on-exit on\n"
                            "set -g status off\n")
        env = {**CLEAN, "LC_ALL": "C.UTF-8", "INPUTRC": "/dev/null",
               "SHELL": "/bin/sh", **env}
        words = ["env", *(f"{k}={v}" for k, v in env.items()
                          if k in ("LC_ALL", "INPUTRC", "NO_COLOR", "TERM"))]
        if "TERM" not in env:
            words.append("TERM=screen-256color")
        line = " ".join(words) + " " + command
        self.run("-f", str(settings), "new-session", "-d", "-x", str(columns),
                 "-y", str(rows), line, env=env)

    def run(self, *words, env=None):
        done = subprocess.run(["tmux", "-S", self.socket, *words], env=env,
                              capture_output=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    def keys(self, *names):
        self.run("send-keys", *names)

    def type(self, text):
        self.run("send-keys", "-l", text)

    def paste(self, text):
        self.run("set-buffer", text)
        self.run("paste-buffer", "-p", "-r")

    def resize(self, columns, rows):
        """Until the program could know: tmux tells it a little later than it
        wraps the screen anew."""
        self.run("resize-window", "-x", str(columns), "-y", str(rows))
        name = self.run("display-message", "-p", "#{pane_tty}").strip()
        with open(name, "rb", buffering=0) as tty:
            self.wait(lambda _: os.get_terminal_size(tty.fileno()) ==
                      (columns, rows))

    def screen(self, *options):
        text = self.run("capture-pane", "-p", *options)
        return [row.rstrip() for row in text.rstrip("\n").split("\n")]

    def all(self):
        return "\n".join(self.screen("-S", "-"))

    def cursor(self):
        x, y = self.run("display-message", "-p",
                        "#{cursor_x} #{cursor_y}").split()
        return int(x), int(y)

    def wait(self, check, seconds=PATIENCE):
        """Until check(rows) is true; the rows."""
        until = time.monotonic() + seconds
        while True:
            rows = self.screen()
            if check(rows):
                return rows
            if time.monotonic() > until:
                raise AssertionError("the screen is\n" + "\n".join(rows))
            time.sleep(0.02)

    def end(self):
        """Until all that ran here has ended; tmux does not always say so on
        the screen."""
        self.wait(lambda _: self.run("display-message", "-p",
                                     "#{pane_dead}").strip() == "1")

    def see(self, text, seconds=PATIENCE):
        return self.wait(lambda rows: any(text in row for row in rows),
                         seconds)

    def bottom(self, *wanted):
        """The last rows are these, and above them is no copy of the last."""
        wanted = list(wanted)

        def check(rows):
            while rows and not rows[-1]:
                rows.pop()
            return rows[-len(wanted):] == wanted
        rows = self.wait(check)
        while rows and not rows[-1]:
            rows.pop()
        assert wanted[0] not in rows[:-len(wanted)], "\n".join(rows)
        return rows

    def close(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"],
                       capture_output=True, timeout=PATIENCE)
