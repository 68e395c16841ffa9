"""What a test needs of sockets that Node.js does not offer. Prints one JSON value, then waits for stdin to close."""

import ctypes
import errno
import fcntl
import json
import os
import queue
import select
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time


UDP_SEGMENT = 103


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


def under_way(host):
    """Connects to itself and tells the port; one end is on its way through a unix socket and in no table of files."""
    with socket.create_server((host, 0), family=family(host)) as listener:
        near = socket.create_connection(listener.getsockname()[:2])
        far, _ = listener.accept()
        sender, receiver = socket.socketpair(socket.AF_UNIX)
        socket.send_fds(sender, [b"!"], [far.fileno()])
        far.close()
        near.sendall(bytes(1000))
        tell(listener.getsockname()[1])
        sys.stdin.read()
        receiver.close()


def full(namespace, host):
    """In a namespace of that name: binds a socket with room for next to nothing and tells the port."""
    with open(f"/run/netns/{namespace}", encoding="ascii") as file:
        ctypes.CDLL(None).setns(file.fileno(), 0)
    with socket.socket(family(host), socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        sock.bind((host, 0))
        tell(sock.getsockname()[1])
        sys.stdin.read()


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


def busy(host, limit, waiting):
    """Listens and tells the port; so many connections are made to it, none is accepted."""
    with socket.create_server((host, 0), family=family(host), backlog=int(limit)) as listener:
        address = listener.getsockname()[:2]
        _made = [socket.create_connection(address) for _ in range(int(waiting))]
        tell(address[1])
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


def keep(host, *sizes):
    """Tells the port; accepts, answers a byte to each so many bytes; keeps the socket when it is reset."""
    with socket.create_server((host, 0), family=family(host)) as listener:
        tell(listener.getsockname()[1])
        sock, _ = listener.accept()
        for size in sizes:
            receive(sock, int(size))
            sock.send(b"1")
        sys.stdin.read()
        sock.close()


def reset(host, port, before, after):
    """Sends, waits for a line, sends again and resets the connection with SO_LINGER 0."""
    sock = socket.create_connection((host, int(port)))
    sock.sendall(bytes(int(before)))
    receive(sock, 1)
    sys.stdin.readline()
    sock.sendall(bytes(int(after)))
    receive(sock, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
    tell(0)
    sys.stdin.read()


def reconnect(host, port, times, size):
    """Connects one socket again and again; each time that many bytes go there and come back."""
    sock = socket.socket(family(host), socket.SOCK_STREAM)
    nowhere = ctypes.create_string_buffer(16)  # AF_UNSPEC: connect(2) dissolves the connection
    for _ in range(int(times)):
        sock.connect((host, int(port)))
        sock.sendall(bytes(int(size)))
        receive(sock, int(size))
        ctypes.CDLL(None).connect(sock.fileno(), nowhere, len(nowhere))
    tell(int(times))
    sys.stdin.read()


def receive(sock, size):
    while size:
        size -= len(sock.recv(min(size, 65536)))


def timestamps(host, count, size):
    """Sends datagrams to itself and takes each a second time, from the error queue, with its time of sending."""
    receiver = socket.socket(family(host), socket.SOCK_DGRAM)
    receiver.bind((host, 0))
    sender = socket.socket(family(host), socket.SOCK_DGRAM)
    sender.setsockopt(socket.SOL_SOCKET, 37, 1 << 1 | 1 << 4)  # SO_TIMESTAMPING: sent and told, by software
    tell(0)
    sys.stdin.readline()
    for _ in range(int(count)):
        sender.sendto(bytes(int(size)), receiver.getsockname())
        receiver.recv(65536)
        select.select([sender], [], [])
        sender.recvmsg(65536, 1024, socket.MSG_ERRQUEUE)
    tell(int(count))
    sys.stdin.read()


def serve(host, port):
    """Binds a datagram socket and tells the port; echoes for ever."""
    sock = socket.socket(family(host), socket.SOCK_DGRAM)
    sock.bind((host, int(port)))
    tell(sock.getsockname()[1])
    while True:
        sock.sendto(*sock.recvfrom(65536))


def late(host, port):
    """Opens a datagram socket, waits for a line, and only then asks and is answered; tells its port."""
    sock = socket.socket(family(host), socket.SOCK_DGRAM)
    tell(0)
    sys.stdin.readline()
    sock.sendto(b"?", (host, int(port)))
    sock.recv(65536)
    tell(sock.getsockname()[1])
    sys.stdin.read()


def frames(interface, *frames):
    """Sends these frames, given in hexadecimal, for each line."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sock.bind((interface, 0))
    tell(len(frames))
    while sys.stdin.readline():
        for frame in frames:
            sock.send(bytes.fromhex(frame))


def marked(host, port, mark):
    """Sends a datagram with this mark for each line."""
    sock = socket.socket(family(host), socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, int(mark))
    tell(0)
    while sys.stdin.readline():
        sock.sendto(b"nettop", (host, int(port)))


def tap(interface, ethertype):
    """Reads frames of this type; tells the length of each."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(int(ethertype)))
    sock.bind((interface, int(ethertype)))
    tell(0)
    while True:
        tell(len(sock.recv(65536)))


def sink(host, size, pause_ms):
    """Tells the port; accepts with a small receive buffer and reads so many bytes at a time; 0 is no pause."""
    with socket.socket(family(host)) as listener:
        if int(pause_ms):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32768)
        listener.bind((host, 0))
        listener.listen()
        tell(listener.getsockname()[1])
        sock, _ = listener.accept()
        while sock.recv(int(size)):
            time.sleep(int(pause_ms) / 1000)


def source(host, port, size, pause_ms, send_buffer):
    """Tells the local port; sends so many bytes at a time by cubic, with a pause in between, until it is ended."""
    with socket.socket(family(host)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
        if int(send_buffer):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, int(send_buffer))
        sock.connect((host, int(port)))
        tell(sock.getsockname()[1])
        while True:
            sock.sendall(bytes(int(size)))
            time.sleep(int(pause_ms) / 1000)


def names(public, private):
    """A DNS server on port 53 with two names; tells 0, then 1 for the public address, 2 for the private one."""
    known = {b"\x014\x014\x018\x018": (1, public), b"\x019\x019\x019\x0210": (2, private)}
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 53))
    tell(0)
    while True:
        query, sender = sock.recvfrom(512)
        number, name = next((known[zone] for zone in known if query[12:].startswith(zone)), (0, ""))
        if not number:
            sock.sendto(query[:2] + b"\x81\x83" + query[4:], sender)
            continue
        tell(number)
        data = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
        end = query.index(b"\0", 12) + 5
        head = query[:2] + struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0)
        answer = struct.pack("!HHHIH", 0xC00C, 12, 1, 60, len(data)) + data
        sock.sendto(head + query[12:end] + answer, sender)


