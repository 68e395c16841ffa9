/**
 * The headers of a file of programs (ELF, 64-bit, little endian; elf(5)). Whoever may run a program wrote the file, and
 * root reads it: all that it says is bounded, and what makes no sense is not there.
 */

/** Bytes of the file; fewer where it ends. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

export interface Segment {
  offset: number;
  address: number;
  size: number;
}

export interface Section {
  kind: number;
  address: number;
  nameAt: number;
  offset: number;
  size: number;
  /** Of symbols: which section has their names. */
  link: number;
}

export interface ElfFile {
  /** Of which processor. */
  machine: number;
  /** Those that are loaded as code. */
  code: Segment[];
  sections: Section[];
  /** Which section has the names of sections. */
  names: number;
}

const MAGIC = 0x7f454c46;
/** Class and byte order. */
const LITTLE_64 = 0x0201;
const HEADER = 64;
const PROGRAM_HEADER = 56;
const SECTION_HEADER = 64;
const MOST_HEADERS = 1024;
/** Of a table of symbols or names: larger ones are of debuggers. */
const MOST_BYTES = 32 << 20;
const PT_LOAD = 1;
const PF_X = 1;

/** null: it is no such file. */
export function elfFile(read: ReadAt): ElfFile | null {
  const bytes = read(0, HEADER);
  if (bytes.length < HEADER) return null;
  const header = viewOf(bytes);
  if (header.getUint32(0) !== MAGIC || header.getUint16(4) !== LITTLE_64) return null;
  return {
    machine: header.getUint16(18, true),
    code: table(read, header, 32, 56, PROGRAM_HEADER)
      .filter((program) => program.getUint32(0, true) === PT_LOAD && program.getUint32(4, true) & PF_X)
      .map((program) => ({ offset: u64(program, 8), address: u64(program, 16), size: u64(program, 32) })),
    sections: table(read, header, 40, 60, SECTION_HEADER).map((section) => ({
      nameAt: section.getUint32(0, true),
      kind: section.getUint32(4, true),
      address: u64(section, 16),
      offset: u64(section, 24),
      size: u64(section, 32),
      link: section.getUint32(40, true),
    })),
    names: header.getUint16(62, true),
  };
}

/** None of one that is too large, or not there. */
export function sectionBytes(read: ReadAt, section: Section | undefined): Buffer {
  if (!section || section.size > MOST_BYTES) return Buffer.alloc(0);
  const bytes = read(section.offset, section.size);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The first one with that name. */
export function sectionNamed(read: ReadAt, elf: ElfFile, name: string): Section | undefined {
  const names = sectionBytes(read, elf.sections[elf.names]);
  const wanted = Buffer.from(`${name}\0`, 'latin1');
  return elf.sections.find(({ nameAt }) => names.subarray(nameAt, nameAt + wanted.length).equals(wanted));
}

/** Where the file has the code of an address; null: nowhere. */
export function codeAt({ code }: ElfFile, address: number): number | null {
  const segment = code.find((one) => address >= one.address && address < one.address + one.size);
  return segment ? address - segment.address + segment.offset : null;
}

/** The headers of a table, whose place and count the file's header has at these bytes. */
function table(read: ReadAt, header: DataView, placeAt: number, countAt: number, size: number): DataView[] {
  if (header.getUint16(countAt - 2, true) !== size) return [];
  const count = Math.min(MOST_HEADERS, header.getUint16(countAt, true));
  const bytes = read(u64(header, placeAt), count * size);
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) =>
    viewOf(bytes.subarray(index * size, (index + 1) * size)),
  );
}

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** As a double: what is beyond its precision is beyond every file. */
export const u64 = (view: DataView, at: number): number =>
  view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
