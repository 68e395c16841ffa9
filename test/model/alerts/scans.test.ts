import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanIn } from '../../../src/model/alerts/kinds/scan-in.ts';
import { scanOut } from '../../../src/model/alerts/kinds/scan-out.ts';
import type { Refused } from '../../../src/model/alerts/look.ts';
import { failure, NO_LOOK } from '../../fixtures/looks.ts';

const off = () => false;

const refused = (source: string, ...ports: number[]): Refused => ({
  netns: 1,
  source,
  destination: '192.0.2.1',
  packets: ports.length,
  byRules: 0,
  ports: new Map(ports.map((port) => [port, 1])),
});

const range = (count: number, first = 1) => Array.from({ length: count }, (_, at) => first + at);

test('ports add up over a minute, and what was tried before is forgotten', () => {
  const kind = scanIn();
  const at = (second: number, ports: number[]) =>
    kind.see({ ...NO_LOOK, atUs: second * 1e6, refused: [refused('203.0.113.9', ...ports)] }, off).length;
  assert.deepEqual([at(0, range(7)), at(30, range(7, 8)), at(61, [100]), at(62, range(8, 15))], [0, 0, 0, 1]);
});

test('a source that asks for the same port again and again is no scan', () => {
  const kind = scanIn();
  for (let second = 0; second < 100; second++)
    assert.deepEqual(
      kind.see({ ...NO_LOOK, atUs: second * 1e6, refused: [refused('203.0.113.9', 22, 23)] }, off),
      [],
    );
});

test('the more connections a source has, the more it may be refused', () => {
  const see = (established: number) =>
    scanIn().see(
      { ...NO_LOOK, refused: [refused('203.0.113.9', ...range(40))], established: () => established },
      off,
    );
  assert.deepEqual([see(0).length, see(10).length, see(11).length], [1, 1, 0]);
});

test('many addresses at one port are a scan out, one address at many too; the same few again are none', () => {
  const see = (failures: ReturnType<typeof failure>[]) => scanOut().see({ ...NO_LOOK, failures }, off)[0];
  const wide = see(range(60).map((host) => failure({ remoteAddress: `192.0.2.${host}`, remotePort: 22 })));
  assert.match(wide?.message ?? '', /^tool \(7\) tried port 22 of 60 addresses: 60 attempts were refused/);
  const tall = see(range(60).map((remotePort) => failure({ remotePort, cause: 'given up' })));
  assert.match(
    tall?.message ?? '',
    /^tool \(7\) tried 60 ports of 192\.0\.2\.1: 0 attempts were refused, 60 had no/,
  );
  assert.equal(see(range(500).map((port) => failure({ remotePort: port % 49 }))), undefined);
});

test('of a flood of sources and ports so many are kept', () => {
  const kind = scanIn();
  for (let look = 0; look < 5; look++) {
    const sources = range(2048).map((at) => refused(`198.51.${look}.${at}`, 1, 2));
    kind.see({ ...NO_LOOK, atUs: look, refused: sources }, off);
  }
  const [seen] = kind.see({ ...NO_LOOK, atUs: 9, refused: [refused('203.0.113.9', ...range(6000))] }, off);
  assert.equal(seen?.figure, 4096);
  assert.match(seen?.message ?? '', /^203\.0\.113\.9 tried at least 4096 ports/);
});
