#!/usr/bin/python3
"""The hub that a socket-programming lab describes, on lines: a thread for each
member waits for what he says, and sends it to all others itself.

    thread_hub.py PORT

It speaks as much of liao-wire(7) as liao-bench needs, and is here to be
measured. One who does not read stops everybody, which is its lesson.
"""
import socket
import sys
import threading

# Left to itself the kernel keeps 4 MB for one who does not read, and what
# happens then would take minutes to see. More than a benchmark has under way.
SEND_BYTES = 64 << 10

members = {}            # socket: name
lock = threading.Lock()


def serve(member, name):
    with lock:
        members[member] = name
    member.sendall(f"-- liao: you are {name}, in room lobby\n".encode())
    try:
        for line in member.makefile("rb"):
            if line != b"\n":       # said to nobody
                tell_others(member, name.encode() + b": " + line)
    except OSError:     # reset by its peer
        pass
    with lock:
        del members[member]
    member.close()


def tell_others(author, line):
    # One order for all: who speaks has the hub to himself.
    with lock:
        for member in members:
            if member is not author:
                try:
                    member.sendall(line)
                except OSError:     # it left; its own thread sees that, too
                    pass


def main():
    threading.stack_size(64 << 10)      # there will be thousands
    hub = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=4096)
    number = 0
    while True:
        member, _ = hub.accept()
        member.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        member.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)
        number += 1
        threading.Thread(target=serve, args=(member, f"guest{number}"),
                         daemon=True).start()


if __name__ == "__main__":
    main()
