import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../../../src/capture/ledger/ledger.ts';
import { run, type Tick } from '../../fixtures/ledger.ts';
import { CLOSE, curl, nginx, sample } from '../../fixtures/samples.ts';

/** The first tick of a scenario that begins before its socket was there. */
const nothingYet: Tick = { atSeconds: 10, gives: [] };

const scenarios: Record<string, Tick[]> = {
  'a close between two sweeps counts its last bytes': [
    nothingYet,
    {
      atSeconds: 11,
      seen: [sample(1, { ...nginx, openedNs: 10.5e9, rxBytes: 100 })],
      gives: ['nginx[100] rx 100 (100/s) tx 0 (0/s)', '#1 nginx rx 100 (100/s) tx 0 (0/s)'],
    },
    {
      atSeconds: 12,
      closed: [sample(1, { ...nginx, openedNs: 10.5e9, rxBytes: 175, txBytes: 20, state: CLOSE })],
      gives: ['nginx[100] rx 175 (75/s) tx 20 (20/s)'],
    },
    { atSeconds: 13, gives: ['nginx[100] rx 175 (0/s) tx 20 (0/s)'] },
  ],
  'a socket that no sweep saw counts by its last record alone': [
    nothingYet,
    {
      atSeconds: 11,
      closed: [sample(1, { ...curl, openedNs: 10.5e9, rxBytes: 4000, txBytes: 80, state: CLOSE })],
      gives: ['curl[200] rx 4000 (4000/s) tx 80 (80/s)'],
    },
  ],
  'a sweep that still shows a closed socket counts nothing twice': [
    nothingYet,
    {
      atSeconds: 11,
      closed: [sample(1, { ...curl, openedNs: 10.5e9, rxBytes: 4000, state: CLOSE })],
      seen: [sample(1, { ...curl, openedNs: 10.5e9, rxBytes: 4000 })],
      gives: ['curl[200] rx 4000 (4000/s) tx 0 (0/s)'],
    },
    { atSeconds: 12, gives: ['curl[200] rx 4000 (0/s) tx 0 (0/s)'] },
  ],
  'a socket older than nettop that closes before its second sweep gives what moved between': [
    {
      atSeconds: 10,
      seen: [sample(1, { ...nginx, rxBytes: 5000 })],
      gives: ['nginx[100] rx 0 (0/s) tx 0 (0/s)', '#1 nginx rx 5000 (0/s) tx 0 (0/s)'],
    },
    {
      atSeconds: 11,
      closed: [sample(1, { ...nginx, rxBytes: 5010, state: CLOSE })],
      gives: ['nginx[100] rx 10 (10/s) tx 0 (0/s)'],
    },
  ],
  'a close without an owner is nobody’s, and not lost': [
    nothingYet,
    {
      atSeconds: 11,
      closed: [sample(1, { openedNs: 10.5e9, rxBytes: 60 }), sample(2, { openedNs: 10.6e9, txBytes: 7 })],
      gives: ['[closed][0] rx 60 (60/s) tx 7 (7/s)'],
    },
  ],
  'a close without owner and bytes leaves nothing behind': [
    nothingYet,
    { atSeconds: 11, closed: [sample(1, { openedNs: 10.5e9 })], gives: [] },
  ],
  'nor does one whose bytes are all older than nettop': [
    {
      atSeconds: 10,
      seen: [sample(1, { rxBytes: 5000 })],
      gives: ['#1 - rx 5000 (0/s) tx 0 (0/s)'],
    },
    { atSeconds: 11, closed: [sample(1, { rxBytes: 5000, state: CLOSE })], gives: [] },
  ],
  'a socket that a sweep passed over counts what it moved once': [
    nothingYet,
    {
      atSeconds: 11,
      seen: [sample(1, { ...nginx, openedNs: 10.5e9, rxBytes: 100 })],
      gives: ['nginx[100] rx 100 (100/s) tx 0 (0/s)', '#1 nginx rx 100 (100/s) tx 0 (0/s)'],
    },
    { atSeconds: 12, gives: ['nginx[100] rx 100 (0/s) tx 0 (0/s)'] },
    {
      atSeconds: 13,
      seen: [sample(1, { ...nginx, openedNs: 10.5e9, rxBytes: 160 })],
      gives: ['nginx[100] rx 160 (60/s) tx 0 (0/s)', '#1 nginx rx 160 (30/s) tx 0 (0/s)'],
    },
    {
      atSeconds: 14,
      gives: ['nginx[100] rx 160 (0/s) tx 0 (0/s)'],
    },
    {
      atSeconds: 15,
      closed: [sample(1, { ...nginx, openedNs: 10.5e9, rxBytes: 170, state: CLOSE })],
      gives: ['nginx[100] rx 170 (10/s) tx 0 (0/s)'],
    },
  ],
  'what a socket moved before nettop is not counted when its last record is the first of it': [
    nothingYet,
    {
      atSeconds: 11,
      closed: [sample(1, { ...nginx, rxBytes: 5000, state: CLOSE })],
      gives: ['nginx[100] rx 0 (0/s) tx 0 (0/s)'],
    },
  ],
  'a socket that connects anew after its last record begins at zero': [
    nothingYet,
    {
      atSeconds: 11,
      closed: [sample(1, { ...curl, openedNs: 10.5e9, rxBytes: 700, state: CLOSE })],
      gives: ['curl[200] rx 700 (700/s) tx 0 (0/s)'],
    },
    {
      atSeconds: 12,
      seen: [sample(1, { ...curl, openedNs: 11.5e9, rxBytes: 30 })],
      gives: ['curl[200] rx 730 (30/s) tx 0 (0/s)', '#1 curl rx 30 (30/s) tx 0 (0/s)'],
    },
  ],
  'a socket that left the sweep without a last record goes': [
    {
      atSeconds: 10,
      seen: [sample(1, nginx), sample(2, nginx)],
      gives: [
        'nginx[100] rx 0 (0/s) tx 0 (0/s)',
        '#1 nginx rx 0 (0/s) tx 0 (0/s)',
        '#2 nginx rx 0 (0/s) tx 0 (0/s)',
      ],
    },
    {
      atSeconds: 11,
      seen: [sample(2, nginx)],
      gives: ['nginx[100] rx 0 (0/s) tx 0 (0/s)', '#2 nginx rx 0 (0/s) tx 0 (0/s)'],
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
