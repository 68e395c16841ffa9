import assert from 'node:assert/strict';
import { test } from 'node:test';
import { movedSince, NO_BASELINE, passedSince } from '../../../src/capture/ledger/wire-baseline.ts';
import { WireLedger } from '../../../src/capture/ledger/wire-ledger.ts';
import type { WireSample } from '../../../src/capture/records/wire-record.ts';
import { wireCount } from '../../fixtures/wire.ts';

function sample(packets: number, overrides: Partial<WireSample> = {}): WireSample {
  return {
    owner: { pid: 100, startNs: 7e9, uid: 0, comm: 'nginx' },
    cause: 'other',
    netns: 1,
    interface: 2,
    protocol: 'tcp',
    stacked: false,
    frames: wireCount(packets),
    buffers: wireCount(packets),
    ...overrides,
  };
}

function tickOf(ledger: WireLedger, atNs: number, ...samples: WireSample[]): void {
  ledger.tick(atNs, 0, (visit) => samples.forEach(visit));
}

/** Rows as sentences: who, received packets, by protocol where there are any, receive rate. */
function rows({ movers }: WireLedger): string[] {
  return [...movers].map(([key, { figures }]) => {
    const parts = Object.entries(figures.protocols).filter(([, { rxPackets }]) => rxPackets > 0);
    const protocols = parts.map(([name, { rxPackets }]) => `${name} ${rxPackets}`).join(' ');
    return `${key} rx ${figures.rxPackets} (${protocols}) ${figures.rxRate}/s`;
  });
}

test('a process is the sum over interfaces and protocols; traffic without one is told by its cause', () => {
  const ledger = new WireLedger();
  ledger.restart(1e9);
  const nobody = { owner: null };
  tickOf(
    ledger,
    3e9,
    sample(10),
    sample(4, { interface: 1, protocol: 'udp' }),
    sample(6, { ...nobody, cause: 'forwarded' }),
    sample(2, { ...nobody, cause: 'kernel', protocol: 'icmp' }),
  );
  assert.deepEqual(rows(ledger), [
    '100:7000000000 rx 14 (tcp 10 udp 4) 7000/s',
    'forwarded rx 6 (tcp 6) 3000/s',
    'kernel rx 2 (icmp 2) 1000/s',
  ]);
});

test('rates are of the last tick; a count that moves to a process makes no negative rate', () => {
  const ledger = new WireLedger();
  ledger.restart(0);
  tickOf(ledger, 1e9, sample(8, { owner: null, cause: 'closed' }), sample(10));
  tickOf(ledger, 2e9, sample(2, { owner: null, cause: 'closed' }), sample(18));
  assert.deepEqual(rows(ledger), ['closed rx 2 (tcp 2) 0/s', '100:7000000000 rx 18 (tcp 18) 8000/s']);
});

test('a packet at a bridge counts at its interface, and with its process at the port alone', () => {
  const ledger = new WireLedger();
  ledger.restart(0);
  tickOf(ledger, 1e9, sample(10), sample(10, { interface: 3, stacked: true }));
  assert.deepEqual(
    [rows(ledger), [...ledger.interfaces.values()].map(({ index, frames }) => [index, frames.rxPackets])],
    [
      ['100:7000000000 rx 10 (tcp 10) 10000/s'],
      [
        [2, 10],
        [3, 10],
      ],
    ],
  );
});

test('the share of processes is of what was counted, or of what the device counts where that is more', () => {
  const ledger = new WireLedger();
  ledger.restart(0);
  const of = (deviceBytes: number | null) => {
    const [traffic] = ledger.interfaces.values();
    return ledger.attribution(traffic ?? assert.fail(), deviceBytes);
  };
  tickOf(ledger, 1e9, sample(6), sample(2, { owner: null, cause: 'kernel' }));
  assert.deepEqual(
    [12_000, 6000, 18_000].map((bytes) => of(bytes).share),
    [0.75, 0.75, 0.5],
  );
  tickOf(ledger, 3e9, sample(8), sample(2, { owner: null, cause: 'kernel' }));
  assert.deepEqual([of(3000), of(null)], Array(2).fill({ bytesPerSecond: 1500, share: 1 }));
  tickOf(ledger, 4e9, sample(8), sample(2, { owner: null, cause: 'kernel' }));
  assert.deepEqual(of(0), { bytesPerSecond: 0, share: null });
});

test('since a reset: what came after it, never below zero, at the rates of the last tick', () => {
  const ledger = new WireLedger();
  ledger.restart(0);
  tickOf(ledger, 1e9, sample(8, { owner: null, cause: 'closed' }), sample(10));
  const { movers, interfaces } = ledger;
  const base = { ...NO_BASELINE, movers, interfaces };
  tickOf(ledger, 2e9, sample(2, { owner: null, cause: 'closed' }), sample(18), sample(3, { interface: 5 }));
  const moved = [...ledger.movers].map(([key, { figures }]) => {
    const { rxPackets, rxRate, protocols } = movedSince(base, key, figures);
    return [key, rxPackets, rxRate, protocols.tcp.rxPackets];
  });
  assert.deepEqual(moved, [
    ['closed', 0, 0, 0],
    ['100:7000000000', 11, 11_000, 11],
  ]);
  const passed = [...ledger.interfaces].map(([key, traffic]) => {
    const { frames, buffers, attributed, causes } = passedSince(base, key, traffic);
    return [key, frames.rxPackets, buffers.rxPackets, attributed.rxPackets, causes.closed.rxPackets];
  });
  assert.deepEqual(passed, [
    ['1 2', 2, 2, 8, 0],
    ['1 5', 3, 3, 3, 0],
  ]);
});
