import { once } from 'node:events';
import type net from 'node:net';
import type { TestContext } from 'node:test';

/** The port that a server of TCP got on `host`; after the test it and its connections are gone. */
export async function listen(t: TestContext, server: net.Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => sockets.add(socket));
  server.listen(0, host);
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as net.AddressInfo).port;
}