def attempt(host, port):
    """For a line tries to connect; tells the number of the error, 0 for none, and the microseconds that it took."""
    tell(0)
    sys.stdin.readline()
    sock = socket.socket(family(host), socket.SOCK_STREAM)
    began = time.monotonic_ns()
    error = 0
    try:
        sock.connect((host, int(port)))
    except OSError as problem:
        error = problem.errno
    took = time.monotonic_ns() - began
    sock.close()
    tell(error)
    tell(took / 1000)


def attempts(sockets, *addresses):
    """For a line connects to each address and port, by one socket or by many; tells the numbers of the errors."""
    tell(0)
    sys.stdin.readline()
    errors, sock = [], None
    for host, port in zip(addresses[::2], addresses[1::2]):
        if sock is None or sockets == "many":
            sock = socket.socket(family(host), socket.SOCK_STREAM)
        errors.append(sock.connect_ex((host, int(port))))
    if sock:
        sock.close()
    tell(errors)


def failures(taken):
    """For a line makes calls that fail; tells of each its call, protocol, ends and the name of its error."""
    kinds = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM, "raw": socket.SOCK_RAW}

    def fail(call, kind, end, act, host="127.0.0.1"):
        sock = socket.socket(family(host), kinds[kind], 1 if kind == "raw" else 0)
        try:
            act(sock)
        except OSError as problem:
            return [call, kind, *end, errno.errorcode[problem.errno]]
        return [call, kind, *end, None]

    def listen_late(sock):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", other))
        listener.listen()
        sock.listen()

    def send_closed(act):
        def send(sock):
            sock.connect(("127.0.0.1", 9))
            sock.send(b"x")
            act(sock)

        return send

    taken = int(taken)
    tcp, udp, listener = (socket.socket(type=kinds[kind]) for kind in ("tcp", "udp", "tcp"))
    tcp.bind(("127.0.0.1", taken))
    tcp.listen()
    udp.bind(("127.0.0.1", taken))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    other = listener.getsockname()[1]
    tell(other)
    sys.stdin.readline()
    far, far6 = ("192.0.2.9", 53), ("2001:db8::9", 53)
    local = ("127.0.0.1", 9)
    tell(
        [
            fail("bind", "tcp", ("127.0.0.1", taken), lambda sock: sock.bind(("127.0.0.1", taken))),
            fail("bind", "udp", ("127.0.0.1", taken), lambda sock: sock.bind(("127.0.0.1", taken))),
            fail("bind", "tcp", ("203.0.113.9", 80), lambda sock: sock.bind(("203.0.113.9", 80))),
            fail("bind", "udp", far6, lambda sock: sock.bind(far6), "::1"),
            fail("listen", "tcp", ("127.0.0.1", other), listen_late),
            fail("connect", "tcp", far, lambda sock: sock.connect(far)),
            fail("connect", "udp", far6, lambda sock: sock.connect(far6), "::1"),
            fail("send", "udp", far, lambda sock: sock.sendto(b"x", far)),
            fail("send", "udp", far6, lambda sock: sock.sendmsg([b"x"], [], 0, far6), "::1"),
            fail("send", "udp", local, lambda sock: sock.sendto(bytes(66000), local)),
            fail("send", "udp", local, send_closed(lambda sock: sock.send(b"x"))),
            fail("send", "udp", local, send_closed(lambda sock: os.write(sock.fileno(), b"x"))),
            fail("send", "raw", ("192.0.2.9", None), lambda sock: sock.sendto(bytes(8), ("192.0.2.9", 0))),
        ]
    )


def unroutable(broadcast, *addresses):
    """For a line sends a broadcast that it did not ask for, and connects and sends to each address."""
    tell(0)
    sys.stdin.readline()
    sockets = [socket.socket(type=socket.SOCK_DGRAM)]
    try:
        sockets[0].sendto(b"x", (broadcast, 9))
    except OSError:
        pass
    for host in addresses:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(family(host), kind) as sock:
                sock.connect_ex((host, 9))
        with socket.socket(family(host), socket.SOCK_DGRAM) as sock:
            try:
                sock.sendto(b"x", (host, 9))
            except OSError:
                pass
    tell(0)


