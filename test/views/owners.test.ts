import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Endings } from '../../src/capture/ledger/endings.ts';
import { Ledger } from '../../src/capture/ledger/ledger.ts';
import { Owners } from '../../src/views/processes/owners.ts';
import { ProcessNames } from '../../src/views/processes/process-names.ts';
import { closing } from '../fixtures/lives.ts';
import { CLOSE, curl, nginx, sample } from '../fixtures/samples.ts';

const COOKIE = 7;
const ends = (localPort: number) => ({ transport: 'tcp' as const, localPort, remotePort: 80 });

/** Before Linux 5.12 a cookie is an address: two connections of curl had it one after the other, and nginx has it now. */
function worldOf(): Owners {
  const ledger = new Ledger(String);
  const endings = new Endings(() => null);
  const books = { ledger, endings };
  for (const [at, localPort] of [41, 42].entries()) {
    ledger.begin((11 + at) * 1e9);
    const last = { ...curl, localPort, remotePort: 80, pid: 200 + localPort, state: CLOSE };
    endings.add(ledger.close(sample(COOKIE, last)), closing({ closedNs: 11e9 }));
    ledger.end();
  }
  ledger.begin(14e9);
  ledger.see(sample(COOKIE, { ...nginx, localPort: 80, remotePort: 43 }));
  ledger.end();
  const owner = () => ({ pid: nginx.pid, startNs: 0, uid: 33, netns: 1 });
  const feed = { books, owner, ownerName: () => 'nginx' };
  return new Owners(feed, new ProcessNames(feed, { processName: () => null }));
}

test('what a connection said is of its own process, where another one has its cookie by the time it is read', () => {
  const owners = worldOf();
  assert.equal(owners.of(COOKIE, ends(41))?.pid, 241);
  assert.equal(owners.of(COOKIE, ends(42))?.pid, 242);
  assert.equal(owners.of(COOKIE, { ...ends(80), remotePort: 43 })?.pid, nginx.pid);
  assert.equal(owners.of(COOKIE, ends(44)), null);
  assert.equal(owners.of(COOKIE)?.pid, nginx.pid);
});
