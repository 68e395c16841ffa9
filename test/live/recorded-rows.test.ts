import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import type { Answer, Question } from '../../src/model/question.ts';
import type { RequestRow } from '../../src/panes/requests/row.ts';
import { decodeLog } from '../fixtures/recording.ts';
import { startHttp } from './http-peer.ts';
import { createNamespace, ip } from './namespace.ts';
import { live } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import { ALL, plain, recordRun, replayed } from './recorded-run.ts';

const LOOKS = 6;
/** What the server of sockets.py says to each name. */
const HOST = '192.0.2.7';
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

const question: Question = {
  filter: null,
  intervalMs: 1000,
  views: {
    connections: { ...ALL, closed: true },
    drops: { ...ALL, sort: 'count' },
    requests: { ...ALL, sort: 'time', isStreamed: true },
    services: { ...ALL, sort: 'port' },
    traffic: { ...ALL, sort: 'bytes', group: 'flow' },
    alerts: { ...ALL, sort: 'state', isStreamed: true },
  },
  inspect: null,
  asked: true,
  resets: 0,
};

/** When the clock's zero was is measured anew by each. */
const untimed = (row: RequestRow) => plain({ ...row, timeUs: 0 });

test(
  'requests, names, services and traffic of a recording are those of the live run, looked at from the start or later',
  live(
    async (t) => {
      const { name, within } = createNamespace(t);
      ip('-n', name, 'address', 'add', `${HOST}/32`, 'dev', 'lo');
      const caller = startPythonWithin(t, within, 'call', HOST, 'dns');
      await caller.tells(0);
      const secret = randomUUID();
      const secrets = new RegExp(secret);
      const port = await startHttp(t, '127.0.0.1', {
        [`/fast?q=${secret}`]: (say) => say(ANSWER),
        '/slow': (say) => void setTimeout(() => say(ANSWER), 900).unref(),
      });
      const client = net.connect(port, '127.0.0.1');
      await once(client, 'connect');
      t.after(() => client.destroy());
      const get = (path: string) =>
        client.write(`GET ${path} HTTP/1.1\r\nHost: shop.example\r\nAuthorization: Basic ${secret}\r\n\r\n`);
      const lines = ['dns a.example 0', 'plain - 0', 'http Shop.example:80 0', 'tls tls.example 0'];
      const run = await recordRun(question, LOOKS, async (look) => {
        get(look % 2 ? `/fast?q=${secret}` : '/slow');
        const line = lines[look - 1];
        if (line) caller.goOn(line);
      });
      const ofTest = (row: {
        localPort: number | null;
        remotePort: number | null;
        netnsName: string | null;
      }) => row.netnsName === name || [row.localPort, row.remotePort].includes(port);
      const mine = ({ requests, services, traffic, connections }: Answer) => ({
        requests: requests?.rows.filter(ofTest).map(untimed),
        services: services?.rows.filter((row) => row.port === port),
        traffic: traffic?.rows.filter(({ localPort, remotePort }) => [localPort, remotePort].includes(port)),
        names: connections?.rows
          .filter(ofTest)
          .map(({ localPort, remoteName, remoteNameSource }) => [localPort, remoteName, remoteNameSource]),
      });
      const rows = run.requests.filter(ofTest);
      const last = mine(run.answers.at(-1) as Answer);
      assert.ok(rows.filter(({ protocol }) => protocol === 'http').length >= LOOKS - 1);
      assert.ok(rows.some(({ dns }) => dns?.name === 'a.example'));
      assert.ok(rows.some(({ tls }) => tls?.serverName === 'tls.example'));
      assert.ok(last.services?.[0] && last.services[0].answers > 0);
      assert.ok(last.traffic?.some(({ rxBytes, txBytes }) => rxBytes > 0 && txBytes > 0));
      const names = last.names?.map(([, ...named]) => named.join()) ?? [];
      for (const told of ['a.example,dns', 'shop.example,host', 'tls.example,sni'])
        assert.ok(names.includes(told));
      const again = replayed(run.file, question);
      assert.deepEqual(again.requests.filter(ofTest).map(untimed), rows.map(untimed));
      assert.deepEqual(again.answers.map(mine).map(plain), run.answers.map(mine).map(plain));
      const inspect = { pane: 'requests' as const, key: rows.at(-1)?.key ?? '' };
      const nothing: Question = { ...question, views: {}, asked: false };
      const later = replayed(run.file, nothing, (tick) =>
        tick < LOOKS ? nothing : { ...question, inspect },
      );
      const shown = later.answers.at(-1) as Answer;
      assert.deepEqual(plain(mine(shown).requests), plain(last.requests));
      assert.deepEqual(plain(mine(shown).names), plain(last.names));
      assert.equal(shown.inspection?.pane, 'requests');
      for (const { kind, bytes } of decodeLog(run.file))
        assert.doesNotMatch(Buffer.from(bytes).toString('latin1'), secrets, kind);
    },
    ['ip', 'python3'],
  ),
);