def unheard(*addresses):
    """For a line sends to each address and port, where nobody listens, and after a second reads or sends again."""
    tell(0)
    sys.stdin.readline()
    sockets = []
    for host, port in zip(addresses[::2], addresses[1::2]):
        sock = socket.socket(family(host), socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.connect((host, int(port)))
        sock.send(b"x")
        sockets.append(sock)
    time.sleep(1)
    for place, sock in enumerate(sockets):
        try:
            sock.recv(1) if place % 2 else sock.send(b"x")
        except OSError:
            pass
    tell(0)


def hurt(port, *addresses):
    """Connects to each address and tells; for a line sends to each, and waits until all have ended. Gives up after 3 s."""
    sockets = [socket.create_connection((host, int(port))) for host in addresses]
    for sock in sockets:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 3000)
    tell(0)
    sys.stdin.readline()
    for sock in sockets:
        sock.send(b"x" * 100)
    errors = []
    for sock in sockets:
        try:
            sock.recv(1)
        except OSError as problem:
            errors.append(errno.errorcode[problem.errno])
    tell(errors)


def bindings(taken):
    """Holds a port; for a line binds others, some of them in vain, closes each and tells."""
    held = socket.create_server(("127.0.0.1", int(taken)))
    held_udp = socket.socket(type=socket.SOCK_DGRAM)
    held_udp.bind(("0.0.0.0", int(taken)))
    tell(0)
    sys.stdin.readline()
    for kind, host, port, options in [
        (socket.SOCK_STREAM, "0.0.0.0", int(taken), []),
        (socket.SOCK_DGRAM, "127.0.0.1", int(taken), []),
        (socket.SOCK_STREAM, "198.51.100.7", 0, []),
        (socket.SOCK_STREAM, "::1", int(taken), []),
        (socket.SOCK_STREAM, "127.0.0.1", 0, [(socket.IPPROTO_IP, 24, 1)]),  # IP_BIND_ADDRESS_NO_PORT
        (socket.SOCK_DGRAM, "127.0.0.1", 0, []),
    ]:
        with socket.socket(family(host), kind) as sock:
            for option in options:
                sock.setsockopt(*option)
            try:
                sock.bind((host, port))
            except OSError:
                pass
    tell(0)
    held.close()
    held_udp.close()


def accept_all(port):
    """Listens at a port of all addresses of both families; tells."""
    listener = socket.create_server(("", int(port)), family=socket.AF_INET6, dualstack_ipv6=True)
    tell(0)
    taken = []
    while True:
        taken.append(listener.accept()[0])


def abandon(host, port):
    """For a line begins to connect and does not wait for it; for another closes the socket."""
    tell(0)
    sys.stdin.readline()
    sock = socket.socket(family(host), socket.SOCK_STREAM)
    sock.setblocking(False)
    sock.connect_ex((host, int(port)))
    tell(0)
    sys.stdin.readline()
    sock.close()
    tell(0)


def pair(listener):
    """Both ends of a new connection: the one that connected and the one that was accepted."""
    client = socket.create_connection(listener.getsockname()[:2])
    return client, listener.accept()[0]


def still(host, size):
    """
    Tells the ports of both ends of a connection with so many unread bytes. For a line the accepted end reads all
    but one; for another the other end takes another congestion control; both send nothing by that.
    """
    listener = socket.create_server((host, 0), family=family(host))
    client, taken = pair(listener)
    client.sendall(bytes(int(size)))
    tell(listener.getsockname()[1])
    tell(client.getsockname()[1])
    sys.stdin.readline()
    taken.recv(int(size) - 1, socket.MSG_WAITALL)
    tell(0)
    sys.stdin.readline()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno")
    tell(0)
    sys.stdin.readline()


def exchange(host, there, back, closer):
    """
    For a line connects to itself and sends both ways; `closer` is the end that closes: client or server, or with
    -reset after it by a reset. Tells the port of the listener and of the client.
    """
    listener = socket.create_server((host, 0), family=family(host))
    tell(listener.getsockname()[1])
    sys.stdin.readline()
    client, server = pair(listener)
    tell(client.getsockname()[1])
    client.sendall(bytes(int(there)))
    receive(server, int(there))
    server.sendall(bytes(int(back)))
    receive(client, int(back))
    first, second = (client, server) if closer.startswith("client") else (server, client)
    if closer.endswith("-reset"):
        first.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        first.close()
    else:
        first.shutdown(socket.SHUT_WR)
        second.recv(1)
    second.close()
    first.close()
    tell(0)
    sys.stdin.read()


def tardy(host, pause_ms):
    """For a line connects to itself and accepts late. Tells the microseconds that lie between at least and at most."""
    listener = socket.create_server((host, 0), family=family(host))
    tell(listener.getsockname()[1])
    sys.stdin.readline()
    first = time.monotonic_ns()
    client = socket.create_connection(listener.getsockname()[:2])
    select.select([listener], [], [])
    second = time.monotonic_ns()
    time.sleep(int(pause_ms) / 1000)
    third = time.monotonic_ns()
    server, _ = listener.accept()
    tell((third - second) / 1000)
    tell((time.monotonic_ns() - first) / 1000)
    server.send(b"1")
    receive(client, 1)
    sys.stdin.read()


def short(host, count, size):
    """For a line makes so many connections to itself, one after the other, each with so many bytes."""
    listener = socket.create_server((host, 0), family=family(host))
    tell(listener.getsockname()[1])
    sys.stdin.readline()
    for _ in range(int(count)):
        client, server = pair(listener)
        client.sendall(bytes(int(size)))
        receive(server, int(size))
        client.close()
        server.recv(1)
        server.close()
    tell(int(count))


