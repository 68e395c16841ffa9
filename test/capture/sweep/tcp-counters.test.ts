import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TcpCounters } from '../../../src/capture/sweep/tcp-counters.ts';

const SECOND = 1e9;

/** What the kernel tells of a network namespace. */
class Kernel {
  sockets = 0;
  sockets6 = 0;
  timeWaits = 0;
  segments = 0;
  private readonly tcp = new TcpCounters(3 * SECOND);

  private read(path: string): string {
    if (path.endsWith('snmp'))
      return `Tcp: RtoAlgorithm InSegs\nTcp: 1 ${this.segments}\nUdp: InDatagrams\nUdp: 7\n`;
    if (path.endsWith('6')) return `TCP6: inuse ${this.sockets6}\nUDP6: inuse 1\n`;
    return `sockets: used 9\nTCP: inuse ${this.sockets} orphan 0 tw ${this.timeWaits} alloc 1 mem 3\nUDP: inuse 1 mem 2\n`;
  }

  /** A tick at so many seconds: 'still', or 'swept'. */
  tick(atSeconds: number, moved = false): string {
    if (this.tcp.isStill(atSeconds * SECOND, (path) => this.read(path))) return 'still';
    this.tcp.goneThrough(atSeconds * SECOND, moved);
    return 'gone through';
  }
}

test('where no TCP socket is there is nothing to go through; that the last one is gone is seen', () => {
  const kernel = new Kernel();
  const told = [kernel.tick(1), kernel.tick(2)];
  kernel.sockets6 = 1;
  told.push(kernel.tick(3, true));
  kernel.sockets6 = 0;
  told.push(kernel.tick(4, true));
  kernel.segments++;
  assert.deepEqual([...told, kernel.tick(5)], ['still', 'still', 'gone through', 'gone through', 'still']);
});

test('sockets on which nothing moves are gone through every three seconds', () => {
  const kernel = new Kernel();
  kernel.sockets = 2;
  const told = [1, 2, 3, 4, 5].map((at) => kernel.tick(at));
  assert.deepEqual(told, ['gone through', 'still', 'still', 'gone through', 'still']);
});

for (const [what, change] of Object.entries<(kernel: Kernel) => void>({
  'a segment': (kernel) => kernel.segments++,
  'a socket': (kernel) => kernel.sockets++,
  'a socket over IPv6': (kernel) => kernel.sockets6++,
  'a TIME_WAIT': (kernel) => kernel.timeWaits++,
}))
  test(`${what} more: they are gone through until that showed nothing new`, () => {
    const kernel = new Kernel();
    kernel.sockets = 1;
    kernel.tick(1);
    change(kernel);
    assert.deepEqual(
      [kernel.tick(1.1, true), kernel.tick(1.2, true), kernel.tick(1.3), kernel.tick(1.4)],
      ['gone through', 'gone through', 'gone through', 'still'],
    );
  });
