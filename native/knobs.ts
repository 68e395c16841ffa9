import type { Btf } from './btf.ts';
import { u32, viewOf } from './fields.ts';
import type { BpfObject } from './object.ts';

/** What the programs are told before they are loaded, by the names of their `const volatile` variables: a _Bool,
 * a __u32, or an array of these, whose rest stays as it is. */
export type Knobs = Readonly<Record<string, boolean | number | readonly number[]>>;

/** Throws an Error with the name of a variable that is not there or has another type. */
export function setKnobs(object: BpfObject, btf: Btf, knobs: Knobs): void {
  object.setReadOnlyData(
    Object.entries(knobs).map(([name, value]) => {
      const { offset, size } = btf.variable('.rodata', name);
      const bytes = bytesOf(value);
      const fits = Array.isArray(value) ? bytes.length <= size : bytes.length === size;
      if (!fits) throw new Error(`knob ${name} has ${size} bytes, not ${bytes.length}`);
      return { offset, bytes };
    }),
  );
}

function bytesOf(value: Knobs[string]): Uint8Array {
  if (typeof value === 'boolean') return Uint8Array.of(value ? 1 : 0);
  const numbers = typeof value === 'number' ? [value] : value;
  const bytes = new Uint8Array(u32.size * numbers.length);
  numbers.forEach((number, index) => void u32.write(viewOf(bytes), u32.size * index, number));
  return bytes;
}
