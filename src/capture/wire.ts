import type { Btf } from '../../native/btf.ts';

/**
 * Offsets of a struct's members, from the object's own BTF: they cannot go stale. `sizes` names the
 * members that a decoder reads, with the width that it reads them in; a member that is missing or
 * has another size throws an Error with its name.
 */
export function offsets<Name extends string>(
  btf: Btf,
  struct: string,
  sizes: Record<Name, number>,
): Record<Name, number> & { size: number } {
  const layout = btf.layout(struct);
  const found: Record<string, number> = { size: layout.size };
  for (const [name, size] of Object.entries<number>(sizes)) {
    const member = layout.members.find((candidate) => candidate.name === name);
    if (!member) throw new Error(`struct ${struct} has no member ${name}`);
    if (member.size !== size) throw new Error(`${struct}.${name} has ${member.size} bytes, not ${size}`);
    found[name] = member.offset;
  }
  return found as Record<Name, number> & { size: number };
}

/** A u64 as a number: exact up to 2^53. */
export function readU64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 4294967296;
}

/** A NUL-terminated name. The bytes are anything a process chose: not yet safe to print. */
export function readName(view: DataView, at: number, length: number): string {
  const bytes = Buffer.from(view.buffer, view.byteOffset + at, length);
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? length : end);
}

export type Words = [number, number, number, number];

/** An address as four words, most significant first. */
export function readWords(view: DataView, at: number): Words {
  return [view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8), view.getUint32(at + 12)];
}
