/** One inhabitant of the demo's network: peer.mjs USER NAME ACT ARGUMENT… */
import { createSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const RETRY_MS = 200;
const WAVE_MS = 4000;
const POURING_MS = 1300;
const PACE_MS = 14;
const RESTING_MS = 700;

const acts = {
  /** Answers a request of the form "BYTES\n" with so many bytes. */
  serve(port) {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (request) => socket.write(Buffer.alloc(Number.parseInt(request, 10), 'nettop')));
    });
    server.listen(Number(port), '::');
  },

  /** Takes all that comes and says nothing. */
  swallow(port) {
    createServer((socket) => socket.on('error', () => {}).resume()).listen(Number(port), '::');
  },

  /** Requests so many times a second so many bytes, more or fewer as time goes. */
  request(host, port, bytes, perSecond) {
    const socket = connect(Number(port), host).on(
      'error',
      again(() => acts.request(host, port, bytes, perSecond)),
    );
    socket.on('connect', () =>
      setInterval(() => socket.write(`${Math.round(bytes * tide())}\n`), 1000 / perSecond),
    );
    socket.resume();
  },

  /** Sends in waves, a little more than the demo's cable carries. */
  pour(host, port) {
    const chunk = Buffer.alloc(1 << 15, 'nettop');
    const socket = connect(Number(port), host).on(
      'error',
      again(() => acts.pour(host, port)),
    );
    const pouring = () => performance.now() % (POURING_MS + RESTING_MS) < POURING_MS;
    const send = () => socket.write(chunk, () => setTimeout(send, pouring() ? PACE_MS : RETRY_MS));
    socket.on('connect', send);
  },

  /** Answers every datagram. */
  resolve(port) {
    const socket = createSocket('udp6');
    socket.on('message', (_, from) => socket.send(Buffer.alloc(120), from.port, from.address));
    socket.bind(Number(port));
  },

  /** Sends so many datagrams a second. */
  ask(host, port, perSecond) {
    const socket = createSocket('udp4');
    setInterval(() => socket.send(Buffer.alloc(40), Number(port), host), 1000 / perSecond);
  },
};

/** The other side may not listen yet. */
const again = (act) => () => setTimeout(act, RETRY_MS);

/** Between 0.2 and 1.8. */
const tide = () => 1 + 0.8 * Math.sin((2 * Math.PI * performance.now()) / WAVE_MS);

const [user, name, act, ...args] = process.argv.slice(2);
// Of this network namespace: a server's port is then open to any user.
writeFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', '0');
process.setuid(user);
process.title = name;
acts[act](...args);
