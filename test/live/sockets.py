"""What a test needs of sockets that Node.js does not offer. Prints one JSON value, then waits for stdin to close."""

import json
import os
import socket
import struct
import sys
import tempfile


def family(host):
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def tell(value):
    print(json.dumps(value), flush=True)


def peek(host, count):
    """Binds and tells the port; looks at every datagram with MSG_PEEK, twice, before it takes it."""
    sock = socket.socket(family(host), socket.SOCK_DGRAM)
    sock.bind((host, 0))
    tell(sock.getsockname()[1])
    taken = 0
    for _ in range(int(count)):
        sock.recv(65536, socket.MSG_PEEK)
        sock.recvmsg(65536, 0, socket.MSG_PEEK)
        taken += len(sock.recv(65536))
    tell(taken)


def sendfile(host, port, size):
    """Sends a file of that size without copying it; tells the bytes."""
    with tempfile.TemporaryFile() as file, socket.create_connection((host, int(port))) as sock:
        file.truncate(int(size))
        sent = 0
        while sent < int(size):
            sent += os.sendfile(sock.fileno(), file.fileno(), sent, int(size) - sent)
        tell(sent)
        sys.stdin.read()


def prefork(host, receive, send):
    """Tells the port, accepts in the parent, uses the connection in a child; tells the child's pid."""
    with socket.create_server((host, 0), family=family(host)) as listener:
        tell(listener.getsockname()[1])
        sock, _ = listener.accept()
        child = os.fork()
        if child:
            sock.close()
            tell(child)
            sys.stdin.read()
            os.waitpid(child, 0)
            return
        left = int(receive)
        while left:
            left -= len(sock.recv(left))
        sock.sendall(bytes(int(send)))
        sys.stdin.read()


def echo(host, count, size):
    """ICMP or ICMPv6 echo requests from a raw socket, each answered before the next (RFC 792, RFC 4443)."""
    v6 = ":" in host
    protocol = socket.IPPROTO_ICMPV6 if v6 else socket.IPPROTO_ICMP
    request, reply = (128, 129) if v6 else (8, 0)
    sock = socket.socket(family(host), socket.SOCK_RAW, protocol)
    for number in range(int(count)):
        body = struct.pack("!HH", os.getpid() & 0xFFFF, number) + bytes(int(size))
        header = struct.pack("!BBH", request, 0, 0)
        sock.sendto(struct.pack("!BBH", request, 0, checksum(header + body)) + body, (host, 0))
        while (sock.recv(2048) if v6 else sock.recv(2048)[20:])[:1] != bytes([reply]):
            pass
    tell(int(count))
    sys.stdin.read()


def checksum(data):
    """RFC 1071; over ICMPv6 the kernel puts its own."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
    sys.stdin.read()
