#!/usr/bin/python3
"""The client of the socket-programming lab, written anew from what it does.

Reads the server's ip and port from standard input and connects. From then on
each line of input is sent as it is, without its newline; a thread prints what
each recv() returns. q, which is sent too, and the end of input leave.
"""
import socket
import sys
import threading


def listen(server):
    while True:
        try:
            text = server.recv(1024).decode()
        except OSError:     # we closed it
            return
        if not text:
            return
        print(text, flush=True)


def main():
    ip = input("ip: ")
    port = int(input("port: "))
    server = socket.create_connection((ip, port))
    print("connected", flush=True)
    threading.Thread(target=listen, args=(server,), daemon=True).start()
    text = ""
    while text != "q":
        line = sys.stdin.readline()
        text = line.rstrip("\n") if line else "q"
        server.send(text.encode())
    server.close()


if __name__ == "__main__":
    main()
