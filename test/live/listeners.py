"""Servers of several habits, and clients that bring them into trouble: listeners.py ACT PORT SECONDS."""

import random
import select
import socket
import struct
import sys
import threading
import time

HERE = "192.0.2.1"
THERE = "192.0.2.2"
PREFIX = "198.51.100."


def listener(port, backlog):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((HERE, port))
    server.listen(backlog)
    print("ready", flush=True)
    return server


def answer(connection):
    with connection:
        while True:
            try:
                asked = connection.recv(4096)
                if not asked:
                    return
                connection.sendall(asked)
            except OSError:
                return


def serve(port, until, backlog=128, pause=0.0):
    """Answers each client at once; with a pause it looks for them so often only."""
    server = listener(port, backlog)
    server.setblocking(False)
    while time.monotonic() < until:
        select.select([server], [], [], 0.2)
        time.sleep(pause)
        while True:
            try:
                connection = server.accept()[0]
            except OSError:
                break
            connection.setblocking(True)
            threading.Thread(target=answer, args=(connection,), daemon=True).start()


def serve_slowly(port, until):
    """Takes a client every two seconds."""
    server = listener(port, 16)
    taken = []
    while time.monotonic() < until:
        time.sleep(2)
        taken.append(server.accept()[0])


def serve_on_demand(port, until):
    """Takes a client for each line that it reads."""
    server = listener(port, 8)
    taken = []
    for _ in sys.stdin:
        taken.append(server.accept()[0])
        print("taken", flush=True)


def queue_up(port, until):
    """Five clients, one after the other."""
    clients = []
    for _ in range(5):
        clients.append(socket.create_connection((HERE, port), 5))
        time.sleep(0.2)
    print(" ".join(str(client.getsockname()[1]) for client in clients), flush=True)
    time.sleep(max(0, until - time.monotonic()))


def ask(port, address=THERE):
    """A client that has something to say; False: it was not served."""
    try:
        with socket.create_connection((HERE, port), 5, (address, 0)) as client:
            for _ in range(3):
                client.sendall(b"question")
                if not client.recv(4096):
                    return False
                time.sleep(0.01)
        return True
    except OSError:
        return False


def ask_often(port, until):
    """Some thirty honest clients a second, at random moments."""
    while time.monotonic() < until:
        threading.Thread(target=ask, args=(port,), daemon=True).start()
        time.sleep(random.expovariate(30))


def crowd(port, until):
    """Clients that stay, more than the queue takes: thirty at once, then three a second."""
    clients = []
    while time.monotonic() < until:
        for _ in range(3 if clients else 30):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex((HERE, port))
            clients.append(client)
        time.sleep(1)


def burst(port, until):
    """A hundred honest clients at once, every second."""
    while time.monotonic() < until:
        for _ in range(100):
            threading.Thread(target=ask, args=(port,), daemon=True).start()
        time.sleep(1)


def connect_and_close(port, until):
    """A hundred real connections a second, without a byte."""
    made = 0
    while time.monotonic() < until:
        with socket.create_connection((HERE, port), 5):
            made += 1
        time.sleep(0.01)
    print(made, flush=True)


def ask_from_prefix(port, until):
    """Clients of one network to which no answer comes, among others that are served."""
    lost = []
    for host in range(1, 11):
        client = socket.socket()
        client.setblocking(False)
        client.bind((PREFIX + str(host), 0))
        client.connect_ex((HERE, port))
        lost.append(client)
    ask_often(port, until)


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def syn(source, source_port, port):
    ends = socket.inet_aton(source) + socket.inet_aton(HERE)
    words = (source_port, port, random.getrandbits(32), 0, 0x5002, 64240)
    head = struct.pack("!HHIIHHHH", *words, 0, 0)
    total = checksum(ends + struct.pack("!HH", 6, len(head)) + head)
    segment = struct.pack("!HHIIHHHH", *words, total, 0)
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0, 64, 6, 0) + ends + segment


def flood(port, until):
    """Four hundred SYNs a second, each from an address that nobody has."""
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    sent = 0
    while time.monotonic() < until:
        for _ in range(8):
            source = "10.%d.%d.%d" % (random.randrange(256), random.randrange(256), random.randrange(1, 255))
            raw.sendto(syn(source, random.randrange(1024, 65536), port), (HERE, 0))
            sent += 1
        time.sleep(0.02)
    print(sent, flush=True)


def flood_from_network(port, until):
    """Three SYNs of each of a hundred addresses of one network."""
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    for source_port in (2001, 2002, 2003):
        for host in range(1, 101):
            raw.sendto(syn("203.0.113.%d" % host, source_port, port), (HERE, 0))
            time.sleep(0.001)
    print("sent", flush=True)


ACTS = {
    "serve": serve,
    "serve-late": lambda port, until: serve(port, until, 32, 0.05),
    "serve-slowly": serve_slowly,
    "serve-on-demand": serve_on_demand,
    "queue-up": queue_up,
    "ask-often": ask_often,
    "crowd": crowd,
    "burst": burst,
    "connect-and-close": connect_and_close,
    "ask-from-prefix": ask_from_prefix,
    "flood": flood,
    "flood-from-network": flood_from_network,
}
ACTS[sys.argv[1]](int(sys.argv[2]), time.monotonic() + float(sys.argv[3]))
