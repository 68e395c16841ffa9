import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { begun, ended, told } from '../live/alerts.ts';
import { startNettop } from '../live/nettop.ts';
import { DEVICE } from './cable.ts';
import { say } from './guest.ts';

/** One for all network namespaces: it can be made small where nobody else needs it. */
const LIMIT_FILE = '/proc/sys/net/ipv4/neigh/default/gc_thresh3';
const LIMIT = 16;

/** Tries to add so many neighbours; returns how many found no room. */
function addNeighbours(first: number, count: number): number {
  const lines = Array.from({ length: count }, (_, at) => {
    const [high, low] = [(first + at) >> 8, (first + at) & 255];
    return `neighbour add 198.18.${high}.${low} lladdr 02:00:00:00:00:01 dev ${DEVICE} nud stale\n`;
  });
  const { stderr } = spawnSync('ip', ['-force', '-batch', '-'], { encoding: 'utf8', input: lines.join('') });
  return stderr.match(/No buffer space|[Tt]able overflow/g)?.length ?? 0;
}

/** More neighbours than their table has room for, for as long as it takes to be told; then none. */
export async function fillNeighbours(t: TestContext): Promise<void> {
  const nettop = startNettop(t, ['alerts', '--json']);
  const before = readFileSync(LIMIT_FILE, 'utf8');
  t.after(() => writeFileSync(LIMIT_FILE, before));
  writeFileSync(LIMIT_FILE, `${LIMIT}\n`);
  let [tried, refused] = [0, 0];
  const netns = await nettop.until('the alert', () => {
    refused += addNeighbours(tried, LIMIT * 2);
    tried += LIMIT * 2;
    return nettop.alerts.find(({ kind }) => kind === 'neighboursFull')?.netns;
  });
  const end = await ended(nettop, await begun(nettop, 'neighboursFull', netns), 60_000);
  await nettop.end();
  say(`neighbours: ${refused} of ${tried} found no room: ${JSON.stringify(end.evidence)}`);
  const { family, limit, overflows } = end.evidence;
  assert.deepEqual(
    { family, limit, remote: end.remote, pid: end.pid, command: end.command },
    {
      family: 'IPv4',
      limit: LIMIT,
      remote: null,
      pid: null,
      command: `sysctl -w net.ipv4.neigh.default.gc_thresh3=${LIMIT * 4}`,
    },
  );
  assert.ok(Number(overflows) > 0 && Number(overflows) <= refused, `${overflows} of ${refused}`);
  assert.equal(
    told(nettop, 'neighboursFull', netns).length,
    nettop.alerts.filter((a) => a.state !== 'ongoing').length,
  );
}
