import { spawn } from 'node:child_process';

/** By this in their command lines the actors are known (test/fixtures/record-entry.ts). */
const ACTOR = 'actor of nettop';

/** A process with a name and a user; what it does is Python. */
export function start({ netns, name, uid, text }) {
  const begin = `
import ctypes, os, socket, struct, threading, time
os.setgid(${uid}); os.setuid(${uid})
ctypes.CDLL(None).prctl(15, bytes.fromhex("${Buffer.from(name).toString('hex')}"))
def every(seconds, act):
    while True:
        act()
        time.sleep(seconds)
def ask(address, port, size, seconds, local=None):
    one = socket.create_connection((address, port), source_address=local)
    def more():
        one.sendall(struct.pack("I", size))
        left = size
        while left: left -= len(one.recv(left))
    every(seconds, more)
def datagrams(address, port, seconds, many=1):
    one = socket.socket(type=socket.SOCK_DGRAM)
    every(seconds, lambda: [one.sendto(b"question", (address, port)) for _ in range(many)])
`;
  const child = spawn('ip', ['netns', 'exec', netns, '/usr/bin/python3', '-', ACTOR, name], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(begin + text);
  return child;
}
