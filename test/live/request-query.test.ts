import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunningMachine } from '../../src/machine/running-machine.ts';
import { record } from '../fixtures/record.ts';
import { live } from './nettop.ts';
import { openRequests, type Shown, startOutput } from './request-output.ts';
import { until } from './until.ts';

/** Of requests, what is no credential, and what is. */
const [VALUE, SECRET] = ['v4lue', 's3cret'];
const PATHS = [
  `/search?q=${VALUE}&page=${VALUE}`,
  `/login?user=${VALUE}&password=${SECRET}`,
  `/file?X-Amz-Signature=${SECRET}&next=%2Fa%3Ftoken%3D${SECRET}`,
  `/a;jsessionid=${SECRET}/b?eyJhbGciOiJIUzI1NiJ9.${SECRET}`,
  `http://anna:${SECRET}@shop.example/buy?item=${VALUE}`,
];
const HEADERS = {
  authorization: `Basic ${SECRET}`,
  cookie: `id=${SECRET}`,
  referer: `http://shop.example/?q=${VALUE}&token=${SECRET}`,
  'x-api-key': SECRET,
};

async function startServer(t: TestContext): Promise<number> {
  const server = createServer((_, answer) => {
    answer.writeHead(200, { 'set-cookie': `id=${SECRET}` }).end(`${VALUE} ${SECRET}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

function ask(port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', path, method: 'POST', headers: HEADERS, agent: false }, (answer) =>
      answer.resume().on('end', resolve),
    )
      .on('error', reject)
      .end(`body=${VALUE}&password=${SECRET}`);
  });
}

/** What each of them shows, once all of it is there. */
async function shownBy(port: number, outputs: readonly Shown[]): Promise<Map<string, string>> {
  const seenByAll = (path: string) => outputs.every((output) => output.text().includes(path));
  const askUntilSeen = (path: string) =>
    until(`${path} in each`, async () => {
      await ask(port, `${path}?q=${VALUE}`);
      await sleep(100);
      return seenByAll(path);
    });
  await askUntilSeen('/ready');
  for (const path of PATHS) await ask(port, path);
  await until('all in each', () => seenByAll('/buy'));
  await askUntilSeen('/done');
  for (const output of outputs) await output.end();
  return new Map(outputs.map(({ form, text }) => [form, text()]));
}

test(
  'of queries nothing but names, and of credentials nothing, reaches JSON, CSV, text, the screen',
  live(async (t) => {
    const port = await startServer(t);
    const only = ['--port', `${port}`];
    const forms = (['json', 'csv', 'text'] as const).map((form) => startOutput(t, form, ...only));
    const screen = await openRequests(t, ...only);
    for (const [form, text] of await shownBy(port, [...forms, screen])) {
      assert.match(text, /search\?q&page/, form);
      assert.doesNotMatch(text, new RegExp(`${VALUE}|${SECRET}`), form);
    }
  }),
);

test(
  'with --query the values are there, those of credentials are not',
  live(async (t) => {
    const port = await startServer(t);
    const only = ['--query', '--port', `${port}`];
    const screen = await openRequests(t, ...only);
    const outputs = [startOutput(t, 'json', ...only), startOutput(t, 'text', ...only), screen];
    for (const [form, text] of await shownBy(port, outputs)) {
      assert.ok(text.includes(`/search?q=${VALUE}&page=${VALUE}`), form);
      assert.ok(text.includes(`/login?user=${VALUE}&password=…`), form);
      assert.doesNotMatch(text, new RegExp(SECRET), form);
    }
  }),
);

test(
  'a record of what nettop sees holds nothing of requests',
  live(async (t) => {
    const port = await startServer(t);
    const asking = setInterval(() => ask(port, PATHS[0] ?? '').catch(() => {}), 20);
    t.after(() => clearInterval(asking));
    const { entries } = await record(new RunningMachine(), () => true);
    const whole = Buffer.concat(entries.map(({ bytes }) => bytes)).toString('latin1');
    assert.ok(entries.length > 0);
    assert.doesNotMatch(whole, new RegExp(`${VALUE}|${SECRET}|/search`));
  }),
);
