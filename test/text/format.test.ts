import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bytesCells,
  formatBytes,
  formatCount,
  formatDuration,
  formatEndpoint,
  formatInterval,
  formatMicroseconds,
  formatRate,
  formatTimestamp,
  rateCells,
  sparkline,
  USUAL_UNITS,
} from '../../src/text/format.ts';

process.env.TZ = 'UTC';

test('bytes have three significant figures in SI units', () => {
  assert.deepEqual(
    [0, 0.4, 999, 999.6, 1234, 12_350, 999_600, 12_400_000, 2 ** 40, 1e18, 1e20].map((bytes) =>
      formatBytes(bytes, USUAL_UNITS),
    ),
    [
      '0 B',
      '0 B',
      '999 B',
      '1.00 kB',
      '1.23 kB',
      '12.3 kB',
      '1.00 MB',
      '12.4 MB',
      '1.10 TB',
      '1000 PB',
      '100000 PB',
    ],
  );
  assert.equal(formatRate(640_000, USUAL_UNITS), '640 kB/s');
  assert.equal(formatRate(null, USUAL_UNITS), '-');
});

const IEC = { bits: false, iec: true };
const BITS = { bits: true, iec: false };
const BOTH = { bits: true, iec: true };

test('bytes by powers of 1024 have the names of IEC', () => {
  assert.deepEqual(
    [999, 1023, 1023.6, 1024, 1_258_291, 1023 * 1024, 2 ** 30 - 1, 2 ** 40, 2 ** 60].map((bytes) =>
      formatBytes(bytes, IEC),
    ),
    ['999 B', '1023 B', '1.00 KiB', '1.00 KiB', '1.20 MiB', '1023 KiB', '1.00 GiB', '1.00 TiB', '1024 PiB'],
  );
});

test('a rate in bits is eight times that in bytes', () => {
  const rates = [0, 1, 125, 640_000, 12_400_000, 125_000_000];
  assert.deepEqual(
    rates.map((rate) => formatRate(rate, BITS)),
    ['0 bit/s', '8 bit/s', '1.00 kbit/s', '5.12 Mbit/s', '99.2 Mbit/s', '1.00 Gbit/s'],
  );
  assert.equal(formatRate(131_072, IEC), '128 KiB/s');
  assert.equal(formatRate(131_072, BOTH), '1.00 Mibit/s');
  assert.equal(formatBytes(131_072, BITS), '131 kB');
});

test('what is longest fits into the cells that columns leave for it', () => {
  for (const units of [USUAL_UNITS, IEC, BITS, BOTH]) {
    const amounts = Array.from({ length: 4000 }, (_, at) => 1.0097 ** at).filter((amount) => amount < 1e15);
    const longest = (texts: string[]) => Math.max(...texts.map(({ length }) => length));
    assert.equal(longest(amounts.map((amount) => formatBytes(amount, units))), bytesCells(units));
    assert.equal(longest(amounts.map((amount) => formatRate(amount, units))), rateCells(units));
  }
});

test('counts, times and intervals', () => {
  assert.deepEqual([0, 318, 9812, 98_123, 981_000, 1_240_000].map(formatCount), [
    '0',
    '318',
    '9.8k',
    '98.1k',
    '981k',
    '1.2M',
  ]);
  assert.deepEqual([0, 870, 1234, 12_345, 123_456, 1_500_000].map(formatMicroseconds), [
    '0µs',
    '870µs',
    '1.23ms',
    '12.3ms',
    '123ms',
    '1.50s',
  ]);
  assert.deepEqual([0, 12.9, 184, 7830, 300_000].map(formatDuration), ['0s', '12s', '3m04s', '2h10m', '3d']);
  assert.deepEqual([100, 1000, 2500].map(formatInterval), ['0.1 s', '1 s', '2.5 s']);
  assert.equal(formatTimestamp(1767323045_000123), '03:04:05.000123');
});

test('an endpoint keeps its port however narrow', () => {
  assert.deepEqual(
    [
      formatEndpoint('10.0.0.1', 443),
      formatEndpoint('::1', 443),
      formatEndpoint('192.168.100.100', 40001, 15),
      formatEndpoint('2001:db8:85a3::7348', 443, 18),
      formatEndpoint('2001:db8:85a3::7348', 40001, 8),
    ],
    ['10.0.0.1:443', '[::1]:443', '….100.100:40001', '[2001:d…:7348]:443', ':40001'],
  );
});

test('a sparkline tells nothing from little, newest at the right', () => {
  assert.deepEqual(
    [sparkline([], 3), sparkline([0, 0], 3), sparkline([0, 1, 1000], 3), sparkline([9, 1, 2, 4, 8], 4)],
    ['   ', ' ▁▁', '▁▂█', '▂▃▅█'],
  );
});
