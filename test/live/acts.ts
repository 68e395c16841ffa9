import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

/** What a peer process can be asked to do; it holds the sockets between two requests. */

const connections: Socket[] = [];
const udp: UdpSocket[] = [];
let receivedBytes = 0;
let closedConnections = 0;

type Manner = 'hold' | 'echo' | 'close' | 'deaf';

function adopt(socket: Socket, manner: Manner): void {
  connections.push(socket);
  socket.setNoDelay(true);
  const hear = (chunk: Buffer): void => {
    receivedBytes += chunk.length;
    if (manner === 'echo') socket.write(chunk);
  };
  if (manner !== 'deaf') socket.on('data', hear);
  socket.on('error', () => {});
  socket.on('close', () => {
    closedConnections++;
    connections.splice(connections.indexOf(socket), 1);
  });
}

function last<T>(sockets: T[]): T {
  const socket = sockets.at(-1);
  if (!socket) throw new Error('this peer has no socket');
  return socket;
}

/** The name that the kernel has for this process. */
export function rename(name: string): void {
  process.title = name;
}

/**
 * Accepts connections at a port of the kernel's choice and returns the port. `echo` sends back what
 * comes, `close` closes its half after the other side, `hold` leaves it open, `deaf` never reads.
 */
export async function listen(host: string, manner: Manner = 'hold'): Promise<number> {
  const deaf = manner === 'deaf';
  const server = createServer({ allowHalfOpen: manner !== 'close', pauseOnConnect: deaf }, (socket) =>
    adopt(socket, manner),
  );
  server.listen(0, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Returns the local port. */
export async function connect(host: string, port: number): Promise<number> {
  const socket = dial({ host, port, allowHalfOpen: true });
  adopt(socket, 'hold');
  await once(socket, 'connect');
  return socket.localPort ?? 0;
}

/** Begins a connection that is not awaited. */
export function beginConnect(host: string, port: number): void {
  adopt(dial({ host, port }), 'hold');
}

/** Resolves when the kernel has taken all bytes. */
export async function send(bytes: number): Promise<void> {
  const chunk = Buffer.alloc(Math.min(bytes, 1 << 16), 'nettop');
  for (let left = bytes; left > 0; left -= chunk.length) {
    const part = left < chunk.length ? chunk.subarray(0, left) : chunk;
    await new Promise((resolve) => last(connections).write(part, resolve));
  }
}

/** Writes what the other side may never take. */
export function pour(bytes: number): void {
  last(connections).write(Buffer.alloc(bytes));
}

/** Sends and waits for an echo, so many times: at any moment one packet of data is under way. */
export async function converse(rounds: number, bytes: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const wanted = receivedBytes + bytes;
    await send(bytes);
    while (receivedBytes < wanted) await once(last(connections), 'data');
  }
}

/** Closes the sending half. */
export function finish(): void {
  last(connections).end();
}

/** Closes both halves, also of a connection that was not made yet. */
export function drop(): void {
  last(connections).destroy();
}

/** Whether it has a connection with that port at the other end. */
export function has(remotePort: number): boolean {
  return connections.some((socket) => socket.remotePort === remotePort);
}

export function received(): number {
  return receivedBytes;
}

export function closed(): number {
  return closedConnections;
}

/** One after the other: connects, sends, closes, waits for the other side to close. */
export async function sendByMany(host: string, port: number, count: number, bytes: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await connect(host, port);
    const socket = last(connections);
    socket.end(Buffer.alloc(bytes));
    await once(socket, 'close');
  }
}

/** Opens a UDP socket at a port of the kernel's choice and returns the port. */
export async function bindUdp(host: string): Promise<number> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (message) => {
    receivedBytes += message.length;
  });
  socket.bind(0, host);
  await once(socket, 'listening');
  udp.push(socket);
  return socket.address().port;
}

/** Later datagrams live that many hops. */
export function limitHops(hops: number): void {
  last(udp).setTTL(hops);
}

/** Connects the socket: later datagrams go without an address. */
export async function connectUdp(host: string, port: number): Promise<void> {
  last(udp).connect(port, host);
  await once(last(udp), 'connect');
}

/** Sends datagrams to an address, or where the socket is connected to when none is given. */
export async function sendUdp(count: number, bytes: number, host?: string, port?: number): Promise<void> {
  const message = Buffer.alloc(bytes, 'nettop');
  for (let n = 0; n < count; n++) {
    await new Promise<void>((resolve, reject) => {
      const done = (error: Error | null) => (error ? reject(error) : resolve());
      if (host && port) last(udp).send(message, port, host, done);
      else last(udp).send(message, done);
    });
  }
}

export function exit(): void {
  process.exit();
}
