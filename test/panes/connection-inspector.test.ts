import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionRow } from '../../src/model/model.ts';
import { USUAL_UNITS } from '../../src/text/format.ts';
import { inspectorLines } from '../../src/ui/inspector.ts';
import { connectionWatch, watchedRow } from '../fixtures/connections.ts';
import { failedEnding } from '../fixtures/lives.ts';

process.env.TZ = 'UTC';

/** The inspector of a row without its graphs. */
function lines(overrides: Partial<ConnectionRow>): string[] {
  const row = watchedRow({ tcp: null, life: null, rttUs: null, ...overrides });
  const watch = { ...connectionWatch(row), events: [] };
  const shown = inspectorLines({ pane: 'connections', row, watch, packets: [] }, 100, USUAL_UNITS);
  return shown
    .map((spans) => spans.map(({ text }) => text).join(''))
    .filter((text) => !/[▁▂▃▄▅▆▇█]/.test(text));
}

test('a UDP flow has no states, no round trip and no retransmits', () => {
  assert.deepEqual(lines({ protocol: 'udp', state: 'OPEN', remotePort: 443, ageSeconds: null }), [
    ' local              192.168.100.100:40001',
    ' remote             203.0.113.2:443',
    ' protocol           udp, by its port QUIC',
    ' process            postgres (1037)',
    ' ',
    ' The last 42s',
    ' ',
    ' Figures',
    ' received           37.5 MB (37500000 bytes)  625 kB/s',
    ' sent               75.0 MB (75000000 bytes)  1.25 MB/s',
    ' age                more than 12s',
    ' network namespace  4026531840',
    ' ',
    ' Packets: none',
  ]);
});

test('a listener has its backlog', () => {
  const backlog = { waiting: 3, limit: 128, handshakes: 2 };
  assert.deepEqual(lines({ state: 'LISTEN', backlog, remoteAddress: '0.0.0.0', remotePort: 0 }), [
    ' local              192.168.100.100:40001',
    ' remote             *',
    ' protocol           tcp',
    ' state              LISTEN',
    ' process            postgres (1037)',
    ' ',
    ' Figures',
    ' backlog            3 of 128 wait for accept(), 2 in their handshake',
    " not taken          0 packets, by the socket's own count",
    ' age                41s',
    ' network namespace  4026531840',
    ' ',
    ' Packets: none',
  ]);
});

test('a connection that was refused', () => {
  const states = [
    { state: 'SYN_SENT', us: 119 },
    { state: 'CLOSE', us: 0 },
  ];
  const life = { states, connectUs: 119, acceptUs: null, acceptAtMost: false, synRetransmits: 2 };
  const ending = {
    cause: 'refused',
    resetBy: 'far end',
    reason: null,
    error: 'ECONNREFUSED',
    icmp: null,
    route: null,
    drop: null,
    secondsAgo: 3,
  } as const;
  const row = { state: 'CLOSE', life, ending, rxBytes: 0, txBytes: 0, rxRate: 0, txRate: 0 };
  assert.deepEqual(lines(row).slice(3, 18), [
    ' state              CLOSE',
    ' process            postgres (1037)',
    ' ',
    ' The last 42s',
    ' ',
    ' Timeline',
    ' 03:14:01.999881    SYN_SENT for 119µs',
    ' 03:14:02.000000    refused by far end',
    ' ',
    ' Figures',
    ' received           0 B (0 bytes)  0 B/s',
    ' sent               0 B (0 bytes)  0 B/s',
    ' round trip         -',
    ' retransmits        3',
    ' failed after       119µs  2 SYN retransmitted',
  ]);
});

test('a connection that was not made because this kernel dropped its SYNs: what to look at', () => {
  assert.deepEqual(lines({ state: 'CLOSE', ending: failedEnding }).slice(4, 9), [
    ' process            postgres (1037)',
    ' dropped            NETFILTER_DROP',
    ' dropped in         nf_hook_slow+0x9c',
    '                    A firewall rule here dropped it (nft list ruleset, iptables-save -c; nft',
    '                    monitor trace), or conntrack did: its table may be full (nf_conntrack_count,',
  ]);
});

test('what is left of a connection that closed before nettop looked', () => {
  assert.deepEqual(lines({ state: 'TIME_WAIT', rxBytes: null, txBytes: null, retransmits: 0 }).slice(5), [
    ' ',
    ' The last 42s',
    ' ',
    ' Timeline',
    ' 03:13:24.000000    opened',
    ' ',
    ' Figures',
    ' received           -',
    ' sent               -',
    ' round trip         -',
    ' retransmits        0',
    ' age                41s',
    ' network namespace  4026531840',
    ' ',
    ' Packets: none',
  ]);
});
