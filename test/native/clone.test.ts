import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functionStarts, renumbered } from '../../native/clone.ts';

/** struct bpf_insn: code, destination | source << 4, offset, immediate. */
function program(...instructions: [code: number, registers: number, immediate: number][]): Buffer {
  const bytes = Buffer.alloc(8 * instructions.length);
  instructions.forEach(([code, registers, immediate], index) => {
    bytes.writeUInt8(code, 8 * index);
    bytes.writeUInt8(registers, 8 * index + 1);
    bytes.writeInt32LE(immediate, 8 * index + 4);
  });
  return bytes;
}

const CALL = 0x85;
const EXIT = 0x95;
const OWN = 0x10;

test('functions begin where they are called, the program at 0', () => {
  const calls = program(
    [CALL, OWN, 3],
    [CALL, 0, 6],
    [CALL, OWN, 1],
    [EXIT, 0, 0],
    [EXIT, 0, 0],
    [EXIT, 0, 0],
  );
  assert.deepEqual(functionStarts(calls), [0, 4]);
});

test('the number is written where the placeholder is put into a register, and nowhere else', () => {
  const before = program([0xb7, 1, 77], [0xb4, 2, 77], [0xb7, 3, 78], [0x07, 1, 77]);
  assert.deepEqual(
    renumbered(before, 77, 5),
    program([0xb7, 1, 5], [0xb4, 2, 5], [0xb7, 3, 78], [0x07, 1, 77]),
  );
  assert.equal(before.readInt32LE(4), 77);
});
