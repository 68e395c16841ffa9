import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KIND } from '../../native/btf-kinds.ts';
import { BtfTypes } from '../../native/btf-types.ts';
import { sectionBytes } from '../../native/elf.ts';
import { KernelTypes } from '../../native/kernel.ts';
import { relocatedNames } from '../../native/relocations.ts';
import { SmallBtf } from '../../native/small-btf.ts';
import { bytesOf } from '../fixtures/bpf.ts';
import { btfSection } from '../fixtures/btf.ts';

const OBJECTS = ['accounting', 'trace', 'drops', 'wire'];

/** What a relocation can ask of a type: members, where they are, how large, and so on within those that are structs. */
function shapeOf(types: BtfTypes, id: number): unknown {
  const at = types.resolve(id);
  const kind = types.kind(at);
  if (kind === KIND.pointer || kind === KIND.prototype || kind === 0) return 'pointer';
  if (kind === KIND.array) return [types.element(at).count, shapeOf(types, types.element(at).type)];
  if (kind === KIND.enum) return types.values(at);
  if (kind !== KIND.struct && kind !== KIND.union) return [kind, types.name(at), types.sizeOrType(at)];
  const members = Array.from({ length: types.length(at) }, (_, index) => [
    types.memberName(at, index),
    types.memberBits(at, index),
    shapeOf(types, types.memberType(at, index)),
  ]);
  return [kind, types.name(at), types.sizeOrType(at), members];
}

for (const object of OBJECTS)
  test(`the types that ${object} asks for are as the kernel has them`, (t) => {
    const kernel = new KernelTypes().btf()?.own;
    if (!kernel) return t.skip('the kernel has no BTF');
    const elf = bytesOf(object);
    const names = relocatedNames(elf, new BtfTypes(sectionBytes(elf, '.BTF')));
    assert.ok(names && names.size > 0);
    const small = new BtfTypes(new SmallBtf().with(names, [kernel]));
    for (const name of names)
      for (const kind of [KIND.struct, KIND.union, KIND.typedef, KIND.enum]) {
        const whole: number = kernel.find(kind, name);
        const own: number = small.find(kind, name);
        assert.equal(own === 0, whole === 0, name);
        if (whole !== 0) assert.deepEqual(shapeOf(small, own), shapeOf(kernel, whole), name);
      }
    assert.ok(small.end < 3000, `${small.end} types`);
  });

test("a module's type that leads to one of the kernel's has it with it, once", () => {
  const made = btfSection([
    { kind: 'enum', name: 'verdict', values: [['ACCEPT', 1]] },
    { kind: 'struct', name: 'other' },
  ]);
  const kernel = new BtfTypes(made.bytes);
  const types = [
    { kind: 'typedef', name: 'ruling', type: 1 },
    { kind: 'const', type: 3 },
    { kind: 'typedef', name: 'rule', type: 4 },
  ] as const;
  const module = new BtfTypes(btfSection([...types], made).bytes, kernel);
  const small = new BtfTypes(new SmallBtf().with(['rule', 'verdict'], [kernel, module]));
  const found = small.resolve(small.find(KIND.typedef, 'rule'));
  assert.deepEqual([small.name(found), small.values(found)], ['verdict', [['ACCEPT', 1]]]);
  assert.equal(small.end - small.first, 4);
});
