"""corked-server.py PORT: answers /HOW/BYTES with so many, the end of the connection in the segment of the last one."""

import socket
import sys

server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    with client:
        target = client.recv(4096).split(b" ")[1].decode()
        how, size = target.strip("/").split("/")
        length = f"Content-Length: {size}\r\n" if how == "length" else ""
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        client.sendall(f"HTTP/1.1 200 OK\r\nConnection: close\r\n{length}\r\n".encode() + b"x" * int(size))
