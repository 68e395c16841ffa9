import { structOf } from './codec.ts';
import { bytes, u8, u16, u32, u64, viewOf } from './fields.ts';

/** Sections and symbols of an ELF object file (64-bit, little endian): the System V ABI, chapter 4. */

const HEADER = structOf('Elf64_Ehdr', {
  identity: bytes(16),
  type: u16,
  machine: u16,
  version: u32,
  entry: u64,
  programHeaders: u64,
  sectionHeaders: u64,
  flags: u32,
  headerSize: u16,
  programHeaderSize: u16,
  programHeaderCount: u16,
  sectionHeaderSize: u16,
  sectionHeaderCount: u16,
  /** Number of the section with the sections' names. */
  sectionNames: u16,
});
const SECTION = structOf('Elf64_Shdr', {
  name: u32,
  type: u32,
  flags: u64,
  address: u64,
  offset: u64,
  size: u64,
  link: u32,
});
const SYMBOL = structOf('Elf64_Sym', { name: u32, info: u8, other: u8, section: u16, value: u64, size: u64 });
const MAGIC = Buffer.from('\x7fELF', 'latin1');

interface Section {
  name: string;
  bytes: Buffer;
  /** Of a symbol table: the number of the section with its names. */
  link: number;
}

/** Throws an Error when the file is not ELF. */
function sections(elf: Buffer): Section[] {
  if (elf.length < HEADER.size || !elf.subarray(0, MAGIC.length).equals(MAGIC))
    throw new Error('not an ELF file');
  const view = viewOf(elf);
  const { sectionHeaders, sectionHeaderSize, sectionHeaderCount, sectionNames } = HEADER.get;
  const table = sectionHeaders(view, 0);
  const size = sectionHeaderSize(view, 0);
  const headers = Array.from({ length: sectionHeaderCount(view, 0) }, (_, index) => table + index * size);
  const bytes = (header: number): Buffer => {
    const start = SECTION.get.offset(view, header);
    return elf.subarray(start, start + SECTION.get.size(view, header));
  };
  const names = headers[sectionNames(view, 0)];
  return headers.map((header) => ({
    name: names === undefined ? '' : text(bytes(names), SECTION.get.name(view, header)),
    bytes: bytes(header),
    link: SECTION.get.link(view, header),
  }));
}

/** Throws an Error when the file is not ELF or has no such section. */
export function sectionBytes(elf: Buffer, name: string): Buffer {
  const found = sections(elf).find((section) => section.name === name);
  if (!found) throw new Error(`no ${name} section`);
  return found.bytes;
}

/** Where a variable is in its section, and its size, bytes. Throws an Error when it is not there. */
export function variablePlace(
  elf: Buffer,
  sectionName: string,
  name: string,
): { offset: number; size: number } {
  const all = sections(elf);
  const symbols = all.find((section) => section.name === '.symtab');
  const names = symbols && all[symbols.link];
  if (symbols && names) {
    const view = viewOf(symbols.bytes);
    for (let at = 0; at < view.byteLength; at += SYMBOL.size) {
      if (all[SYMBOL.get.section(view, at)]?.name !== sectionName) continue;
      if (text(names.bytes, SYMBOL.get.name(view, at)) === name)
        return { offset: SYMBOL.get.value(view, at), size: SYMBOL.get.size(view, at) };
    }
  }
  throw new Error(`variable ${name} is not in ${sectionName}`);
}

function text(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, bytes.indexOf(0, at));
}
