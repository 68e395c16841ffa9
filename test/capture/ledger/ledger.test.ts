import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../../../src/capture/ledger/ledger.ts';
import type { PartUsage } from '../../../src/capture/records/usage-record.ts';
import { run, type Tick } from '../../fixtures/ledger.ts';
import { CLOSE, curl, nginx, sample, usage } from '../../fixtures/samples.ts';

/** What a process moved through the first socket before another took over. */
function share(ledger: Ledger, part: Omit<PartUsage, 'cookie'>, rxBytes: number, txBytes: number): void {
  const socket = ledger.talker(1);
  assert.ok(socket);
  ledger.addPart(socket, { cookie: 1, ...part }, rxBytes, txBytes);
}

/** What was moved up to a reset. */
let before: ReturnType<Ledger['people']['resetTotals']> = new Map();

/** The first tick of a scenario that begins before its socket was there. */
const nothingYet: Tick = { atSeconds: 10, gives: [] };

const scenarios: Record<string, Tick[]> = {
  'a socket older than nettop: its process counts from the first sight, the connection since it opened': [
    {
      atSeconds: 10,
      seen: [sample(1, { ...nginx, rxBytes: 5000, txBytes: 300 })],
      gives: ['nginx[100] rx 0 (0/s) tx 0 (0/s)', '#1 nginx rx 5000 (0/s) tx 300 (0/s)'],
    },
    {
      atSeconds: 12,
      seen: [sample(1, { ...nginx, rxBytes: 5600, txBytes: 300 })],
      gives: ['nginx[100] rx 600 (300/s) tx 0 (0/s)', '#1 nginx rx 5600 (300/s) tx 300 (0/s)'],
    },
  ],
  'a socket that opened since counts from zero': [
    nothingYet,
    {
      atSeconds: 11,
      seen: [sample(1, { ...nginx, openedNs: 10.5e9, rxBytes: 1000, txBytes: 50 })],
      gives: ['nginx[100] rx 1000 (1000/s) tx 50 (50/s)', '#1 nginx rx 1000 (1000/s) tx 50 (50/s)'],
    },
  ],
  'a socket that opened before the first sweep but after the programs were attached counts from zero': [
    {
      atSeconds: 10,
      seen: [sample(1, { ...nginx, openedNs: 9.9e9, rxBytes: 70 })],
      gives: ['nginx[100] rx 70 (0/s) tx 0 (0/s)', '#1 nginx rx 70 (0/s) tx 0 (0/s)'],
    },
  ],
  'bytes wait until the owner is known': [
    nothingYet,
    {
      atSeconds: 11,
      seen: [sample(1, { openedNs: 10.5e9, rxBytes: 1000 })],
      gives: ['#1 - rx 1000 (1000/s) tx 0 (0/s)'],
    },
    {
      atSeconds: 12,
      seen: [sample(1, { ...curl, openedNs: 10.5e9, rxBytes: 1400 })],
      gives: ['curl[200] rx 1400 (1400/s) tx 0 (0/s)', '#1 curl rx 1400 (400/s) tx 0 (0/s)'],
    },
  ],
  "an accepted socket that another process uses than the one that listens is all that process's": [
    nothingYet,
    {
      atSeconds: 11,
      seen: [sample(1, { ...nginx, openedNs: 10.5e9, rxBytes: 100 })],
      gives: ['nginx[100] rx 100 (100/s) tx 0 (0/s)', '#1 nginx rx 100 (100/s) tx 0 (0/s)'],
    },
    {
      atSeconds: 12,
      seen: [sample(1, { ...curl, openedNs: 10.5e9, rxBytes: 700 })],
      gives: [
        'nginx[100] rx 0 (0/s) tx 0 (0/s)',
        'curl[200] rx 700 (700/s) tx 0 (0/s)',
        '#1 curl rx 700 (600/s) tx 0 (0/s)',
      ],
    },
  ],
  'several processes use a socket: each has what it moved, who moves now has the rest': [
    nothingYet,
    {
      atSeconds: 11,
      seen: [sample(1, { ...nginx, openedNs: 10.5e9, rxBytes: 100, txBytes: 50 })],
      gives: ['nginx[100] rx 100 (100/s) tx 50 (50/s)', '#1 nginx rx 100 (100/s) tx 50 (50/s)'],
    },
    {
      // nginx had read 80 of the 100 when curl read on; it still sends
      atSeconds: 12,
      seen: [sample(1, { ...curl, openedNs: 10.5e9, rxBytes: 700, txBytes: 70 })],
      act: (ledger) => {
        share(ledger, { ...nginx, receives: 0, sends: 1 }, 80, 0);
        share(ledger, { ...curl, receives: 1, sends: 0 }, 0, 0);
      },
      gives: [
        'nginx[100] rx 80 (0/s) tx 70 (20/s)',
        'curl[200] rx 620 (620/s) tx 0 (0/s)',
        '#1 curl rx 700 (600/s) tx 70 (20/s)',
      ],
    },
    {
      // curl wrote 30 bytes that are not sent yet, after 70 of nginx
      atSeconds: 13,
      seen: [sample(1, { ...curl, openedNs: 10.5e9, rxBytes: 700, txBytes: 70 })],
      act: (ledger) => {
        share(ledger, { ...nginx, receives: 0, sends: 0 }, 0, 70);
        share(ledger, { ...curl, receives: 1, sends: 1 }, 0, 0);
      },
      gives: [
        'nginx[100] rx 80 (0/s) tx 70 (0/s)',
        'curl[200] rx 620 (0/s) tx 0 (0/s)',
        '#1 curl rx 700 (0/s) tx 70 (0/s)',
      ],
    },
    {
      atSeconds: 14,
      closed: [sample(1, { ...curl, openedNs: 10.5e9, rxBytes: 710, txBytes: 100, state: CLOSE })],
      gives: ['nginx[100] rx 80 (0/s) tx 70 (0/s)', 'curl[200] rx 630 (10/s) tx 30 (30/s)'],
    },
  ],
  'a process takes over, writes nothing, and the one before goes on: its part stays its own': [
    { atSeconds: 10, gives: [] },
    {
      atSeconds: 11,
      seen: [sample(1, { ...nginx, openedNs: 10.5e9, txBytes: 100 })],
      act: (ledger) => {
        share(ledger, { ...nginx, receives: 1, sends: 1 }, 0, 100);
        share(ledger, { ...curl, receives: 0, sends: 0 }, 0, 0);
      },
      gives: [
        'nginx[100] rx 0 (0/s) tx 100 (100/s)',
        'curl[200] rx 0 (0/s) tx 0 (0/s)',
        '#1 nginx rx 0 (0/s) tx 100 (100/s)',
      ],
    },
    {
      // nginx wrote 50 more before curl
      atSeconds: 12,
      seen: [sample(1, { ...curl, openedNs: 10.5e9, txBytes: 200 })],
      act: (ledger) => {
        share(ledger, { ...nginx, receives: 1, sends: 0 }, 0, 50);
        share(ledger, { ...curl, receives: 0, sends: 1 }, 0, 0);
      },
      gives: [
        'nginx[100] rx 0 (0/s) tx 150 (50/s)',
        'curl[200] rx 0 (0/s) tx 50 (50/s)',
        '#1 curl rx 0 (0/s) tx 200 (100/s)',
      ],
    },
  ],
  'a socket older than nettop is shared: what it moved before is not told': [
    {
      atSeconds: 10,
      seen: [sample(1, { ...nginx, rxBytes: 1000 })],
      gives: ['nginx[100] rx 0 (0/s) tx 0 (0/s)', '#1 nginx rx 1000 (0/s) tx 0 (0/s)'],
    },
    {
      atSeconds: 11,
      seen: [sample(1, { ...curl, rxBytes: 1300 })],
      act: (ledger) => {
        share(ledger, { ...nginx, receives: 0, sends: 1 }, 1100, 0);
        share(ledger, { ...curl, receives: 1, sends: 0 }, 0, 0);
      },
      gives: [
        'nginx[100] rx 100 (100/s) tx 0 (0/s)',
        'curl[200] rx 200 (200/s) tx 0 (0/s)',
        '#1 curl rx 1300 (300/s) tx 0 (0/s)',
      ],
    },
  ],
  'an owner that is not told any more stays': [
    {
      atSeconds: 10,
      seen: [sample(1, nginx)],
      gives: ['nginx[100] rx 0 (0/s) tx 0 (0/s)', '#1 nginx rx 0 (0/s) tx 0 (0/s)'],
    },
    {
      atSeconds: 11,
      seen: [sample(1, { rxBytes: 9 })],
      gives: ['nginx[100] rx 9 (9/s) tx 0 (0/s)', '#1 nginx rx 9 (9/s) tx 0 (0/s)'],
    },
  ],
  'rates are of the time that passed, not of the interval that was asked for': [
    nothingYet,
    {
      atSeconds: 10.5,
      seen: [sample(1, { ...nginx, openedNs: 10.1e9, txBytes: 100 })],
      gives: ['nginx[100] rx 0 (0/s) tx 100 (200/s)', '#1 nginx rx 0 (0/s) tx 100 (200/s)'],
    },
    {
      atSeconds: 14.5,
      seen: [sample(1, { ...nginx, openedNs: 10.1e9, txBytes: 300 })],
      gives: ['nginx[100] rx 0 (0/s) tx 300 (50/s)', '#1 nginx rx 0 (0/s) tx 300 (50/s)'],
    },
  ],
  'a reset sets the totals of processes to zero; rates and connections stay': [
    nothingYet,
    {
      atSeconds: 11,
      seen: [sample(1, { ...nginx, openedNs: 10.5e9, rxBytes: 100 })],
      gives: ['nginx[100] rx 100 (100/s) tx 0 (0/s)', '#1 nginx rx 100 (100/s) tx 0 (0/s)'],
    },
    {
      atSeconds: 12,
      seen: [sample(1, { ...nginx, openedNs: 10.5e9, rxBytes: 130 })],
      act: (ledger) => ledger.people.resetTotals(),
      gives: ['nginx[100] rx 0 (30/s) tx 0 (0/s)', '#1 nginx rx 130 (30/s) tx 0 (0/s)'],
    },
    {
      atSeconds: 13,
      seen: [sample(1, { ...nginx, openedNs: 10.5e9, rxBytes: 150 })],
      gives: ['nginx[100] rx 20 (20/s) tx 0 (0/s)', '#1 nginx rx 150 (20/s) tx 0 (0/s)'],
    },
  ],
  'totals from before a reset come back with what was moved since; the rate is that of the tick': [
    nothingYet,
    {
      atSeconds: 11,
      seen: [sample(1, { ...nginx, openedNs: 10.5e9, rxBytes: 100 })],
      act: (ledger) => {
        before = ledger.people.resetTotals();
      },
      gives: ['nginx[100] rx 0 (100/s) tx 0 (0/s)', '#1 nginx rx 100 (100/s) tx 0 (0/s)'],
    },
    {
      atSeconds: 12,
      seen: [sample(1, { ...nginx, openedNs: 10.5e9, rxBytes: 130 })],
      act: (ledger) => ledger.people.restoreTotals(before),
      gives: ['nginx[100] rx 130 (30/s) tx 0 (0/s)', '#1 nginx rx 130 (30/s) tx 0 (0/s)'],
    },
    {
      atSeconds: 13,
      seen: [sample(1, { ...nginx, openedNs: 10.5e9, rxBytes: 150 })],
      gives: ['nginx[100] rx 150 (20/s) tx 0 (0/s)', '#1 nginx rx 150 (20/s) tx 0 (0/s)'],
    },
  ],
  'calls of UDP and ICMP count for the process that made them, beside its connections': [
    nothingYet,
    {
      atSeconds: 11,
      seen: [sample(1, curl), sample(2, { ...curl, protocol: 17, rxBytes: 99 })],
      act: (ledger) => ledger.addUsage(usage(200, 8e9, 'curl'), 40, 30),
      gives: [
        'curl[200] rx 40 (40/s) tx 30 (30/s)',
        '#1 curl rx 0 (0/s) tx 0 (0/s)',
        '#2 curl rx 99 (0/s) tx 0 (0/s)',
      ],
    },
  ],
  'a pid that is used again is another process': [
    nothingYet,
    {
      atSeconds: 11,
      act: (ledger) => {
        ledger.addUsage(usage(200, 8e9, 'curl'), 1, 0);
        ledger.addUsage(usage(200, 9e9, 'dig'), 2, 0);
      },
      gives: ['curl[200] rx 1 (1/s) tx 0 (0/s)', 'dig[200] rx 2 (2/s) tx 0 (0/s)'],
    },
  ],
};

for (const [name, ticks] of Object.entries(scenarios)) {
  test(name, () => {
    const ledger = new Ledger(String);
    const given = ticks.map((tick) => [tick.atSeconds, run(ledger, tick)]);
    assert.deepEqual(
      given,
      ticks.map(({ atSeconds, gives }) => [atSeconds, gives]),
    );
  });
}
