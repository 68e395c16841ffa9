/** What the actors do, in Python: .ci/stage/actor.mjs has what they share. */

/** Answers with as many bytes as it is asked for. */
export const server = (family, address, port) => `
def serve(one):
    while True:
        asked = one.recv(4, socket.MSG_WAITALL)
        if len(asked) < 4: return one.close()
        one.sendall(b"x" * struct.unpack("I", asked)[0])
listener = socket.create_server(("${address}", ${port}), family=socket.${family})
while True: threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
`;
/** Answers on 53, takes nothing on 514. */
export const RESOLVER = `
one = socket.socket(type=socket.SOCK_DGRAM)
one.bind(("192.0.2.2", 53))
full = socket.socket(type=socket.SOCK_DGRAM)
full.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
full.bind(("192.0.2.2", 514))
while True:
    data, peer = one.recvfrom(512)
    one.sendto(data + b"answer", peer)
`;
/** Reads more slowly than is sent, and ends connections by a reset. */
export const SLOW = `
def slow(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 20000)
    listener.bind(("192.0.2.2", port)); listener.listen()
    one = listener.accept()[0]
    every(0.05, lambda: one.recv(4000))
for port in (873, 874): threading.Thread(target=slow, args=(port,), daemon=True).start()
listener = socket.create_server(("192.0.2.2", 82))
while True:
    one = listener.accept()[0]
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    one.close()
`;
/** Listens and takes nobody; and those who wait for it. */
export const JAMMED = `
listener = socket.socket()
listener.bind(("192.0.2.2", 8000)); listener.listen(2)
while True: time.sleep(1)
`;
export const CROWD = `
crowd = [socket.socket() for _ in range(5)]
for one in crowd: one.setblocking(False); one.connect_ex(("192.0.2.2", 8000))
while True: time.sleep(1)
`;
/** Takes what is sent into the tunnel, and does nothing with it. */
export const HOLE = `
import fcntl
tunnel = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tunnel, 0x400454ca, struct.pack("16sH", b"hole", 0x1001)) # TUNSETIFF
while True: os.read(tunnel, 2000)
`;
export const send = (port) => `
one = socket.create_connection(("192.0.2.2", ${port}))
while True: one.sendall(b"x" * 10000)
`;
/** A parent and its children. */
export const SHELL = `
for name, size, seconds in (("curl", 40000, 0.2), ("wget", 9000, 0.7)):
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(1, 9) # PR_SET_PDEATHSIG, SIGKILL
        ctypes.CDLL(None).prctl(15, name.encode())
        ask("192.0.2.2", 8080, size, seconds)
while True: time.sleep(1)
`;
export const ASKER = `
one = socket.socket(type=socket.SOCK_DGRAM)
one.connect(("192.0.2.2", 53)); one.settimeout(1)
def ask():
    try: one.send(b"question"); one.recv(512)
    except OSError: pass
    socket.socket(type=socket.SOCK_DGRAM).sendto(b"nobody", ("192.0.2.2", 9))
    socket.socket(type=socket.SOCK_DGRAM).sendto(b"full" * 300, ("192.0.2.2", 514))
every(0.5, ask)
`;
/** Each way in which a connection can end; and frames of a protocol that nobody takes. */
export const ENDINGS = `
def attempt(address, port, give_up=False):
    one = socket.socket()
    one.setsockopt(socket.IPPROTO_TCP, 18, 700) # TCP_USER_TIMEOUT
    if give_up: one.settimeout(0.2)
    try:
        one.connect((address, port))
        one.recv(1) if port == 82 else one.send(struct.pack("I", 0))
    except OSError: pass
    one.close()
def nowhere():
    try: socket.socket().bind(("192.0.2.77", 80))
    except OSError: pass
def attempts():
    for address, port in (("192.0.2.2", 8080), ("192.0.2.2", 81), ("192.0.2.2", 82)): attempt(address, port)
    attempt("198.51.100.7", 443, True)
    nowhere()
for end in (("192.0.2.2", 83), ("198.51.100.8", 443), ("192.0.2.2", 84)):
    threading.Thread(target=every, args=(1.5, lambda end=end: attempt(*end)), daemon=True).start()
frames = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
frames.bind(("cable", 0))
def frame(): frames.send(b"\\xff" * 6 + b"\\x02\\0\\0\\0\\0\\1" + b"\\x88\\xcc" + b"x" * 46)
threading.Thread(target=every, args=(1, frame), daemon=True).start()
every(1, attempts)
`;