def stray(host, *ports):
    """For a line sends a TCP segment of no connection (RFC 9293, 3.1: an acknowledgment) to each port."""
    tell(0)
    sys.stdin.readline()
    with socket.socket(family(host), socket.SOCK_RAW, socket.IPPROTO_TCP) as sock:
        for port in ports:
            header = struct.pack("!HHIIBBHHH", 1, int(port), 1, 1, 0x50, 0x10, 500, 0, 0)
            address = socket.inet_pton(family(host), host)
            covered = address + address + struct.pack("!II", len(header), socket.IPPROTO_TCP) + header
            sock.sendto(header[:16] + struct.pack("!H", checksum(covered)) + header[18:], (host, 0))
    tell(0)


def checksum(data):
    """RFC 1071; over ICMPv6 the kernel puts its own."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def brief(host, port, size, count, python=sys.executable):
    """Starts processes one after the other that send one datagram each and are gone; tells their pids."""
    tell(0)
    sys.stdin.readline()
    program = "import socket, sys; socket.socket(%d, 2).sendto(b'x' * int(sys.argv[3]), (sys.argv[1], int(sys.argv[2])))"
    command = [python, "-S", "-c", program % family(host), host, port, size]
    pids = []
    for _ in range(int(count)):
        pids.append(os.posix_spawn(python, command, os.environ))
        os.waitpid(pids[-1], 0)
    tell(pids)


def execute(host, port, size, program):
    """Sends a datagram, becomes another program with the socket, sends another one from there."""
    sock = socket.socket(family(host), socket.SOCK_DGRAM)
    sock.sendto(b"x" * int(size), (host, int(port)))
    tell(0)
    sys.stdin.readline()
    sock.set_inheritable(True)
    send = "import os, socket, sys; s = socket.socket(fileno=int(sys.argv[1])); s.sendto(b'y' * int(sys.argv[4]), (sys.argv[2], int(sys.argv[3]))); sys.stdin.read()"
    os.execv(program, [program, "-S", "-c", send, str(sock.fileno()), host, port, size])


def thread(host, port, size):
    """Sends a datagram from the process's first thread and one from a thread with a name of its own."""
    prctl = ctypes.CDLL(None).prctl
    sock = socket.socket(family(host), socket.SOCK_DGRAM)

    def send():
        prctl(15, b"nt-thread", 0, 0, 0)  # PR_SET_NAME
        sock.sendto(b"x" * int(size), (host, int(port)))

    prctl(15, b"nt-process", 0, 0, 0)
    sock.sendto(b"x" * int(size), (host, int(port)))
    other = threading.Thread(target=send)
    other.start()
    other.join()
    tell(0)


def drop_user(host, port, uid):
    """Sends a datagram, becomes another user, and starts a child of that user that sends one; tells its pid."""
    sock = socket.socket(family(host), socket.SOCK_DGRAM)
    sock.sendto(b"x", (host, int(port)))
    os.setuid(int(uid))
    child = os.fork()
    if child == 0:
        sock.sendto(b"x", (host, int(port)))
        sys.stdin.read()
        os._exit(0)
    tell(child)


