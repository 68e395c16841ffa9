import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  byte,
  interfaceDescription,
  interfaceStatistics,
  long,
  packet,
  sectionHeader,
  text,
  time,
  words,
} from '../../../src/output/pcapng/blocks.ts';

/** Bytes as the draft lays them out, each line a field. */
const hex = (...lines: string[]): string => lines.join('').replaceAll(' ', '');

test('a section header: byte order, version 1.0, no length, an option filled up to whole words', () => {
  assert.equal(
    sectionHeader([text(4, 'nettop')]).toString('hex'),
    hex(
      '0a 0d 0d 0a', // reads the same from both ends
      '2c 00 00 00',
      '4d 3c 2b 1a',
      '01 00 00 00',
      'ff ff ff ff ff ff ff ff',
      '04 00 06 00 6e 65 74 74 6f 70 00 00',
      '00 00 00 00',
      '2c 00 00 00',
    ),
  );
});

test('an interface: Ethernet, snap length, name, resolution', () => {
  assert.equal(
    interfaceDescription(1, 154, [text(2, 'lo'), byte(9, 9)]).toString('hex'),
    hex(
      '01 00 00 00',
      '28 00 00 00',
      '01 00 00 00',
      '9a 00 00 00',
      '02 00 02 00 6c 6f 00 00',
      '09 00 01 00 09 00 00 00',
      '00 00 00 00',
      '28 00 00 00',
    ),
  );
});

test('a packet: the time in halves, both lengths, bytes filled up, flags, number, identity', () => {
  const bytes = Uint8Array.of(0x45, 0, 0, 0, 1);
  const timeNs = 0x0123_4567_89ab_cdefn;
  assert.equal(
    packet({ at: 2, timeNs, bytes, length: 1500 }, [words(2, 1), long(4, 7n), words(8, 812, 0)]).toString(
      'hex',
    ),
    hex(
      '06 00 00 00',
      '4c 00 00 00',
      '02 00 00 00',
      '67 45 23 01 ef cd ab 89',
      '05 00 00 00 dc 05 00 00',
      '45 00 00 00 01 00 00 00',
      '02 00 04 00 01 00 00 00',
      '04 00 08 00 07 00 00 00 00 00 00 00',
      '08 00 08 00 2c 03 00 00 00 00 00 00',
      '00 00 00 00',
      '4c 00 00 00',
    ),
  );
});

test('without options there is no end of options; statistics have their times in halves', () => {
  assert.equal(
    packet({ at: 0, timeNs: 1n, bytes: new Uint8Array(4), length: 4 }, []).toString('hex'),
    hex(
      '06 00 00 00 24 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00',
      '04 00 00 00 04 00 00 00 00 00 00 00 24 00 00 00',
    ),
  );
  assert.equal(
    interfaceStatistics(1, (2n << 32n) | 3n, [time(3, (2n << 32n) | 3n)]).toString('hex'),
    hex(
      '05 00 00 00 28 00 00 00 01 00 00 00 02 00 00 00 03 00 00 00',
      '03 00 08 00 02 00 00 00 03 00 00 00',
      '00 00 00 00 28 00 00 00',
    ),
  );
});

test('a text that is too long for an option is cut', () => {
  const block = sectionHeader([text(1, '€'.repeat(30_000))]);
  assert.equal(block.readUInt16LE(24 + 2), 60_000);
});
