import { type BtfTypes, KIND } from './btf-types.ts';
import { kernelBtf } from './kernel-btf.ts';

/** What the running kernel's BTF says of its functions and tracepoints. */

const types = (): BtfTypes | undefined => kernelBtf()?.own;

/** Numbers of types by kind and name, 0 where there is none: each is looked for once, which takes 1 ms. */
const found = new Map<string, number>();

function find(kind: number, name: string): number | null {
  const key = `${kind} ${name}`;
  const id = found.get(key) ?? types()?.find(kind, name) ?? 0;
  found.set(key, id);
  return id || null;
}

/** The number of a function in the kernel's own BTF, by which a program on its entry is loaded; null: it has none. */
export function functionNumber(name: string): number | null {
  return find(KIND.function, name);
}

/** A function that fentry programs can name. */
export function hasFunction(name: string): boolean {
  return functionNumber(name) !== null;
}

/** Arguments of a function in the kernel's own BTF; 0 where it has none such. */
export function functionArguments(name: string): number {
  const btf = types();
  const id = functionNumber(name);
  return btf && id ? btf.length(btf.sizeOrType(id)) : 0;
}

/** The number of a tracepoint's type, by which a program on it is loaded; null: there is none such. */
export function tracepointNumber(name: string): number | null {
  return find(KIND.typedef, `btf_trace_${name}`);
}

/** Arguments of a tracepoint (without the context pointer of its probes); null: there is none such. */
export function tracepointArguments(name: string): number | null {
  const btf = types();
  const id = tracepointNumber(name);
  if (!btf || id === null) return null;
  const pointer = btf.sizeOrType(id);
  return btf.length(btf.sizeOrType(pointer)) - 1;
}

/** Whether a struct of the kernel's own has a member of that name; false where there is no such struct. */
export function hasMember(struct: string, member: string): boolean {
  const btf = types();
  const id = find(KIND.struct, struct);
  if (!btf || id === null) return false;
  return Array.from({ length: btf.length(id) }, (_, index) => btf.text(btf.word(id, 3 + 3 * index))).includes(
    member,
  );
}
