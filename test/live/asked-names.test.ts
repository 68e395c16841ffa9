import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNamespace, ip } from './namespace.ts';
import { live, startNettop } from './nettop.ts';
import { type Python, startPythonWithin } from './python.ts';

/** What the server of sockets.py says to each name. */
const HOST = '192.0.2.7';

/** Two of nettop start at once. */
const START_MS = 60_000;

type How = 'dns' | 'plain' | 'http' | 'proxy' | 'tls' | 'udp' | 'fail';

/** Has a process connect; resolves to the port of its socket. */
class Caller {
  private told = 1;

  constructor(private readonly python: Python) {}

  async do(how: How, name = '-', port = 0): Promise<number> {
    this.python.goOn(`${how} ${name} ${port}`);
    return this.python.tells(this.told++);
  }
}

test(
  'far ends by the names that programs asked for: of the connection itself, of DNS, by whom',
  live(
    async (t) => {
      const { name, within } = createNamespace(t);
      ip('-n', name, 'address', 'add', `${HOST}/32`, 'dev', 'lo');
      const [one, other] = await Promise.all(
        ['dns', 'none'].map(async (dns) => {
          const python = startPythonWithin(t, within, 'call', HOST, dns);
          await python.tells(0);
          return new Caller(python);
        }),
      );
      assert.ok(one && other);
      const older = await one.do('plain');
      const filter = ['--netns', name, '--interval', '200ms'];
      const nettop = startNettop(t, ['connections', '--json', ...filter]);
      const events = startNettop(t, ['connections', '--events', '--json', ...filter]);
      await events.until('events', () => one.do('plain').then(() => events.events.length > 0), START_MS);
      const named = (port: number) => {
        const line = nettop.connections.findLast(({ localPort }) => localPort === port);
        return line && [line.remoteName, line.remoteNameSource];
      };
      const expected: [port: number, name: string, source: string][] = [];
      const expect = async (port: Promise<number>, ...told: [string, string]) => {
        expected.push([await port, ...told]);
      };
      await nettop.until(
        'names are followed',
        async () => {
          const port = await one.do('http', 'ready.example');
          return nettop.until('its row', () => named(port)).then((found) => found[0] === 'ready.example');
        },
        START_MS,
      );
      await one.do('dns', 'a.example');
      await expect(one.do('plain'), 'a.example', 'dns');
      await one.do('dns', 'b.example');
      await expect(one.do('plain'), 'b.example', 'dns');
      await expect(one.do('http', 'Shop.example:80'), 'shop.example', 'host');
      await expect(one.do('proxy', 'through.example'), 'b.example', 'dns');
      await expect(one.do('tls', 'tls.example'), 'tls.example', 'sni');
      await expect(one.do('udp', '-', 4433), 'b.example', 'dns');
      const failed = one.do('fail');
      await expect(failed, 'b.example', 'dns');
      await expect(other.do('plain'), 'b.example', 'otherDns');
      expected.push([older, 'b.example', 'otherDns']); // no answer was before it: the newest one
      const last = expected.map(([port]) => port);
      await nettop.until('all rows', () => last.every((port) => named(port)?.[0]));
      const found = expected.map(([port]) => [port, ...(named(port) ?? [])]);
      assert.deepEqual(found, expected);
      const event = await events.until('the failure', async () => {
        const port = await failed;
        return events.events.find((line) => line.event === 'failed' && line.localPort === port);
      });
      assert.deepEqual([event?.remoteName, event?.remoteNameSource], ['b.example', 'dns']);
      await Promise.all([nettop.end(), events.end()]);
    },
    ['ip', 'python3'],
  ),
);