def ping(host, count):
    """Asks for echoes by a raw ICMP socket, one after the other; tells how many came."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    number = os.getpid() & 0xFFFF
    for sequence in range(int(count)):
        head = struct.pack("!BBHHH", 8, 0, 0, number, sequence) + b"x" * 56
        request = head[:2] + struct.pack("!H", checksum(head)) + head[4:]
        sock.sendto(request, (host, 0))
        while sock.recv(1024)[20:28] != struct.pack("!BBHHH", 0, 0, checksum(b"\0" + request[1:2] + b"\0\0" + request[4:]), number, sequence):
            pass
    tell(int(count))
    sys.stdin.read()


def hear(host, port):
    """Listens for connections at a port and takes none; tells the port."""
    with socket.create_server((host, int(port)), family=family(host)) as listener:
        tell(listener.getsockname()[1])
        sys.stdin.read()


class Sendings(ctypes.Structure):
    """struct mmsghdr of <sys/socket.h>."""

    _fields_ = [
        ("name", ctypes.c_char_p),
        ("name_length", ctypes.c_uint),
        ("parts", ctypes.c_void_p),
        ("part_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_long),  # an int, and what comes after struct msghdr
        ("sent", ctypes.c_uint),
    ]


def send_many(sock, addresses, size):
    """sendmmsg(2): one datagram to each address, in one call; how many bytes went to each."""
    data = ctypes.create_string_buffer(size)
    part = (ctypes.c_size_t * 2)(ctypes.addressof(data), size)
    calls = (Sendings * len(addresses))()
    for call, address in zip(calls, addresses):
        call.name, call.name_length = address, len(address)
        call.parts, call.part_count = ctypes.addressof(part), 1
    sent = ctypes.CDLL(None).sendmmsg(sock.fileno(), calls, len(calls), 0)
    return [call.sent for call in calls[:sent]]


def packed(host, port):
    """struct sockaddr_in or sockaddr_in6."""
    if ":" in host:
        return struct.pack("=HHI16sI", socket.AF_INET6, socket.htons(port), 0, socket.inet_pton(socket.AF_INET6, host), 0)
    return struct.pack("=HH4s8x", socket.AF_INET, socket.htons(port), socket.inet_aton(host))


def flows(host, at):
    """
    A socket that is bound at `host`, talks to three at `at`, and a fourth that is connected and also sends elsewhere:
    for a line, in each way that there is. Tells what each socket moved by far end, as the calls returned it:
    [local port, remote port, received, sent], where the remote port is 0 for what no call asked the sender of.
    """
    ends = [socket.socket(family(at), socket.SOCK_DGRAM) for _ in range(3)]
    for end in ends:
        end.bind((at, 0))
    sock = socket.socket(family(host), socket.SOCK_DGRAM)
    sock.bind((host, 0))
    mapped = family(host) != family(at)
    there = ("::ffff:" if mapped else "") + at
    ports = [end.getsockname()[1] for end in ends]
    own = sock.getsockname()[1]
    moved = {}

    def count(local, remote, received, sent):
        before = moved.get((local, remote), (0, 0))
        moved[local, remote] = (before[0] + received, before[1] + sent)

    tell(own)
    sys.stdin.readline()
    for size, (end, port) in enumerate(zip(ends, ports), 1):
        count(own, port, 0, sock.sendto(bytes(100 * size), (there, port)))
        data, (_, back, *_) = end.recvfrom(65536)
        count(port, back, len(data), 0)
        count(port, back, 0, end.sendto(bytes(10 * size), (at, back)))
        sock.recvfrom(65536, socket.MSG_PEEK)
        data, (_, sender, *_) = sock.recvfrom(65536)
        count(own, sender, len(data), 0)
        end.sendto(b"1", (at, own))
        count(port, own, 0, 1)
        sock.recvfrom(65536, socket.MSG_PEEK)
        count(own, 0, len(sock.recv(65536)), 0)
        sock.setblocking(False)
        try:
            sock.recvfrom(65536)
        except BlockingIOError:
            pass
        sock.setblocking(True)
    sent = send_many(sock, [packed(there, port) for port in ports], 7)
    for end, port, size in zip(ends, ports, sent):
        count(own, port, 0, size)
        data, _, _, _ = end.recvmsg(65536)
        count(port, own, len(data), 0)
    one = socket.socket(family(host), socket.SOCK_DGRAM)
    one.connect((there, ports[0]))
    count(one.getsockname()[1], ports[0], 0, one.send(bytes(50)))
    count(one.getsockname()[1], ports[0], 0, one.sendto(bytes(5), (there, ports[0])))
    count(one.getsockname()[1], ports[1], 0, one.sendto(bytes(60), (there, ports[1])))
    for number, size in (0, 50), (0, 5), (1, 60):
        data, (_, sender, *_) = ends[number].recvfrom(65536)
        count(ports[number], sender, len(data), 0)
    tell([[*key, *value] for key, value in moved.items()])
    sys.stdin.read()


def links(side, port, *devices):
    """The same two link-local addresses on each interface: fe80::1 connects to fe80::2, by TCP and by UDP."""
    held = []
    for device in devices:
        zone = socket.if_nametoindex(device)
        near, far = ("fe80::1", 0, 0, zone), ("fe80::2", int(port), 0, zone)
        tcp, udp = (socket.socket(socket.AF_INET6, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM))
        if side == "far":
            tcp.bind(far)
            tcp.listen()
            udp.bind(far)
        else:
            for sock in tcp, udp:
                sock.bind(near)
                sock.connect(far)
        held += [tcp, udp]
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    bound.bind(("127.0.0.1", 0))
    bound.listen()
    tell(bound.getsockname()[1])
    for sock in held[:: 2] if side == "far" else []:
        held.append(sock.accept()[0])
    sys.stdin.read()


def move_steadily(bytes_per_second, drops_per_second):
    """So many bytes a second to itself over TCP, and datagrams to the same port of UDP, where nobody listens."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    end = listener.getsockname()
    sender = socket.create_connection(end)
    receiver = listener.accept()[0]
    loser = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    threading.Thread(target=lambda: all(iter(lambda: receiver.recv(1 << 20), b"")), daemon=True).start()
    tell(end[1])
    began, moved, lost = time.monotonic(), 0, 0
    while time.monotonic() - began < 60:
        past = time.monotonic() - began
        due = int(past * int(bytes_per_second)) - moved
        sender.sendall(bytes(due))
        moved += due
        for _ in range(int(past * int(drops_per_second)) - lost):
            loser.sendto(b"x", end)
            lost += 1
        time.sleep(0.002)


def answer(*socks):
    """Sends every datagram back from where it came in, in a thread."""

    def serve():
        while True:
            for sock in select.select(socks, [], [])[0]:
                sock.sendto(*sock.recvfrom(65536))

    threading.Thread(target=serve, daemon=True).start()


def end(sock, where, received, sent):
    """Closes a socket; what nettop is to say of it: [pid, local port, far address, far port, received, sent]."""
    port = sock.getsockname()[1]
    sock.close()
    return [os.getpid(), port, *where[:2], received, sent]


