import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Column, headerLine, placeColumns, rowLine } from '../../src/panes/column.ts';
import { connections } from '../../src/panes/connections/columns.ts';
import { sortMarks } from '../../src/panes/pane.ts';
import { processes } from '../../src/panes/processes/columns.ts';
import { trace } from '../../src/panes/trace/columns.ts';
import { connectionRows, packetRow } from '../fixtures/rows.ts';

process.env.TZ = 'UTC';
const text = (line: readonly { text: string }[]) => line.map((span) => span.text).join('');

function titles<R>(columns: readonly Column<R>[], width: number): string {
  return text(headerLine(placeColumns(columns, width), new Map()));
}

test('no pane is wider than the screen, at any width', () => {
  for (let width = 20; width <= 260; width++) {
    for (const line of [
      titles(processes.columns, width),
      titles(connections.columns, width),
      titles(trace.columns, width),
    ]) {
      assert.ok(line.length <= width, `${width}: ${line}`);
    }
  }
});

test('the trace shows its eight columns from 80 cells on, the others where all is wide', () => {
  assert.equal(
    titles(trace.columns, 79),
    'FUNCTION  SRC IP          DST IP          SPORT DPORT     SEQ ACK SEQ TIMESTAMP',
  );
  assert.match(
    titles(trace.columns, 199),
    /^KERNEL FUNCTION +SRC IP +DST IP +SRC PORT DST PORT +SEQ +ACK SEQ TIMESTAMP +FLAGS +LEN IFACE +CPU PROCESS/,
  );
});

test('at 80 columns addresses are whole and the ends of numbers are kept', () => {
  assert.equal(
    text(rowLine(placeColumns(trace.columns, 79), packetRow(0))),
    '__dev_qu… 192.168.100.100 203.0.113.7     40022   443 …234567 …345678 05.000000',
  );
});

test('the mark of the sort stands in the titles that it sorts by', () => {
  const placed = placeColumns(processes.columns, 79);
  const header = (column: string, descending: boolean) =>
    text(headerLine(placed, sortMarks({ column, descending })));
  assert.match(header('rate', true), / RX\/s▾ +TX\/s▾ /);
  assert.match(header('pid', false), /^ +PID▴ /);
});

test('a connection without a known birth is at least as old as nettop saw it', () => {
  const [row] = connectionRows(1);
  assert.ok(row);
  assert.equal(
    text(rowLine(placeColumns(connections.columns, 119), row)).trimEnd(),
    '192.168.100.100:443    203.0.113.1:50000      ESTABLISHED nginx         2.50 MB/s 5.00 MB/s    87µs     0    >12s    10',
  );
});

test('what is no connection: a listener with its backlog, UDP, QUIC by its port; - where there is nothing to tell', () => {
  const [row] = connectionRows(1);
  const other = {
    ...(row ?? assert.fail()),
    tcp: null,
    rttUs: null,
    remoteAddress: '0.0.0.0',
    remotePort: 0,
  };
  const udp = { ...other, protocol: 'udp', state: 'OPEN' } as const;
  const rows = [
    { ...other, state: 'LISTEN', backlog: { waiting: 3, limit: 128, handshakes: 2 } },
    { ...udp, localPort: 53 },
    { ...udp, remoteAddress: '203.0.113.1', remotePort: 443, localPort: 40_001 },
  ];
  assert.deepEqual(
    rows.map((one) => text(rowLine(placeColumns(connections.columns, 119), one)).trimEnd()),
    [
      '192.168.100.100:443    * 3/128 waiting        LISTEN      nginx         2.50 MB/s 5.00 MB/s       -     -    >12s     -',
      '192.168.100.100:53     *                      UDP         nginx         2.50 MB/s 5.00 MB/s       -     -    >12s     -',
      '192.168.100.100:40001  203.0.113.1:443        QUIC        nginx         2.50 MB/s 5.00 MB/s       -     -    >12s     -',
    ],
  );
});
