#!/usr/bin/python3
"""The lab's client on a machine that takes 30 ms to come back to recv()."""
import socket
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
import lab_client


class SlowSocket(socket.socket):
    def recv(self, *args):
        time.sleep(0.03)    # what it is, not what we wait for
        return super().recv(*args)


socket.socket = SlowSocket      # where create_connection() looks
lab_client.main()