def child(work):
    """What `work` gives in a process that is gone at once, whose pid it has."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, json.dumps(work()).encode())
        os._exit(0)
    os.wait()
    return json.loads(os.read(reader, 65536))


def fleeting(count):
    """For a line: UDP sockets that live for a moment, one in each way to use them; then `count` more, in turn. Tells of each as end()."""
    servers = [socket.socket(family(at), socket.SOCK_DGRAM) for at in ("127.0.0.1", "127.0.0.1", "127.0.0.1", "::1")]
    for sock, at in zip(servers, ("127.0.0.1", "127.0.0.1", "127.0.0.1", "::1")):
        sock.bind((at, 0))
    answer(*servers)
    four, other, third, six = [sock.getsockname()[:2] for sock in servers]
    mapped = "::ffff:127.0.0.1"
    ends = []
    tell(four[1])
    sys.stdin.readline()

    def ask(kind, where, connect, bind=None, shown=None):
        sock = socket.socket(kind, socket.SOCK_DGRAM)
        if bind:
            sock.bind(bind)
        if connect:
            sock.connect(where)
            sock.send(bytes(29))
        else:
            sock.sendto(bytes(29), where)
        sock.recvfrom(65536)
        return end(sock, shown or where, 29, 29)

    for kind, where in (socket.AF_INET, four), (socket.AF_INET6, six):
        for connect in False, True:
            ends.append(ask(kind, where, connect))
            ends.append(ask(kind, where, connect, (where[0], 0)))
    for connect in False, True:
        ends.append(ask(socket.AF_INET6, (mapped, four[1]), connect, None, four))
        ends.append(child(lambda: ask(socket.AF_INET, four, connect)))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for size, where in enumerate((four, other, third), 10):
        sock.sendmsg([bytes(size)], [], 0, where)
    for _ in range(3):
        sock.recvfrom(65536)
    pid, port, *_ = end(sock, four, 0, 0)
    ends += [[pid, port, *where, size, size] for size, where in enumerate((four, other, third), 10)]
    hearer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    hearer.bind(("127.0.0.1", 0))
    servers[0].sendto(bytes(77), hearer.getsockname())
    hearer.recv(65536)
    ends.append(end(hearer, ("0.0.0.0", 0), 77, 0))
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    socket.send_fds(near, [b"1"], [made.fileno()])
    made.close()

    def taken():
        sock = socket.socket(fileno=socket.recv_fds(far, 1, 1)[1][0])
        sock.sendto(bytes(31), four)
        sock.recvfrom(65536)
        return end(sock, four, 31, 31)

    ends.append(child(taken))
    for number in range(int(count)):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.2", 20000 + number)) # a port of its own each
        sock.sendto(bytes(1 + number % 1000), four)
        sock.recv(65536)
        ends.append(end(sock, four, 0, 1 + number % 1000))
    tell(ends)
    sys.stdin.read()


def other_kinds():
    """Raw, packet, ICMP and MPTCP sockets of each sort, as [protocol, IP protocol, ethertype, local port, interface]."""
    sock = socket.socket
    with open("/proc/sys/net/ipv4/ping_group_range", "w") as file:
        file.write("0 0")
    icmp = sock(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
    icmp.connect(("127.0.0.1", 1))
    icmp.send(b"\x08\0\0\0\0\0\0\1abcd")
    mptcp = sock(socket.AF_INET, socket.SOCK_STREAM, 262)
    mptcp.bind(("127.0.0.1", 0))
    mptcp.listen()
    bound = sock(socket.AF_PACKET, socket.SOCK_DGRAM)
    bound.bind(("lo", 0x88CC))
    held = [
        sock(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
        sock(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP),
        sock(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_UDP),
        sock(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)),
    ]
    tell(
        [
            ["icmp", 1, None, icmp.getsockname()[1], None],
            ["mptcp", 6, None, mptcp.getsockname()[1], None],
            ["packet", None, 3, 0, None],
            ["packet", None, 0x88CC, 0, "lo"],
            ["raw", 1, None, 0, None],
            ["raw", 17, None, 0, None],
            ["raw", 6, None, 0, None],
        ]
    )
    tell([[line.split() for line in open(f"/proc/net/{name}")][1:] for name in ("raw", "raw6", "icmp", "packet")])
    sys.stdin.readline()
    raw = sock(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    raw.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 9)
    raw.sendto(b"\x08\0\xf7\xff\0\0\0\0", ("127.0.0.1", 0))
    received = len(raw.recv(65536)) + len(raw.recv(65536))
    raw.close()
    ping = sock(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
    ping.connect(("127.0.0.1", 0))
    ping.send(b"\x08\0\0\0\0\0\0\1abcd")
    echoed = len(ping.recv(65536))
    _, number = ping.getsockname()
    ping.close()
    caller = sock(socket.AF_INET, socket.SOCK_STREAM, 262)
    caller.connect(mptcp.getsockname())
    caller.send(bytes(1000))
    _, port = caller.getsockname()
    caller.close()
    tell([["icmp", number, echoed, 12], ["mptcp", port, 0, 1000], ["raw", 0, received, 8]])
    sys.stdin.read()

def dns_message(number, flags, name, kind, answers=()):
    """A DNS message; `answers` are (type, data) of the same name."""
    question = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
    message = struct.pack("!6H", number, flags, 1, len(answers), 0, 0) + question + struct.pack("!2H", kind, 1)
    for answered, data in answers:
        message += struct.pack("!3HIH", 0xC00C, answered, 1, 60, len(data)) + data
    return message


A, AAAA = 1, 28


def dns_answer(message):
    """What the server says; None: nothing."""
    number, = struct.unpack("!H", message[:2])
    end = message.index(b"\0", 12)
    parts, at = [], 12
    while at < end:
        parts.append(message[at + 1:at + 1 + message[at]].decode())
        at += 1 + message[at]
    name, (kind,) = ".".join(parts), struct.unpack("!H", message[end + 1:end + 3])
    if name == "silent.example":
        return None
    if name == "none.example":
        return dns_message(number, 0x8183, name, kind)
    data = socket.inet_aton("192.0.2.7") if kind == A else socket.inet_pton(socket.AF_INET6, "2001:db8::7")
    return dns_message(number, 0x8180, name, kind, [(kind, data)])


def dns_server(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    udp = socket.socket(family, socket.SOCK_DGRAM)
    udp.bind((address, 53))
    tcp = socket.socket(family, socket.SOCK_STREAM)
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    tcp.bind((address, 53))
    tcp.listen()

    def datagrams():
        while True:
            message, asker = udp.recvfrom(4096)
            answer = dns_answer(message)
            if answer:
                udp.sendto(answer, asker)

    def streams():
        while True:
            peer, _ = tcp.accept()
            message = peer.recv(4096)
            answer = dns_answer(message[2:])
            if answer:
                peer.sendall(struct.pack("!H", len(answer)) + answer)
            peer.close()

    for work in (datagrams, streams):
        threading.Thread(target=work, daemon=True).start()


def dns_ask(address, number, name, kind, by_tcp):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    message = dns_message(number, 0x0100, name, kind)
    if by_tcp:
        asker = socket.create_connection((address, 53))
        asker.sendall(struct.pack("!H", len(message)) + message)
        asker.recv(4096)
        asker.close()
        return
    asker = socket.socket(family, socket.SOCK_DGRAM)
    asker.connect((address, 53))
    asker.send(message)
    asker.settimeout(0.3)
    try:
        asker.recv(4096)
    except socket.timeout:
        pass
    asker.close()


def answer_status(port, dns_queries, *statuses):
    """Serves HTTP with a status for each request, asks for them, and for so many names that nobody has; at a line."""
    tell(0)
    sys.stdin.readline()
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        for status in statuses:
            asker = socket.create_connection(("127.0.0.1", int(port)))
            asker.sendall(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
            peer, _ = listener.accept()
            peer.recv(4096)
            peer.sendall(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % int(status))
            asker.recv(4096)
            asker.close()
            peer.close()
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    for number in range(int(dns_queries)):
        asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        asker.connect(("127.0.0.1", 53))
        asker.send(dns_message(number, 0x0100, "nobody.example", A))
        _, address = server.recvfrom(4096)
        server.sendto(dns_message(number, 0x8183, "nobody.example", A), address)
        asker.recv(4096)
        asker.close()
    tell(1)
    sys.stdin.read()


def ask_names():
    """Asks servers of its own for names: one line before it begins, one when all were asked."""
    for address in ("127.0.0.1", "::1"):
        dns_server(address)
    tell(0)
    while select.select([sys.stdin], [], [], 0.1)[0] == []:
        dns_ask("127.0.0.1", 1, "ready.example", A, False)
    sys.stdin.readline()
    number = 100
    for address in ("127.0.0.1", "::1"):
        for name, kind, by_tcp in (
            ("a.example", A, False),
            ("a.example", AAAA, False),
            ("a.example", A, True),
            ("none.example", A, False),
            ("silent.example", A, False),
        ):
            number += 1
            dns_ask(address, number, name, kind, by_tcp)
    tell(number - 100)
    sys.stdin.read()


def ask_mdns(address):
    """Asks the link of an address for names as RFC 6762, 5.2 has it, as lines of its input say: one line each."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", 5353))
    group, own = socket.inet_aton("224.0.0.251"), socket.inet_aton(address)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group + own)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
    tell(0)
    for line in sys.stdin:
        labels = b"".join(bytes([len(label)]) + label.encode() for label in line.strip().split("."))
        sock.sendto(struct.pack("!6H", 0, 0, 1, 0, 0, 0) + labels + struct.pack("!BHH", 0, A, 1), ("224.0.0.251", 5353))
        tell(0)


