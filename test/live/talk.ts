import type { TestContext } from 'node:test';
import { type Peer, startPeer } from './peer.ts';

/** A conversation on loopback between two processes of the test, which goes on until the test ends. */
export interface Talk {
  server: Peer;
  client: Peer;
  port: number;
  /** Another connection, which talks from now on. */
  connect(): Promise<unknown>;
}

const ROUNDS = 1_000_000;
const BYTES = 100;

export async function startTalk(t: TestContext): Promise<Talk> {
  const server = await startPeer(t);
  const client = await startPeer(t);
  const port = await server.ask('listen', '127.0.0.1', 'echo');
  const connect = async () => {
    await client.ask('connect', '127.0.0.1', port);
    client.ask('converse', ROUNDS, BYTES).catch(() => {}); // ends with the test
  };
  await connect();
  return { server, client, port, connect };
}
