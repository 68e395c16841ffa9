"""Troubles that alerts tell of, each bounded in count and time, in the network namespace that it runs in."""

import json
import os
import select
import socket
import struct
import sys
import time


def no_port(host, port, failures):
    """Connects to a listener of its own until no port is left and that many more times; tells where and how often."""
    held, failed = [], 0
    with socket.create_server((host, int(port)), backlog=1000) as listener:
        while failed < int(failures):
            sock = socket.socket()
            try:
                sock.connect((host, int(port)))
                held += [sock, listener.accept()[0]]
            except OSError:
                failed += 1
                time.sleep(0.02)
    return failed


def entries(count):
    """That many datagrams, each an entry of conntrack."""
    sent, socks = 0, []
    while sent < int(count):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        socks.append(sock)
        for port in range(1, 60001):
            if sent == int(count):
                break
            try:
                sock.sendto(b"", ("127.9.0.1", port))
            except OSError:
                pass
            sent += 1
    return sent


def flush():
    """Empties the table of conntrack: IPCTNL_MSG_CT_DELETE without a tuple."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12) as sock:
        sock.send(struct.pack("=IHHIIBBH", 20, 1 << 8 | 2, 5, 1, 0, socket.AF_INET, 0, 0))
        return struct.unpack_from("=i", sock.recv(4096), 16)[0]


def scan(host, first, last, seconds="0.5"):
    """Tries each port once for so long; tells who it is and how many were open, refused, silent."""
    socks, told = {}, {"pid": os.getpid(), "open": 0, "refused": 0, "silent": 0}
    for port in range(int(first), int(last) + 1):
        sock = socket.socket()
        sock.setblocking(False)
        socks[sock] = sock.connect_ex((host, port))
    time.sleep(float(seconds))
    for sock in socks:
        error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        ready = select.select([], [sock], [], 0)[1]
        told["refused" if error else "open" if ready else "silent"] += 1
        sock.close()
    return told


def peer(host, port, count, first, last):
    """Tries ports while it has so many connections, and keeps them for three seconds after."""
    held = [socket.create_connection((host, int(port))) for _ in range(int(count))]
    time.sleep(2)
    told = scan(host, first, last)
    time.sleep(3)
    return told if held else None


name, *args = sys.argv[1:]
print(json.dumps(globals()[name](*args)))
