import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionRow } from '../../src/model/model.ts';
import { Standing } from '../../src/run/standing.ts';
import { USUAL_UNITS } from '../../src/text/format.ts';
import { watchedRow } from '../fixtures/connections.ts';
import { ending } from '../fixtures/lives.ts';

const connecting = (us: number): ConnectionRow =>
  watchedRow({
    state: 'SYN_SENT',
    remoteAddress: '192.0.2.7',
    remotePort: 443,
    remoteName: 'registry.example',
    txBytes: 0,
    rxBytes: 0,
    life: {
      states: [{ state: 'SYN_SENT', us }],
      connectUs: null,
      acceptUs: null,
      acceptAtMost: false,
      synRetransmits: 0,
    },
  });

test('a line says how much moved, whom it connects to and for how long, and since when nothing moves', () => {
  const standing = new Standing('npm', USUAL_UNITS);
  const moved = watchedRow({ txBytes: 100, rxBytes: 5000 });
  const ended = watchedRow({ txBytes: 1, rxBytes: 2, ending });
  const lineAt = (seconds: number, rows: ConnectionRow[]) => {
    const atUs = seconds * 1e6;
    return standing.line(
      rows.map((row) => ({ row, atUs })),
      atUs,
    );
  };
  assert.equal(lineAt(0, []), 'npm: 0 connections, sent 0 B, received 0 B');
  assert.equal(lineAt(1, [moved]), 'npm: 1 connection, sent 100 B, received 5.00 kB');
  assert.equal(
    lineAt(2, [moved, ended, connecting(1.5e6)]),
    'npm: 3 connections, 2 open, sent 101 B, received 5.00 kB, connecting to registry.example:443 for 1s',
  );
  assert.equal(
    lineAt(7, [moved, ended]),
    'npm: 2 connections, 1 open, sent 101 B, received 5.00 kB, nothing moved for 5s',
  );
  assert.equal(lineAt(20, [ended]), 'npm: 1 connection, sent 1 B, received 2 B');
});
