#!/usr/bin/env python3
"""A bad network on this machine: a UDP proxy that loses, doubles, delays and
so reorders datagrams, the same way for the same seed. It needs no root.

  lossy.py HOST PORT [--loss 20] [--twice 5] [--delay 0-30] [--seed 1]
           [--every N] [--listen PORT]

It prints the port to use instead of HOST's, and on SIGINT or at the end of
its input what it has done. --loss and --twice are percent, each way; --delay
is milliseconds, each way. --every N loses each Nth, each way, and does nothing
else.
"""
import argparse
import heapq
import os
import random
import selectors
import socket
import sys
import time


class Lossy:
    """The proxy. Each client has a socket of its own towards the server."""

    def __init__(self, server, loss=0, twice=0, delay=(0, 0), seed=1,
                 listen=0, every=0):
        self.server, self.loss, self.twice, self.delay = (
            server, loss, twice, delay)
        self.dice = random.Random(seed)
        self.selector = selectors.DefaultSelector()
        self.clients = {}   # address: socket
        self.due = []       # (when, order, socket, bytes, address or None)
        self.order = 0
        self.came = self.lost = 0
        self.every = every  # 0: by dice
        self.carried = {True: 0, False: 0}  # to the server; from it
        family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
        self.front = socket.socket(family, socket.SOCK_DGRAM)
        self.front.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.front.bind((server[0], listen))
        self.front.setblocking(False)
        self.port = self.front.getsockname()[1]
        self.selector.register(self.front, selectors.EVENT_READ, None)

    def towards_server(self, client):
        if client not in self.clients:
            back = socket.socket(self.front.family, socket.SOCK_DGRAM)
            back.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            back.connect(self.server)
            back.setblocking(False)
            self.clients[client] = back
            self.selector.register(back, selectors.EVENT_READ, client)
        return self.clients[client]

    def carry(self, through, datagram, to):
        """To be sent through this socket, once, twice, or not at all."""
        self.came += 1
        if self.is_lost(to is None):
            self.lost += 1
            return
        copies = 2 if self.dice.random() * 100 < self.twice else 1
        for _ in range(copies):
            delay = self.dice.uniform(*self.delay) / 1000
            self.order += 1
            heapq.heappush(self.due, (time.monotonic() + delay, self.order,
                                      through, datagram, to))

    def is_lost(self, is_to_server):
        if self.every == 0:
            return self.dice.random() * 100 < self.loss
        self.carried[is_to_server] += 1
        return self.carried[is_to_server] % self.every == 0

    def read_all(self, sock, client):
        while True:
            try:
                datagram, sender = sock.recvfrom(65535)
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                continue
            if client is None:
                self.carry(self.towards_server(sender), datagram, None)
            else:
                self.carry(self.front, datagram, client)

    def send_due(self):
        while self.due and self.due[0][0] <= time.monotonic():
            _, _, through, datagram, to = heapq.heappop(self.due)
            try:
                if to is None:
                    through.send(datagram)
                else:
                    through.sendto(datagram, to)
            except (BlockingIOError, ConnectionRefusedError):
                self.lost += 1

    def turn(self, most=1.0):
        wait = most
        if self.due:
            wait = min(most, max(0, self.due[0][0] - time.monotonic()))
        for key, _ in self.selector.select(wait):
            if isinstance(key.fileobj, socket.socket):
                self.read_all(key.fileobj, key.data)
        self.send_due()


def main():
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("host")
    options.add_argument("port", type=int)
    options.add_argument("--loss", type=float, default=20)
    options.add_argument("--twice", type=float, default=5)
    options.add_argument("--delay", default="0-30")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--every", type=int, default=0)
    options.add_argument("--listen", type=int, default=0)
    o = options.parse_args()
    least, _, most = o.delay.partition("-")
    lossy = Lossy((o.host, o.port), o.loss, o.twice,
                  (float(least), float(most or least)), o.seed, o.listen,
                  o.every)
    if o.every:
        lossy.twice, lossy.delay = 0, (0, 0)
    print(f"{o.host} {lossy.port}", flush=True)
    lossy.selector.register(sys.stdin, selectors.EVENT_READ, "stdin")
    try:
        while True:
            lossy.turn()
            for key, _ in lossy.selector.select(0):
                if key.data == "stdin" and not os.read(0, 4096):
                    raise KeyboardInterrupt
    except KeyboardInterrupt:
        print(f"lost {lossy.lost} of {lossy.came} datagrams", flush=True)


if __name__ == "__main__":
    main()
