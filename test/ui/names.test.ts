import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Names, nameEndpoint, tellEndpoint } from '../../src/model/names.ts';
import { USUAL_UNITS } from '../../src/text/format.ts';
import { inspectorLines } from '../../src/ui/inspector.ts';
import { Naming } from '../../src/views/naming.ts';
import { frame } from '../fixtures/frame.tsx';
import { watched } from '../fixtures/replay.ts';
import { Session } from '../fixtures/session.ts';
import { until } from '../live/until.ts';

const names: Names = {
  hosts: {
    '203.0.113.1': 'a-rather-long-name.of.some.host.example.net',
    '203.0.113.2': 'db.example.net',
    '192.0.2.2': 'web.example.net',
  },
  services: { 'tcp/5432': 'postgresql', 'tcp/8080': 'http-alt', 'udp/443': 'https' },
  problem: null,
};

test('an end by its names: what is cut off is their beginning', () => {
  assert.deepEqual(
    [
      nameEndpoint(names, 'tcp', '203.0.113.2', 5432),
      nameEndpoint(names, 'tcp', '203.0.113.1', 443, 30),
      nameEndpoint(names, 'udp', '2001:db8::1', 443),
      tellEndpoint(names, 'tcp', '203.0.113.2', 5432),
      tellEndpoint(names, 'tcp', '203.0.113.9', 443),
    ],
    [
      'db.example.net:postgresql',
      '….of.some.host.example.net:443',
      '[2001:db8::1]:https',
      '203.0.113.2:5432  db.example.net:postgresql',
      '203.0.113.9:443',
    ],
  );
});

test('n: public addresses, all of them, none; N: services; in an inspector too', () => {
  const session = new Session({ pane: 'connections' });
  const after = (...keys: string[]) => {
    session.press(...keys);
    return [session.question.names, session.state.message];
  };
  assert.deepEqual(after(), [undefined, '']);
  assert.deepEqual(after('n'), [
    { hosts: 'public', services: false },
    'names that were asked for, else of public addresses by DNS; n for private ones too',
  ]);
  assert.deepEqual(after('n'), [
    { hosts: 'all', services: false },
    'names that were asked for, else of all addresses by DNS, private ones too',
  ]);
  assert.deepEqual(after('enter', 'N'), [
    { hosts: 'all', services: true },
    'ports by the names in /etc/services',
  ]);
  assert.deepEqual(after('n'), [{ hosts: 'off', services: true }, 'names of addresses off']);
  assert.deepEqual(after('N'), [undefined, 'ports as numbers']);
});

test('panes and inspectors show names; the inspector keeps the address', () => {
  const session = watched({ pane: 'connections', columns: 160, filter: 'curl' }).press('n', 'N');
  const { answer } = session.state;
  assert.ok(answer);
  const state = {
    ...session.state,
    answer: { ...answer, names: { ...names, problem: 'no answer from DNS (ETIMEOUT)' } },
  };
  const text = frame(state);
  assert.match(text, /2 Connections 1 .* no answer from DNS \(ETIMEOUT\)/);
  assert.match(text, / names /);
  assert.match(text, / web\.example\.net:http-alt /);
  const { inspection } = session.press('enter').state.answer ?? {};
  const lines = inspectorLines(inspection ?? null, 120, USUAL_UNITS, names).map((spans) =>
    spans.map((span) => span.text).join(''),
  );
  assert.ok(lines.includes(' remote             192.0.2.2:8080  web.example.net:http-alt'));
});

test('what an answer shows is named: rows of the panes and of the inspector', async (t) => {
  const naming = new Naming(() => 0);
  t.after(() => naming.ask(undefined));
  const { answer } = watched({ pane: 'connections' }).press('j', 'j', 'enter').state;
  assert.ok(answer?.inspection);
  assert.equal(naming.name(answer), answer);
  naming.ask({ hosts: 'off', services: true });
  const told = await until('services, or why there are none', () => {
    const { services, problem } = naming.name(answer).names ?? {};
    return problem ?? (services && Object.keys(services).length > 0 && services);
  });
  const missing = 'there is no /etc/services here (package netbase)';
  if (told !== missing) assert.equal((told as Names['services'])['tcp/873'], 'rsync');
  assert.deepEqual(naming.name(answer).names?.hosts, {});
});
