import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { createNamespace, type Namespace } from '../live/namespace.ts';
import { type Mover, startMover, type Way } from './mover.ts';

/** What a connection or a flow moved in truth, as seen from its end. */
export interface ConnectionTruth {
  protocol: 'tcp' | 'udp';
  localPort: number;
  /** 0: the socket is not connected. */
  remotePort: number;
  received: number;
  sent: number;
}

/** What a process moved in truth. */
export interface Truth {
  who: string;
  pid: number;
  received: number;
  sent: number;
  connections: ConnectionTruth[];
}

/** A way that bytes take, and what nettop must say of them. */
export interface Case {
  name: string;
  /** Commands that it takes besides the compiler. */
  tools?: readonly string[];
  run(bench: Bench): Promise<Truth[]>;
}

/** How bytes are moved: in calls of how many bytes, by which system calls. */
export interface Manner {
  size?: number;
  send?: Way;
  receiveSize?: number;
  receive?: Way;
}

/** A connection's two ends. */
export interface Pair {
  server: Mover;
  client: Mover;
  /** The listener's and the client's. */
  port: number;
  clientPort: number;
}

/** What cases are made with. */
export class Bench {
  constructor(
    readonly t: TestContext,
    /** Bytes of a case that has no reason for another number: fewer where everything is slow. */
    readonly bytes: number,
  ) {}

  mover(within?: readonly string[]): Mover {
    return startMover(this.t, within);
  }

  namespace(): Namespace {
    return createNamespace(this.t);
  }

  /** A server that listens, and its port. */
  async listen(host: string, kind = 'tcp', within?: readonly string[]): Promise<[Mover, number]> {
    const server = this.mover(within);
    await server.do('socket', kind, familyOf(host));
    await server.do('bind', host, 0);
    return [server, await server.do('listen')];
  }

  /** Two processes with a connection. */
  async pair(host: string, kind = 'tcp', within?: readonly string[]): Promise<Pair> {
    const [server, port] = await this.listen(host, kind, within);
    const client = this.mover(within);
    await client.do('socket', kind, familyOf(host));
    const clientPort = await client.do('connect', host, port);
    await server.do('accept');
    return { server, client, port, clientPort };
  }

  /** Two processes with datagram sockets, each connected to the other. */
  async datagramPair(host: string, kind = 'udp', within?: readonly string[]): Promise<Pair> {
    const [server, client] = [this.mover(within), this.mover(within)];
    const ports: number[] = [];
    for (const end of [server, client]) {
      await end.do('socket', kind, familyOf(host));
      await end.do('set', 'receive-buffer', 8 << 20);
      ports.push(await end.do('bind', host, 0));
    }
    const [port = 0, clientPort = 0] = ports;
    await server.do('connect', host, clientPort);
    await client.do('connect', host, port);
    return { server, client, port, clientPort };
  }
}

/** In a network namespace of the bench's. */
export function setSysctl(within: readonly string[], setting: string): void {
  const [command = '', ...rest] = within;
  execFileSync(command, [...rest, 'sysctl', '-q', '-w', setting]);
}

export const familyOf = (host: string): 4 | 6 => (host.includes(':') ? 6 : 4);

/** Moves bytes from one process to the other, and makes sure by their own count that all were moved. */
export async function move(from: Mover, to: Mover, bytes: number, manner: Manner = {}): Promise<void> {
  const { size = 10_000, send = 'call', receiveSize = 65_536, receive = 'call' } = manner;
  const moved = await Promise.all([
    from.do('send', bytes, size, send),
    to.do('receive', bytes, receiveSize, receive),
  ]);
  assert.deepEqual(moved, [bytes, bytes]);
}

/** What the two processes of a connection moved that moved nothing else. */
export function truthOf(
  { server, client, port, clientPort }: Pair,
  protocol: 'tcp' | 'udp',
  toServer: number,
  toClient: number,
): Truth[] {
  const there = { received: toServer, sent: toClient };
  const back = { received: toClient, sent: toServer };
  return [
    {
      who: 'server',
      pid: server.pid,
      ...there,
      connections: [{ protocol, localPort: port, remotePort: clientPort, ...there }],
    },
    {
      who: 'client',
      pid: client.pid,
      ...back,
      connections: [{ protocol, localPort: clientPort, remotePort: port, ...back }],
    },
  ];
}
