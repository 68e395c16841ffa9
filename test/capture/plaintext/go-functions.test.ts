import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReadAt } from '../../../src/capture/plaintext/elf-file.ts';
import { goFunctions } from '../../../src/capture/plaintext/go-functions.ts';
import { newSeed, seeded } from '../../fixtures/filter-random.ts';
import { codeAt, type GoProgram, goProgram, TEXT } from '../../fixtures/go-program.ts';

const NAMES = ['crypto/tls.(*Conn).Write', 'crypto/tls.(*Conn).Read'];
/** cmp 0x10(%r14),%rsp; jbe to its own end, where a call and a jump back are; ret. */
const SHORT = Buffer.from('493b66107601c3e800000000ebf2', 'hex');
/** The beginning with a large frame; a long jump to its end; mov $0xc3c3c3c3,%eax; ret; ret. */
const LONG = Buffer.from('4c8d6424804d3b66100f8605000000b8c3c3c3c3c3c3', 'hex');
const GO_118: GoProgram = {
  machine: 62,
  magic: 0xfffffff0,
  textInTable: TEXT,
  sectionName: '.gopclntab',
  functions: { 'main.main': SHORT, [NAMES[0] ?? '']: LONG, [NAMES[1] ?? '']: SHORT },
};

const reading =
  (bytes: Uint8Array): ReadAt =>
  (offset, length) =>
    bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length));

const found = (program: Partial<GoProgram>) =>
  goFunctions(reading(goProgram({ ...GO_118, ...program })), NAMES);

test('functions of Go with their returns, whatever version laid their table out', () => {
  const [write, read] = [codeAt(1), codeAt(2)];
  const expected = new Map([
    [NAMES[0], { offset: write + 15, returns: [write + 20, write + 21] }],
    [NAMES[1], { offset: read + 6, returns: [read + 6] }],
  ]);
  assert.deepEqual(found({}), expected);
  assert.deepEqual(found({ magic: 0xfffffffa }), expected, 'Go 1.17');
  assert.deepEqual(found({ magic: 0xfffffff1 }), expected, 'Go 1.20');
  assert.deepEqual(found({ magic: 0xfffffff1, textInTable: 0 }), expected, 'Go 1.26');
  assert.deepEqual(found({ sectionName: '.data.rel.ro.gopclntab' }), expected, 'at any address');
});

test('why functions of Go are not watched is said', () => {
  const without = { 'main.main': SHORT };
  const written = (code: string) => ({ ...GO_118.functions, [NAMES[1] ?? '']: Buffer.from(code, 'hex') });
  assert.equal(found({ machine: 183 }), 'Go, on a processor other than x86-64');
  assert.equal(found({ magic: 0xfffffff2 }), 'Go, whose table of functions is not known');
  assert.equal(found({ sectionName: '.none' }), 'Go, whose table of functions is not known');
  assert.equal(found({ functions: without }), 'Go without crypto/tls.(*Conn).Write');
  assert.equal(found({ textInTable: 0x900000 }), 'Go, whose table of functions is damaged');
  assert.equal(found({ functions: written('64488b0c25f8ffffff483b6110c3') }), 'Go before 1.17');
  assert.equal(found({ functions: written('493b6610760162c3') }), 'Go, with instructions that are not known');
  assert.equal(goFunctions(reading(Buffer.from('#!/bin/sh\n')), NAMES), null);
});

test('damaged programs of Go, and beginnings of them, are read without a throw, and offsets stay within', (t) => {
  const random = seeded(newSeed(t));
  const whole = goProgram(GO_118);
  for (let length = 0; length < whole.length; length++)
    goFunctions(reading(whole.subarray(0, length)), NAMES);
  for (let round = 0; round < 20_000; round++) {
    const copy = Buffer.from(whole);
    for (let times = 0; times <= random(6); times++)
      copy[random(4) ? codeAt(0) + random(copy.length - codeAt(0)) : random(128)] = random(4)
        ? random(256)
        : 255;
    const places = goFunctions(reading(copy), NAMES);
    if (!(places instanceof Map)) continue;
    for (const { offset, returns } of places.values())
      for (const at of returns) assert.ok(at >= offset && at < copy.length && copy[at] === 0xc3);
  }
});

test('a table of functions that says it is endless is read in bounded work', () => {
  const program = goProgram(GO_118);
  const at = program.indexOf(Buffer.from('f0ffffff00000108', 'hex'));
  program.writeBigUInt64LE(1n << 60n, at + 8);
  program.writeBigUInt64LE(1n << 60n, at + 8 * 5);
  let read = 0;
  goFunctions((offset, length) => {
    read += length;
    return reading(program)(offset, length);
  }, NAMES);
  assert.ok(read < 32 << 20, `${read} bytes`);
});
