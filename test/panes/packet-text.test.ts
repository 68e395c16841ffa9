import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Inner, PacketRow } from '../../src/model/model.ts';
import { formatDetails, formatFlags, formatIcmp, formatInner } from '../../src/panes/trace/cells.ts';
import { droppedRow, fullPacketRow, packetRow } from '../fixtures/rows.ts';

test('flags: what a handshake is read by first; outside TCP the protocol', () => {
  const flagsOf = (row: Partial<PacketRow>) => formatFlags({ ...packetRow(0), ...row });
  assert.deepEqual(
    [
      flagsOf({ flags: ['PSH', 'ACK'] }),
      flagsOf({ flags: ['SYN', 'ACK'] }),
      flagsOf({ flags: ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] }),
      flagsOf({ flags: [] }),
      flagsOf({ flags: [], protocol: 'icmp6' }),
      flagsOf({ flags: [], protocol: '' }),
    ],
    ['ACK,PSH', 'SYN,ACK', 'SYN,ACK,FIN,RST,PSH,URG,ECE,CWR', '-', 'icmp6', '-'],
  );
});

test('ICMP: an echo has its numbers', () => {
  assert.deepEqual(
    [
      formatIcmp({ type: 8, code: 0, id: 77, sequence: 3 }),
      formatIcmp({ type: 3, code: 13, id: null, sequence: null }),
    ],
    ['8/0 id 77 seq 3', '3/13'],
  );
});

test('a tunnel: what it carries, as far as it is known', () => {
  const inner: Inner = {
    tunnel: 'gre',
    id: null,
    protocol: 'tcp',
    source: '2001:db8::1',
    sourcePort: 40_022,
    destination: '2001:db8::2',
    destinationPort: 443,
  };
  const without = { sourcePort: null, destinationPort: null };
  assert.deepEqual(
    [
      formatInner(inner),
      formatInner({ ...inner, ...without, id: 99, protocol: 'icmp6' }),
      formatInner({
        ...inner,
        ...without,
        tunnel: 'vxlan',
        id: 42,
        protocol: null,
        source: null,
        destination: null,
      }),
    ],
    [
      'gre: tcp [2001:db8::1]:40022 → [2001:db8::2]:443',
      'gre 99: icmp6 2001:db8::1 → 2001:db8::2',
      'vxlan 42: inner headers not read',
    ],
  );
});

test('details: what only some packets have', () => {
  assert.deepEqual(
    [
      packetRow(0),
      droppedRow(1),
      fullPacketRow(),
      { ...packetRow(0), headers: 'not linear' as const },
      { ...packetRow(0), headers: 'fragment' as const },
    ].map(formatDetails),
    [
      '',
      'NO_SOCKET at __udp4_lib_rcv+0x3d4',
      'NETFILTER_DROP at nf_hook_slow+0xb3, input filter INPUT: drop, icmp 8/0 id 77 seq 3, vxlan 42: udp 10.1.0.1:5353 → 10.1.0.2:53, vlan 5, mark 0x1f, netns blue',
      'headers not linear',
      'fragment',
    ],
  );
});
