import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elfFile, type ReadAt, sectionNamed } from '../../../src/capture/plaintext/elf-file.ts';
import { elfFunctions } from '../../../src/capture/plaintext/elf-functions.ts';
import { TEXT_NAMES } from '../../../src/capture/plaintext/text-functions.ts';
import { newSeed, seeded } from '../../fixtures/filter-random.ts';

const CODE = { offset: 0x1000, address: 0x401000, size: 0x800 };
/** More than this is read of no file: header, headers, and two tables of symbols with their names, 32 MB each. */
const MOST_READ = 130 << 20;

/** A library as elf(5) lays it out: one segment of code, the symbols that are linked, names of sections. */
function library(functions: Readonly<Record<string, number>>, sectionName = '.text'): Buffer {
  const names = Object.keys(functions);
  const strings = Buffer.from(`\0${names.join('\0')}\0`, 'latin1');
  const sectionNames = Buffer.from(`\0${sectionName}\0`, 'latin1');
  const symbols = Buffer.alloc(24 * (names.length + 1));
  for (const [index, name] of names.entries()) {
    const at = 24 * (index + 1);
    symbols.writeUInt32LE(strings.indexOf(`\0${name}\0`) + 1, at);
    symbols.writeUInt8(0x12, at + 4); // global, a function
    symbols.writeUInt16LE(1, at + 6);
    symbols.writeBigUInt64LE(BigInt(functions[name] ?? 0), at + 8);
  }
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  const program = Buffer.alloc(56);
  program.writeUInt32LE(1, 0);
  program.writeUInt32LE(5, 4);
  program.writeBigUInt64LE(BigInt(CODE.offset), 8);
  program.writeBigUInt64LE(BigInt(CODE.address), 16);
  program.writeBigUInt64LE(BigInt(CODE.size), 32);
  const tables = [symbols, strings, sectionNames];
  const kinds = [11, 3, 3];
  const first = header.length + program.length;
  const places = tables.map((_, index) =>
    tables.slice(0, index).reduce((sum, { length }) => sum + length, first),
  );
  const sections = tables.map((table, index) => {
    const section = Buffer.alloc(64);
    section.writeUInt32LE(1, 0);
    section.writeUInt32LE(kinds[index] ?? 0, 4);
    section.writeBigUInt64LE(BigInt(places[index] ?? 0), 24);
    section.writeBigUInt64LE(BigInt(table.length), 32);
    section.writeUInt32LE(2, 40); // of symbols: where their names are
    return section;
  });
  header.writeBigUInt64LE(BigInt(first + tables.reduce((sum, { length }) => sum + length, 0)), 40);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(4, 60);
  header.writeUInt16LE(3, 62);
  return Buffer.concat([header, program, ...tables, Buffer.alloc(64), ...sections]);
}

const reading =
  (bytes: Uint8Array): ReadAt =>
  (offset, length) =>
    bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length));

const hasSection = (read: ReadAt, name: string): boolean => {
  const elf = elfFile(read);
  return elf !== null && sectionNamed(read, elf, name) !== undefined;
};

const FUNCTIONS = { SSL_write: 0x401010, SSL_read: 0x401234, other: 0x401300, SSL_free: 0x900000 };

test('where functions are in a file: those within its code, by their names', () => {
  const found = elfFunctions(reading(library(FUNCTIONS)), TEXT_NAMES);
  assert.deepEqual(Object.fromEntries(found), {
    SSL_write: { offset: 0x1010, returns: [] },
    SSL_read: { offset: 0x1234, returns: [] },
  });
});

test('a section by its name', () => {
  assert.ok(hasSection(reading(library(FUNCTIONS, '.go.buildinfo')), '.go.buildinfo'));
  assert.ok(!hasSection(reading(library(FUNCTIONS)), '.go.buildinfo'));
});

test('damaged files, and beginnings of files, are read without a throw, and offsets stay within', (t) => {
  const random = seeded(newSeed(t));
  const whole = library(FUNCTIONS);
  for (let length = 0; length < whole.length; length++)
    elfFunctions(reading(whole.subarray(0, length)), TEXT_NAMES);
  for (let round = 0; round < 20_000; round++) {
    const copy = Buffer.from(whole);
    for (let times = 0; times <= random(6); times++)
      copy[random(copy.length)] = random(4) ? random(256) : 255;
    for (const { offset } of elfFunctions(reading(copy), TEXT_NAMES).values()) assert.ok(offset >= 0);
    hasSection(reading(copy), '.go.buildinfo');
  }
});

test('a file that is all tables of symbols is read in bounded work', () => {
  const bytes = library(FUNCTIONS);
  bytes.writeUInt16LE(0xffff, 60);
  const one = Buffer.alloc(64);
  one.writeUInt32LE(11, 4);
  one.writeBigUInt64LE(32n << 20n, 32);
  const tables = Buffer.alloc(64 * 0xffff);
  for (let at = 0; at < tables.length; at += 64) one.copy(tables, at);
  const many = Buffer.concat([bytes.subarray(0, Number(bytes.readBigUInt64LE(40))), tables]);
  const names = Buffer.alloc(32 << 20, 'SSL_write\0');
  let read = 0;
  const hostile: ReadAt = (offset, length) => {
    read += length;
    return length > 1 << 20 && length === names.length ? names : reading(many)(offset, length);
  };
  elfFunctions(hostile, TEXT_NAMES);
  assert.ok(read < MOST_READ, `${read} bytes`);
});
