import type { BtfTypes } from './btf-types.ts';
import { structOf } from './codec.ts';
import { sectionBytes } from './elf.ts';
import { u8, u16, u32, viewOf } from './fields.ts';

/** Which types of the kernel an object's relocations ask for: .BTF.ext, Documentation/bpf/btf.rst and llvm_reloc.rst. */

const HEADER = structOf('btf_ext_header', {
  magic: u16,
  version: u8,
  flags: u8,
  header_length: u32,
  functions: u32,
  functions_length: u32,
  lines: u32,
  lines_length: u32,
  relocations: u32,
  relocations_length: u32,
});
const SECTION = structOf('btf_ext_info_sec', { name: u32, count: u32 });
const RELOCATION = structOf('bpf_core_relo', { instruction: u32, type: u32, access: u32, kind: u32 });
/** BPF_CORE_TYPE_ID_TARGET, BPF_CORE_TYPE_MATCHES: they ask for more than members, sizes and values. */
const OF_ALL_TYPES = [7, 12];

/** Names without what tells variants of a type apart (`___old`); null: more than these types is asked for. */
export function relocatedNames(elf: Buffer, types: BtfTypes): Set<string> | null {
  const section = sectionBytes(elf, '.BTF.ext');
  const view = viewOf(section);
  const { header_length, relocations, relocations_length } = HEADER.get;
  if (header_length(view, 0) < HEADER.size) return new Set();
  const begin = header_length(view, 0) + relocations(view, 0);
  const end = begin + relocations_length(view, 0);
  const ids = new Set<number>();
  for (let at = begin + 4; at < end; ) {
    const count = SECTION.get.count(view, at);
    at += SECTION.size;
    for (const last = at + count * RELOCATION.size; at < last; at += RELOCATION.size) {
      if (OF_ALL_TYPES.includes(RELOCATION.get.kind(view, at))) return null;
      ids.add(RELOCATION.get.type(view, at));
    }
  }
  return new Set([...ids].map((id) => types.name(id).split('___')[0] ?? ''));
}
