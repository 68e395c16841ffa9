import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { listen } from './listen.ts';
import { live, startNettop } from './nettop.ts';
import { ofSide } from './request-rows.ts';

const asked = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a.example\r\n\r\n`;
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n';

test(
  'a request that its client gives up is told, though its server goes on, and one that is only asked to its end is not',
  live(async (t) => {
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
      t.after(() => socket.destroy());
      socket
        .on('error', () => {})
        .on('data', (data) => {
          const path = data.toString('latin1').split(' ')[1];
          if (path === '/ready') socket.end(HEAD.replace('100', '0'));
          if (path === '/begun') socket.write(HEAD);
        });
    });
    const port = await listen(t, server);
    const nettop = startNettop(t, ['requests', '--json', '--port', `${port}`]);
    const ask = async (path: string): Promise<net.Socket> => {
      const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      t.after(() => socket.destroy());
      await once(socket, 'connect');
      socket.on('error', () => {}).write(asked(path));
      return socket;
    };
    const told = (side: 'client' | 'server', path: string) =>
      ofSide(nettop.requests, side).filter((row) => row.path === path);
    await nettop.until('the first request', async () => {
      (await ask('/ready')).resume().end();
      return told('client', '/ready').length > 0 && told('server', '/ready').length > 0;
    });
    const shut = await ask('/shut');
    shut.end();
    const begun = await ask('/begun');
    begun.resume();
    await once(begun, 'data');
    begun.destroy();
    (await ask('/never')).destroySoon();
    await nettop.until('both', () => ['/never', '/begun'].every((path) => told('client', path).length > 0));
    assert.deepEqual(
      ['/never', '/begun', '/shut'].flatMap((path) => told('client', path).map((row) => row.incomplete)),
      ['no answer', 'cut short'],
    );
    assert.deepEqual(
      ofSide(nettop.requests, 'server').filter(({ path }) => path !== '/ready'),
      [],
    );
    await nettop.end();
  }),
);