def hello(name):
    """What a client of TLS says first."""
    out = ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), out, server_hostname=name)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return out.read()


def call(host, with_dns):
    """Connects to a listener of its own as lines of its input say, and tells each socket's port."""
    listener = socket.create_server((host, 0), backlog=1000)
    if with_dns == "dns":
        dns_server("127.0.0.1")
    tell(0)
    sockets = []
    for line in sys.stdin:
        how, name, port = line.split()
        if how == "dns":
            dns_ask("127.0.0.1", len(sockets), name, A, False)
            tell(0)
            continue
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if how == "udp" else socket.SOCK_STREAM)
        sockets.append(sock)
        sock.bind(("0.0.0.0", 0))
        if how == "udp":
            sock.sendto(b"x", (host, int(port)))
        elif how == "fail":
            sock.connect_ex((host, 9))
        else:
            sock.connect((host, int(port) or listener.getsockname()[1]))
        tell(sock.getsockname()[1])
        if how == "http":
            sock.sendall(f"GET /a HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
        elif how == "proxy":
            sock.sendall(f"GET http://{name}/a HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
        elif how == "tls":
            sock.sendall(hello(name))


def text_server(context):
    """Answers /PORT/…/NUMBER with as many bytes as the number says; tells its port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)

    def serve(plain):
        with context.wrap_socket(plain, server_side=True) as sock:
            heard = b""
            while True:
                got = sock.recv(4096)
                if not got:
                    return
                heard += got
                while b"\r\n\r\n" in heard:
                    head, heard = heard.split(b"\r\n\r\n", 1)
                    body = b"x" * int(head.split()[1].split(b"/")[-1])
                    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def accept():
        while True:
            threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def ask_in_tls(key, certificate, count, rounds):
    """
    Two threads share four connections to a server of its own: each request names the socket that it goes over. So many
    a round, which begins when it is told to.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    port = text_server(context)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    free = queue.Queue()
    for _ in range(4):
        free.put(client.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="shared.example"))

    def ask(number, name):
        sock = free.get()
        # with its head an answer is taken in by one call: where a body ends that more of them take, is known later
        path = f"/{sock.getsockname()[1]}/{number}/{number % 3000}"
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += sock.recv(4096)
        head, body = heard.split(b"\r\n\r\n", 1)
        left = int(head.split(b" ")[-1]) - len(body)
        while left > 0:
            left -= len(sock.recv(left))
        free.put(sock)

    def work(numbers):
        for number in numbers:
            ask(number, "shared.example")

    tell(port)
    while select.select([sys.stdin], [], [], 0.1)[0] == []:
        ask(1, "ready.example")
    for number in range(int(rounds)):
        sys.stdin.readline()
        numbers = iter(range(number * int(count), (number + 1) * int(count)))
        threads = [threading.Thread(target=work, args=(numbers,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        tell(number)
    sys.stdin.read()


def send_segments(port, size, datagrams):
    """Sends datagrams of one size in one call."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, int(size))
        sock.sendto(bytes.fromhex(datagrams), ("127.0.0.1", int(port)))
        tell(0)
        sys.stdin.read()


ADDRESS = "192.0.2.7"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"


def flood(rate):
    """To a socket of its own that takes nothing: tells the port; after a line so many datagrams a second, until another. Tells how many, and in how long."""
    target = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    target.bind(("127.0.0.1", 0))
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect(target.getsockname())
    tell(target.getsockname()[1])
    sys.stdin.readline()
    begin, sent = time.monotonic(), 0
    while not select.select([sys.stdin], [], [], 0.002)[0]:
        due = int((time.monotonic() - begin) * float(rate))
        for _ in range(min(due - sent, int(rate) // 10)):
            sock.send(b"nettop")
            sent += 1
    sys.stdin.readline()
    tell([sent, time.monotonic() - begin])


def now():
    """Microseconds of the wall clock."""
    return time.time_ns() // 1000


def bracket(times, name, act):
    """When an act began and when it was over."""
    began = now()
    done = act()
    times[name] = [began, now()]
    return done


def read_all(peer, count):
    got = 0
    while got < count:
        got += len(peer.recv(65536))


def serve_late():
    """Takes its time at each step: reads late, answers late, sends in two parts. Tells of each connection when what was done."""
    listener = socket.create_server((ADDRESS, 8080))
    tell(0)
    while True:
        peer, _ = listener.accept()
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        times = {}
        time.sleep(0.15)
        bracket(times, "read", lambda: read_all(peer, 60))
        time.sleep(0.06)
        bracket(times, "answer", lambda: peer.sendall(ANSWER))
        time.sleep(0.06)
        bracket(times, "last", lambda: peer.sendall(bytes(9000)))
        peer.recv(1)
        peer.close()
        tell(times)


def ask_late():
    """Asks for the name and for /1, /2 and so on in two parts, and reads late: once for each line that it is given."""
    dns_server("127.0.0.1")
    tell(0)
    number = 0
    while sys.stdin.readline():
        number += 1
        request = f"GET /{number} HTTP/1.1\r\nHost: a.example\r\nX: ".ljust(56, "x").encode() + b"\r\n\r\n"
        times = {}
        bracket(times, "name", lambda: dns_ask("127.0.0.1", 7, "a.example", A, False))
        peer = bracket(times, "connect", lambda: socket.create_connection((ADDRESS, 8080)))
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        bracket(times, "first", lambda: peer.sendall(request[:30]))
        time.sleep(0.05)
        bracket(times, "rest", lambda: peer.sendall(request[30:]))
        time.sleep(0.4)
        bracket(times, "read", lambda: read_all(peer, len(ANSWER) + 9000))
        time.sleep(0.1)
        peer.close()
        tell(times)


def write(host, port, count, size, pause_ms):
    """Connects and tells its port; after a line writes so often so many bytes, with a pause after each; tells the bytes."""
    sock = socket.create_connection((host, int(port)))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    tell(sock.getsockname()[1])
    sys.stdin.readline()
    for _ in range(int(count)):
        sock.sendall(bytes(int(size)))
        time.sleep(int(pause_ms) / 1000)
    tell(int(count) * int(size))
    sys.stdin.read()
    sock.close()


TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001


def tun(namespace, address):
    """A point-to-point device in a namespace of that name, whose packets this process reads and writes."""
    with open(f"/run/netns/{namespace}", encoding="ascii") as file:
        ctypes.CDLL(None).setns(file.fileno(), 0)
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", b"wire", IFF_TUN_NO_PI))
    for command in (["address", "add", f"{address}/24", "dev", "wire"], ["link", "set", "wire", "up"]):
        subprocess.run(["ip", *command], check=True)
    return device


def wire(near, far, every):
    """A way between two namespaces, 192.0.2.1 and .2; loses each so manieth first packet with payload. Tells how many, after a line."""
    ends = [tun(near, "192.0.2.1"), tun(far, "192.0.2.2")]
    seen, lost = set(), 0
    tell(0)
    while True:
        ready, _, _ = select.select([*ends, sys.stdin], [], [])
        if sys.stdin in ready:
            sys.stdin.readline()
            tell(lost)
            return
        for end in ready:
            packet = os.read(end, 65536)
            payload = packet[0] >> 4 == 4 and len(packet) > 120
            number = packet[24:28]
            if payload and number not in seen:
                seen.add(number)
                if len(seen) % int(every) == 0:
                    lost += 1
                    continue
            os.write(ends[1 - ends.index(end)], packet)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
    sys.stdin.read()
