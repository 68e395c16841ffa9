import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseServices, ServiceNames } from '../../src/machine/service-names.ts';
import { until } from '../live/until.ts';

const FILE = `# services(5)
ssh\t\t22/tcp\t\t\t# SSH
http\t\t80/tcp\t\twww # WorldWideWeb HTTP
https\t\t443/tcp
https\t\t443/udp
second\t\t22/tcp
\x1b[31mred\t23/tcp
sctp-only\t9/sctp
x11-1\t6001/tcp
`;

test('services by protocol and port: the first name counts, what is no name does not', () => {
  assert.deepEqual(Object.fromEntries(parseServices(FILE)), {
    'tcp/22': 'ssh',
    'tcp/80': 'http',
    'tcp/443': 'https',
    'udp/443': 'https',
    'tcp/6001': 'x11-1',
  });
});

test('the file is read when it is first asked for; one that is missing is told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-services-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'services');
  const missing = new ServiceNames(path);
  missing.of(new Set());
  await until('it is told', () => missing.trouble === `there is no ${path} here (package netbase)`);
  writeFileSync(path, FILE);
  const services = new ServiceNames(path);
  const asked = new Set(['tcp/22', 'udp/443', 'tcp/1', 'tcp/null']);
  await until('the names', () => Object.keys(services.of(asked)).length > 0);
  assert.deepEqual([services.of(asked), services.trouble], [{ 'tcp/22': 'ssh', 'udp/443': 'https' }, null]);
});
