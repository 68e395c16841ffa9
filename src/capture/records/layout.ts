import type { Btf } from '../../../native/btf.ts';
import { sanitize } from '../../text/text.ts';

const NAMES_KEPT = 32;

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

/** Names of 16 bytes of which there are few: each is decoded, and made safe to print, when it is new. */
export class NameMemory {
  private readonly known: { words: Words; name: string }[] = [];

  at(view: DataView, at: number): string {
    for (const { words, name } of this.known) {
      if (
        words[0] === view.getUint32(at) &&
        words[1] === view.getUint32(at + 4) &&
        words[2] === view.getUint32(at + 8) &&
        words[3] === view.getUint32(at + 12)
      )
        return name;
    }
    const name = sanitize(readName(view, at, 16));
    if (this.known.length < NAMES_KEPT) this.known.push({ words: readWords(view, at), name });
    return name;
  }
}

export type Words = [number, number, number, number];

/** An address as four words, most significant first. */
export function readWords(view: DataView, at: number): Words {
  return [view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8), view.getUint32(at + 12)];
}
