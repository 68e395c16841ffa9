"""Troubles that alerts tell of, each bounded in count and time, in the network namespace that it runs in."""

import json
import os
import select
import socket
import struct
import sys
import time


def no_port(host, port, failures, name=None):
    """Connects to a listener of its own until no port is left and that many more times; tells how often."""
    if name:
        with open("/proc/self/comm", "w", encoding="ascii") as file:
            file.write(name)
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


def closers(host, port, rate, seconds):
    """Connects and closes first, so many times a second."""
    made = 0
    with socket.create_server((host, int(port)), backlog=1000) as listener:
        for _ in range(int(seconds)):
            for _ in range(int(rate)):
                sock = socket.create_connection((host, int(port)))
                far = listener.accept()[0]
                sock.close()
                far.close()
                made += 1
            time.sleep(1)
    return made


def deaf(host, rate, seconds):
    """Sends to a socket that nobody reads, so many datagrams a second; tells its pid, port and the drops of /proc."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    sock.bind((host, 0))
    port = sock.getsockname()[1]
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for _ in range(int(seconds) * 10):
        for _ in range(int(rate) // 10):
            sender.sendto(bytes(100), (host, port))
        time.sleep(0.1)
    time.sleep(2.5)
    with open("/proc/net/udp", encoding="ascii") as file:
        lines = [line.split() for line in file if f":{port:04X} 00000000:0000" in line]
    return {"pid": os.getpid(), "port": port, "drops": int(lines[0][-1])}


def stream_to(port, seconds, *hosts):
    """Sends to each of them for so long, as fast as they take it; tells how many segments were sent again."""
    socks = [socket.create_connection((host, int(port))) for host in hosts]
    end = time.time() + float(seconds)
    for sock in socks:
        sock.setblocking(False)
    while time.time() < end:
        for sock in select.select([], socks, [], 0.1)[1]:
            try:
                sock.send(bytes(20000))
            except BlockingIOError:
                pass
        time.sleep(0.002)
    return len(socks)


def swallow(port):
    """Reads what comes to a port of all addresses, until its standard input ends."""
    listener = socket.create_server(("", int(port)))
    socks = [listener, sys.stdin]
    while True:
        for sock in select.select(socks, [], [])[0]:
            if sock is sys.stdin:
                return 0
            if sock is listener:
                socks.append(listener.accept()[0])
            elif not sock.recv(1 << 20):
                socks.remove(sock)


def flood(host, port, rate, seconds):
    """Sends so many empty datagrams a second to a port; tells how many."""
    sock, sent, began = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0, time.time()
    while sent < int(rate) * int(seconds):
        for _ in range(int(rate) // 20):
            sock.sendto(b"", (host, int(port)))
            sent += 1
        time.sleep(max(0, began + sent / int(rate) - time.time()))
    return sent


def raw_flood(kind, host, port, rate, seconds):
    """Sends so many packets of a kind a second: messages, fragments, resets; tells how many."""
    number = {"messages": 1, "fragments": 17, "resets": 6}[kind]
    # an echo request; a piece from the middle of a datagram that never gets whole; an RST of no connection
    body = {
        "messages": struct.pack("!BBHHH", 8, 0, 0xF7FE, 0, 1),
        "fragments": bytes(16),
        "resets": struct.pack("!HHIIBBHHH", 443, int(port), 7, 0, 0x50, 4, 0, 0, 0),
    }[kind]
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, number)
    sent, began = 0, time.time()
    if kind == "fragments":
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_HDRINCL, 1)
        header = struct.pack("!BBHHHBBH", 0x45, 0, 36, 0, 0x2001, 64, 17, 0)
        body = header + source_of(host) + socket.inet_aton(host) + body
    if kind == "resets":
        body = body[:16] + struct.pack("!H", tcp_sum(source_of(host), socket.inet_aton(host), body)) + body[18:]
    while sent < int(rate) * int(seconds):
        for _ in range(int(rate) // 20):
            sock.sendto(body, (host, 0))
            sent += 1
        time.sleep(max(0, began + sent / int(rate) - time.time()))
    return sent


def source_of(host):
    """The address that packets to a host come from."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect((host, 9))
        return socket.inet_aton(sock.getsockname()[0])


def tcp_sum(source, destination, segment):
    """RFC 9293, 3.1."""
    data = source + destination + struct.pack("!HH", 6, len(segment)) + segment
    words = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while words >> 16:
        words = (words & 0xFFFF) + (words >> 16)
    return ~words & 0xFFFF


def amplifier(host, port, size, count):
    """Answers each of so many datagrams with that many bytes; tells its pid and the bytes both ways."""
    received = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, int(port)))
        for _ in range(int(count)):
            data, peer = sock.recvfrom(2000)
            received += len(data)
            sock.sendto(bytes(int(size)), peer)
        time.sleep(3)
    return {"pid": os.getpid(), "received": received, "sent": int(count) * int(size)}


def ask(host, port, size, count, rate):
    """So many questions, one after another, so many a second."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0.5)
        asked = 0
        for _ in range(int(count) + 20):
            sock.sendto(bytes(int(size)), (host, int(port)))
            try:
                sock.recv(65536)
                asked += 1
            except TimeoutError:
                pass  # it does not listen yet
            if asked == int(count):
                break
            time.sleep(1 / int(rate))
    return asked


def hold(host, port, count, seconds):
    """Holds so many connections to itself for so long."""
    with socket.create_server((host, int(port)), backlog=1000) as listener:
        held = [socket.create_connection((host, int(port))) for _ in range(int(count))]
        held += [listener.accept()[0] for _ in range(int(count))]
        time.sleep(float(seconds))
        return len(held)


name, *args = sys.argv[1:]
print(json.dumps(globals()[name](*args)))
