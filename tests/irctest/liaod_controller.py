"""liaod for irctest: starts one for each test, as the suite asks for it.

Given to pytest twice: with -p, early, for the hook below; and as
--controller, for the class. See README.md.
"""
import os
import shutil
import signal
import subprocess

import pluggy

if not hasattr(pluggy, "Result"):
    # Debian 12's pluggy 1.0 knows hookwrapper=True, but not wrapper=True,
    # which the suite's conftest uses. The two differ in what `yield` gives.
    import pytest

    _hookimpl = pytest.hookimpl

    def _as_old_wrapper(new):
        def old(item):  # the names of arguments are how pluggy passes them
            wrapper = new(item)
            next(wrapper)
            outcome = yield
            try:
                if outcome.excinfo is not None:
                    wrapper.throw(outcome.excinfo[1])
                else:
                    wrapper.send(outcome.get_result())
            except StopIteration as end:
                outcome._excinfo = None
                outcome._result = end.value
            except BaseException as error:
                outcome._excinfo = (type(error), error, error.__traceback__)
        return old

    def _hookimpl_with_wrapper(function=None, wrapper=False, **options):
        if not wrapper:
            return _hookimpl(function, **options)
        return lambda new: _hookimpl(hookwrapper=True, **options)(
            _as_old_wrapper(new))

    pytest.hookimpl = _hookimpl_with_wrapper


def _controller_class():
    from irctest import basecontrollers, runner
    from irctest.specifications import Capabilities, OptionalBehaviors

    class LiaodController(basecontrollers.BaseServerController,
                          basecontrollers.DirectoryBasedController):
        software_name = "liaod"
        supported_sasl_mechanisms = set()
        supports_sts = False
        extban_mute_char = "m"
        isupport = {    # what 005 has to hold; None: a word without a value
            "BOT": "B",
            "CASEMAPPING": "ascii",
            "INVEX": "I",
            "MONITOR": "100",
            "PREFIX": "(ov)@+",
            "STATUSMSG": "@+",
            "UTF8ONLY": None,
            "WHOX": None,
        }
        _port_wait_interval = 0.02
        # What is offered: a test that asks for one of these may not be skipped.
        capabilities = frozenset({
            Capabilities.AWAY_NOTIFY,
            Capabilities.BATCH,
            Capabilities.ECHO_MESSAGE,
            Capabilities.EXTENDED_JOIN,
            Capabilities.EXTENDED_MONITOR,
            Capabilities.LABELED_RESPONSE,
            Capabilities.MESSAGE_TAGS,
            Capabilities.MULTILINE,
            Capabilities.MULTI_PREFIX,
            Capabilities.SERVER_TIME,
            Capabilities.SETNAME,
        })
        optional_behaviors = frozenset({
            OptionalBehaviors.BAN_EXCEPTION_MODE,
            OptionalBehaviors.INVITE_EXCEPTION_MODE,
            OptionalBehaviors.INVITE_LIST,
            OptionalBehaviors.INVITE_OVERRIDES_LIMIT,
            OptionalBehaviors.METADATA_BEFORE_CONNECT,
            OptionalBehaviors.MULTI_KICK,
            OptionalBehaviors.NO_CTCP,
        })

        def get_hostname_and_port(self):
            _, port = super().get_hostname_and_port()
            self._own_ports = {(host, own) for host, own in self._own_ports}
            return "127.0.0.1", port    # the suite would take all addresses

        def kill_proc(self):
            # Told twice it stops at once, and does not wait for clients that
            # still hold their end. The whole group is told, whose first
            # process we are given: faketime(1) has its server in another one.
            for number in (signal.SIGTERM, signal.SIGINT):
                os.killpg(self.proc.pid, number)
            self.proc.wait(5)
            self.proc = None

        def kill(self):
            self._own_ports.clear()     # else it looks for them as it noted
            super().kill()

        def run(self, hostname, port, *, password, ssl, run_services,
                faketime, websocket_hostname, websocket_port):
            if ssl or websocket_hostname is not None or run_services:
                raise runner.NotImplementedByController(
                    "TLS, WebSocket and accounts are not there yet")
            self.hostname, self.port = hostname, port
            self.create_config()
            with self.open_file("operators") as out:
                out.write("operuser operpassword\n")
            command = [os.environ["LIAOD"], "--listen", f"irc://{hostname}:{port}",
                       "--name", "My.Little.Server",
                       "--about", "test server", "--log-level", "warning",
                       "--operators", self.directory / "operators"]
            if password:
                with self.open_file("password") as out:
                    out.write(password + "\n")
                command += ["--password-file", self.directory / "password"]
            if faketime and shutil.which("faketime"):
                command = ["faketime", "-f", faketime, *command]
                self.faketime_enabled = True
            self.proc = self.execute(command, stdin=subprocess.DEVNULL)

    return LiaodController


def get_irctest_controller_class():
    return _controller_class()
