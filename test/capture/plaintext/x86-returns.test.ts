import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instructionAt } from '../../../src/capture/plaintext/x86-instruction.ts';
import { returnsOf } from '../../../src/capture/plaintext/x86-returns.ts';
import { newSeed, seeded } from '../../fixtures/filter-random.ts';

const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** As objdump (GNU binutils 2.40) takes Debian's caddy apart, one for each form. */
const WHOLE = [
  '90', // nop
  'c3', // ret
  '49 3b 66 10', // cmp 0x10(%r14),%rsp
  '0f 86 bd 03 00 00', // jbe
  '48 83 c4 80', // add $-0x80,%rsp
  '48 81 ec f8 00 00 00', // sub $0xf8,%rsp
  '4c 8d a4 24 78 ff ff ff', // lea -0x88(%rsp),%r12
  '48 89 ac 24 f0 00 00 00', // mov %rbp,0xf0(%rsp)
  '48 8d 2d 00 00 00 00', // lea 0x0(%rip),%rbp
  'c7 44 24 2c 00 00 00 00', // movl $0x0,0x2c(%rsp)
  'c6 44 24 17 01', // movb $0x1,0x17(%rsp)
  '66 c7 40 10 00 01', // movw $0x100,0x10(%rax)
  '48 b8 01 02 03 04 05 06 07 08', // movabs
  'b9 10 00 00 00', // mov $0x10,%ecx
  '44 0f 11 7c 24 30', // movups %xmm15,0x30(%rsp)
  'f0 0f b1 8a 20 01 00 00', // lock cmpxchg %ecx,0x120(%rdx)
  'f0 48 0f c1 10', // lock xadd %rdx,(%rax)
  'f7 c2 ff 7f 00 00', // test $0x7fff,%edx
  'f6 40 18 01', // testb $0x1,0x18(%rax)
  '48 f7 d8', // neg %rax
  '48 0f af c1', // imul %rcx,%rax
  '48 69 c0 40 42 0f 00', // imul $0xf4240,%rax,%rax
  '0f 1f 84 00 00 00 00 00', // nopl 0x0(%rax,%rax,1)
  '66 0f 1f 44 00 00', // nopw 0x0(%rax,%rax,1)
  '8b 04 25 10 00 00 00', // mov 0x10,%eax
  '65 48 8b 04 25 f8 ff ff ff', // mov %gs:-8,%rax
  'e8 fb 12 34 00', // call
  'ff 24 c8', // jmp *(%rax,%rcx,8)
  'c5 fe 6f 06', // vmovdqu (%rsi),%ymm0
  'c4 e2 f9 f7 c2', // shlx %rax,%rdx,%rax
  'c4 e3 fb f0 c8 20', // rorx $0x20,%rax,%rcx
  '66 0f 3a 0f c8 08', // palignr $0x8,%xmm0,%xmm1
];

test('how long instructions are', () => {
  for (const text of WHOLE) {
    const code = bytes(text);
    assert.equal(instructionAt(Buffer.concat([code, Buffer.alloc(16)]), 0)?.length, code.length, text);
    for (let cut = 0; cut < code.length; cut++)
      assert.ok((instructionAt(code.subarray(0, cut), 0)?.length ?? 0) <= cut, text);
  }
});

test('instructions that Go does not write, or that processors take differently, are not known', () => {
  for (const text of ['62 f1 7c 48 28 c0', '67 8b 00', '66 e9 00 00 00 00', 'f3 c3', 'c2 08 00', '06', 'cf'])
    assert.equal(instructionAt(Buffer.concat([bytes(text), Buffer.alloc(16)]), 0), null, text);
});

test('returns: those that are instructions, where each jump leads to one', () => {
  assert.deepEqual(returnsOf(bytes('85 c0 74 01 c3 b8 c3 00 00 00 c3')), [4, 10]);
  assert.equal(returnsOf(bytes('85 c0 74 02 c3 b8 c3 00 00 00 c3')), null, 'a jump into an instruction');
  assert.equal(returnsOf(bytes('85 c0 74 40 c3')), null, 'a jump out of it');
  assert.equal(returnsOf(bytes('85 c0 c3 b8 00 00')), null, 'an instruction that is cut');
  assert.equal(returnsOf(bytes('85 c0')), null, 'no return');
});

test('bytes of all kinds are taken apart without a throw, and within them', (t) => {
  const random = seeded(newSeed(t));
  for (let round = 0; round < 50_000; round++) {
    const code = Buffer.from(Array.from({ length: random(20) }, () => random(256)));
    const instruction = instructionAt(code, 0);
    assert.ok(!instruction || (instruction.length > 0 && instruction.length <= Math.min(15, code.length)));
    for (const at of returnsOf(code) ?? []) assert.equal(code[at], 0xc3);
  }
});
