import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sanitize } from '../../src/text/text.ts';
import { live } from './nettop.ts';
import { openRequests, startOutput } from './request-output.ts';
import { has } from './screen.ts';
import { until } from './until.ts';

const bytes = (...codes: number[]): string => String.fromCharCode(...codes);

/** What a path or a Host may be made of, a character for a byte: all of it without blanks and controls of ASCII. */
const HOSTILE: readonly string[] = [
  bytes(0xc2, 0x9b, 0x33, 0x31, 0x6d), // a control sequence in eight bits
  bytes(0xe2, 0x80, 0xae, 0x67, 0x70, 0x6a), // right to left from here on
  bytes(0xe2, 0x81, 0xa6, 0xe2, 0x81, 0xa9), // isolates
  bytes(0xff, 0xfe, 0xc0, 0xaf, 0x80), // no UTF-8
  bytes(0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80), // surrogates
  bytes(0xf0, 0x9f, 0x91, 0xa9, 0xe2, 0x80, 0x8d, 0xf0, 0x9f, 0x92, 0xbb), // one of several characters
  bytes(0xe2, 0x80, 0xa8, 0xe2, 0x80, 0xa9), // ends of lines
  bytes(0xef, 0xbb, 0xbf, 0xf3, 0xa0, 0x81, 0x81), // a mark, and a tag
  '","a":"b"',
  `'a','b';"x""y"`,
  '=cmd|calc!A0',
  '%1b[2J%0d%0aSet-Cookie:x',
  '\\u001b[31m\\n',
  '$(x)`id`<script>',
];
/** Within the first line: no blank may stand there, and no control. */
const CONTROLS = ['\x1b[2J', '\x1b]0;title\x07', 'a\x00b', 'a\rb', '\x7f'];
const LONG = 'y'.repeat(8000);

async function startServer(t: TestContext): Promise<number> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      if (data.includes('\r\n\r\n')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** One request on a connection of its own, with these bytes as they are. */
async function ask(port: number, path: string, host: string): Promise<void> {
  const socket = net.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 'latin1');
  await once(socket, 'data');
  socket.destroy();
}

/** What was asked for as it may be shown. */
const shown = (text: string): string => sanitize(Buffer.from(text, 'latin1').toString());

/** What no output may hold, but for the ends of lines. */
const UNSAFE = /[^\P{Cc}\n]|[\p{Cs}\p{Zl}\p{Zp}\p{Cf}]/u;

/** Those that a screen is drawn with. */
const SEQUENCES = new RegExp(`${bytes(27)}(\\[[\\d;?]*[A-Za-z]|[()][0B]|[=>78])`, 'g');

test(
  'hostile paths and hosts: valid JSON, CSV of RFC 4180, and nothing that a terminal takes for more than text',
  live(
    async (t) => {
      const port = await startServer(t);
      const only = ['--port', `${port}`];
      const outputs = (['json', 'csv', 'text'] as const).map((form) => startOutput(t, form, ...only));
      const [json, csv] = outputs;
      const screen = await openRequests(t, ...only);
      const seenByAll = (path: string) =>
        [...outputs, screen].every((output) => output.text().includes(path));
      await until('the first in each', async () => {
        await ask(port, '/ready', 'test');
        await sleep(100);
        return seenByAll('/ready');
      });
      for (const part of HOSTILE) {
        await ask(port, `/p/${part}`, 'test');
        await ask(port, '/h', `h${part}`);
      }
      for (const control of CONTROLS) {
        await ask(port, `/c/${control}/x`, 'test');
        await ask(port, '/hc', `h${control}x`);
      }
      await ask(port, `/long/${LONG}`, 'test');
      await ask(port, '/longhost', LONG);
      await until('the last in each', async () => {
        await ask(port, '/done', 'test');
        await sleep(100);
        return seenByAll('/done');
      });
      assert.deepEqual(screen.ui.noises, []);
      await screen.ui.until(has(/\/done/));
      for (const output of [...outputs, screen]) await output.end();

      const lines = (json?.text() ?? '').trim().split('\n');
      const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      const paths = rows.map(({ path }) => path);
      for (const part of HOSTILE) {
        assert.ok(paths.includes(shown(`/p/${part}`)), `path ${JSON.stringify(part)}`);
        assert.ok(
          rows.some(({ host, path }) => path === '/h' && typeof host === 'string'),
          part,
        );
      }
      assert.ok(paths.some((path) => String(path).startsWith('/long/yyyy')));
      for (const output of outputs) {
        const written = output.form === 'csv' ? output.text().replaceAll('\r\n', '\n') : output.text();
        assert.doesNotMatch(written, UNSAFE, output.form);
      }
      // its own sequences aside
      const drawn = screen.text().replaceAll(SEQUENCES, '');
      assert.doesNotMatch(drawn.replaceAll(/[\r\n]/g, ''), UNSAFE, 'screen');

      const reader =
        'import csv, json, sys; print(json.dumps(list(csv.reader(sys.stdin.read().splitlines(True), strict=True))))';
      const { stdout, stderr } = spawnSync('python3', ['-c', reader], {
        input: csv?.text(),
        encoding: 'utf8',
      });
      assert.equal(stderr, '');
      const [header = [], ...table] = JSON.parse(stdout) as string[][];
      for (const row of table) assert.equal(row.length, header.length);
      const told = table.map((row) => row[header.indexOf('path')]);
      for (const part of HOSTILE) assert.ok(told.includes(shown(`/p/${part}`)), `CSV: ${part}`);
    },
    ['python3'],
  ),
);
