import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { KIND } from '../../native/btf-kinds.ts';
import { KernelBtf } from '../../native/kernel-btf.ts';
import { btfSection } from '../fixtures/btf.ts';

const FOLDER = '/sys/kernel/btf';

/** What `bpftool btf dump … format raw` says of vmlinux, one type a line or its members under it. */
function dumpOrSkip(t: TestContext): Map<number, string> | null {
  const dump = spawnSync('bpftool', ['btf', 'dump', 'file', `${FOLDER}/vmlinux`], {
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  });
  if (dump.status !== 0) {
    t.skip(`no dump by bpftool: ${dump.error?.message ?? dump.stderr.trim()}`);
    return null;
  }
  return new Map(dump.stdout.split(/\n(?=\[)/).map((type) => [Number(/\d+/.exec(type)?.[0]), type]));
}

const MODIFIER = /^\[\d+\] (CONST|VOLATILE|RESTRICT|TYPEDEF|TYPE_TAG) .*type_id=(\d+)/;

test('the running kernel: functions with a packet are those that bpftool shows', (t) => {
  if (!existsSync(`${FOLDER}/vmlinux`)) return t.skip('no BTF of the kernel');
  const types = dumpOrSkip(t);
  if (!types) return;
  const resolve = (id: number): string => {
    const type = types.get(id) ?? '';
    const [, , target] = MODIFIER.exec(type) ?? [];
    return target === undefined ? type : resolve(Number(target));
  };
  const isPacket = (argument: number): boolean => {
    const [, target] = /^\[\d+\] PTR .*type_id=(\d+)/.exec(resolve(argument)) ?? [];
    return target !== undefined && /^\[\d+\] (STRUCT|FWD) 'sk_buff' /.test(resolve(Number(target)));
  };
  const expected = [...types.values()].flatMap((type) => {
    const [, name, prototype] = /^\[\d+\] FUNC '([^']+)' type_id=(\d+)/.exec(type) ?? [];
    const lines = (types.get(Number(prototype)) ?? '').split('\n').slice(1);
    const skb = lines.slice(0, 5).findIndex((line) => isPacket(Number(/type_id=(\d+)/.exec(line)?.[1]))) + 1;
    return name && skb > 0 ? [`${name} ${skb} of ${lines.length}`] : [];
  });
  const found = new KernelBtf(FOLDER).skbFunctions().filter(({ module }) => module === null);
  assert.deepEqual(
    found.map(({ name, skb, arguments: count }) => `${name} ${skb} of ${count}`),
    expected,
  );
  assert.ok(found.length > 1000, `${found.length} functions`);
});

test('the running kernel: each function, struct and enum is found by its name', (t) => {
  if (!existsSync(`${FOLDER}/vmlinux`)) return t.skip('no BTF of the kernel');
  const types = dumpOrSkip(t);
  if (!types) return;
  const { own } = new KernelBtf(FOLDER);
  const kinds: Record<string, number> = { FUNC: KIND.function, STRUCT: KIND.struct, ENUM: KIND.enum };
  const first = new Map<string, number>();
  for (const [id, type] of types) {
    const [, kind = '', name] = /^\[\d+\] (FUNC|STRUCT|ENUM) '([^']+)'/.exec(type) ?? [];
    const key = `${kinds[kind]} ${name}`;
    if (name !== undefined && name !== '(anon)' && !first.has(key)) first.set(key, id);
  }
  const found = [...first.keys()].map((key) => {
    const [kind, name = ''] = key.split(' ');
    return [key, own.find(Number(kind), name)];
  });
  assert.deepEqual(new Map(found as [string, number][]), first);
  assert.ok(first.size > 10_000, `${first.size} names`);
  assert.equal(own.find(KIND.function, 'a_function_that_no_kernel_has'), 0);
  const enums = [...types].filter(([, type]) => /^\[\d+\] ENUM(64)? /.test(type)).map(([id]) => id);
  assert.deepEqual(own.enums(), enums);
});

/** A kernel and a module of hand-made types. */
function kernel(t: TestContext): KernelBtf {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-btf-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(folder, { recursive: true });
  const vmlinux = btfSection([
    { kind: 'struct', name: 'sk_buff' }, // 1
    { kind: 'pointer', type: 1 },
    { kind: 'const', type: 1 },
    { kind: 'pointer', type: 3 }, // 4: const struct sk_buff *
    { kind: 'pointer', type: 2 }, // 5: struct sk_buff **
    { kind: 'struct', name: 'sock' },
    { kind: 'pointer', type: 6 }, // 7
    { kind: 'typedef', name: 'packet_t', type: 2 }, // 8
    { kind: 'prototype', arguments: [7, 4] },
    { kind: 'function', name: 'reads_packet', type: 9 },
    { kind: 'prototype', arguments: [5, 5] },
    { kind: 'function', name: 'fills_pointer', type: 11 },
    { kind: 'prototype', arguments: [5, 5, 5, 5, 5, 2] },
    { kind: 'function', name: 'packet_is_sixth', type: 13 },
    { kind: 'prototype', arguments: [8, 2, 7] },
    { kind: 'function', name: 'takes_typedef', type: 15 },
    { kind: 'prototype', arguments: [7] },
    { kind: 'function', name: 'has_socket', type: 17 },
    { kind: 'enum', name: 'skb_drop_reason', values: [['SKB_DROP_REASON_NO_SOCKET', 3]] }, // 19
  ]);
  writeFileSync(join(folder, 'vmlinux'), vmlinux.bytes);
  const module = btfSection(
    [
      { kind: 'prototype', arguments: [6, 2] }, // 20
      { kind: 'function', name: 'module_rcv', type: 20 },
      { kind: 'enum', name: 'module_drop_reason', values: [['MODULE_DROP_ODD', 0x10001]] },
    ],
    vmlinux,
  );
  writeFileSync(join(folder, 'odd_module'), module.bytes);
  writeFileSync(join(folder, 'broken'), 'no BTF');
  return new KernelBtf(folder);
}

test('a packet is a pointer to struct sk_buff, const or under another name, among the first five', (t) => {
  assert.deepEqual(kernel(t).skbFunctions(), [
    { name: 'reads_packet', module: null, skb: 2, sk: 1, arguments: 2 },
    { name: 'takes_typedef', module: null, skb: 1, sk: 3, arguments: 3 },
    { name: 'module_rcv', module: 'odd_module', skb: 2, sk: 0, arguments: 2 },
  ]);
});

test('any function is found by its name, in modules too', (t) => {
  const btf = kernel(t);
  assert.deepEqual(btf.findFunction('has_socket'), {
    name: 'has_socket',
    module: null,
    skb: 0,
    sk: 1,
    arguments: 1,
  });
  assert.equal(btf.findFunction('packet_is_sixth')?.skb, 0);
  assert.equal(btf.findFunction('module_rcv')?.module, 'odd_module');
  assert.equal(btf.findFunction('colour'), null);
  assert.equal(btf.findFunction(''), null);
});

test("enums are found by a pattern, the kernel's before those of modules", (t) => {
  assert.deepEqual(kernel(t).enumerations(/_drop_reason$/), [
    { name: 'skb_drop_reason', values: [['SKB_DROP_REASON_NO_SOCKET', 3]] },
    { name: 'module_drop_reason', values: [['MODULE_DROP_ODD', 0x10001]] },
  ]);
});

test('a kernel without BTF is told so', () => {
  assert.throws(() => new KernelBtf('/nowhere'), { code: 'ENOENT' });
});
