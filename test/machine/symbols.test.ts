import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Symbols } from '../../src/machine/symbols.ts';

const text = Buffer.from(
  [
    '0000000000000000 A fixed_percpu_data',
    'ffffffff81000000 T _stext',
    'ffffffff81000100 t ip_rcv',
    'ffffffff81000100 T ip_rcv_alias',
    'ffffffff81000180 d data',
    'ffffffffc0002000 t nft_do_chain\t[nf_tables]',
    'ffffffffc0001000 t ip_rcv\t[odd\u0007]',
    'ffff800080000000 T arm64_text',
    'ffffffffffffffff w last',
    '',
  ].join('\n'),
);
const symbols = new Symbols([text]);

test('an address is a function and an offset, in a module with its name', () => {
  const at = [0xffffffff81000000n, 0xffffffff810001a5n, 0xffffffffc0002010n, 0xffff80008000000cn].map(
    (address) => symbols.at(address),
  );
  assert.deepEqual(at, ['_stext+0x0', 'ip_rcv+0xa5', 'nft_do_chain+0x10 [nf_tables]', 'arm64_text+0xc']);
  assert.equal(symbols.at(0xffffffffc0001001n), 'ip_rcv+0x1 [odd␇]');
});

test('an address before, or far behind, every function is told as it is', () => {
  assert.deepEqual(
    [0x1000n, 0xffffffff90000000n, 0xffffffffffffffffn].map((address) => symbols.at(address)),
    ['0x1000', '0xffffffff90000000', 'last+0x0'],
  );
});

test('functions of the same name are counted, data is none', () => {
  const counts = symbols.counts();
  assert.deepEqual([counts.get('ip_rcv'), counts.get('last'), counts.get('data')], [2, 1, undefined]);
});

test('where the kernel hides its addresses no function is known', () => {
  const hidden = new Symbols([Buffer.from('0000000000000000 T _stext\n0000000000000000 t ip_rcv\n')]);
  assert.deepEqual([hidden.hidden, hidden.at(0xffffffff81000000n)], [true, '0xffffffff81000000']);
});

test('the text comes in pieces of any size', () => {
  const all = [0xffffffff81000000n, 0xffffffff810001a5n, 0xffffffffc0002010n, 0xffffffffc0001001n];
  for (const size of [1, 7, 40, 100]) {
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, n) =>
      text.subarray(n * size, (n + 1) * size),
    );
    const cut = new Symbols(pieces);
    assert.deepEqual(
      all.map((address) => cut.at(address)),
      all.map((address) => symbols.at(address)),
    );
  }
});

test('of more functions than there is room for at first each has its name', () => {
  const lines = Array.from({ length: 50_000 }, (_, n) => {
    const address = (0xffffffff80000000n + BigInt(n) * 16n).toString(16);
    return `${address} t a_function_with_a_name_of_some_length_${n}\n`;
  });
  const many = new Symbols(lines.map((line) => Buffer.from(line)));
  const names = [0, 30_000, 49_999].map((n) => many.at(0xffffffff80000000n + BigInt(n) * 16n));
  assert.deepEqual(
    names,
    [0, 30_000, 49_999].map((n) => `a_function_with_a_name_of_some_length_${n}+0x0`),
  );
});
