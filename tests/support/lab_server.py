#!/usr/bin/python3
"""The server of the socket-programming lab, written anew from what it does.

Asks on standard input for its port (0: a free one), its mode (p2p or hub) and
how many clients it takes at most. Nothing frames a message: what one recv()
returned is one. What it cannot decode ends that client's thread, as there.
"""
import socket
import sys
import threading


class LabServer:
    def __init__(self, port=0, mode="hub", most=10, console=print):
        self.socket = socket.create_server(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        self.mode = mode
        self.most = most
        self.console = console
        self.clients = {}   # (ip, port): socket

    def serve(self):
        while True:
            try:
                client, address = self.socket.accept()
            except OSError:     # close()
                return
            if len(self.clients) >= self.most:
                client.close()
                continue
            self.clients[address] = client
            self.console(f"({address[0]},{address[1]})成功连接")
            threading.Thread(target=self.listen_to, args=(client, address),
                             daemon=True).start()

    def listen_to(self, client, address):
        name = f"({address[0]},{address[1]})"
        while True:
            try:
                text = client.recv(1024).decode()
            except OSError:
                text = ""
            if text in ("", "q"):
                break
            self.console(f"{name}:{text}")
            self.tell_others(address, f"{name}:{text}")
        del self.clients[address]
        client.close()
        self.console(f"{name}已退出聊天")
        self.tell_others(address, f"{name}已退出聊天")

    def tell_others(self, author, text):
        if self.mode == "hub":
            for address, client in list(self.clients.items()):
                if address != author:
                    client.send(text.encode())

    def say(self, text):
        """A line of the server's own user; how p2p talks back."""
        for client in list(self.clients.values()):
            client.send(text.encode())

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for client in list(self.clients.values()):
            client.close()


def main():
    port = int(input("port: "))
    mode = input("mode (p2p or hub): ")
    most = int(input("most clients: "))
    server = LabServer(port, mode, most, lambda s: print(s, flush=True))
    print(f"listening on port {server.port}", flush=True)
    threading.Thread(target=server.serve, daemon=True).start()
    for line in sys.stdin:
        server.say(line.rstrip("\n"))
    server.close()


if __name__ == "__main__":
    main()
