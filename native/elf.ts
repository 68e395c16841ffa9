/** Sections and symbols of an ELF object file (64-bit, little endian): the System V ABI, chapter 4. */

interface Section {
  name: string;
  bytes: Buffer;
  /** Of a symbol table: the number of the section with its names. */
  link: number;
}

/** Throws an Error when the file is not ELF. */
function sections(elf: Buffer): Section[] {
  if (elf.length < 64 || elf.readUInt32BE(0) !== 0x7f454c46) throw new Error('not an ELF file');
  const table = Number(elf.readBigUInt64LE(0x28));
  const size = elf.readUInt16LE(0x3a);
  const headers = Array.from({ length: elf.readUInt16LE(0x3c) }, (_, index) => table + index * size);
  const bytes = (header: number): Buffer => {
    const start = Number(elf.readBigUInt64LE(header + 24));
    return elf.subarray(start, start + Number(elf.readBigUInt64LE(header + 32)));
  };
  const names = headers[elf.readUInt16LE(0x3e)];
  return headers.map((header) => ({
    name: names === undefined ? '' : text(bytes(names), elf.readUInt32LE(header)),
    bytes: bytes(header),
    link: elf.readUInt32LE(header + 40),
  }));
}

/** Throws an Error when the file is not ELF or has no such section. */
export function sectionBytes(elf: Buffer, name: string): Buffer {
  const found = sections(elf).find((section) => section.name === name);
  if (!found) throw new Error(`no ${name} section`);
  return found.bytes;
}

/** Where a variable stands in its section, bytes. Throws an Error when it is not there. */
export function variableOffset(elf: Buffer, sectionName: string, name: string): number {
  const all = sections(elf);
  const symbols = all.find((section) => section.name === '.symtab');
  const names = symbols && all[symbols.link];
  if (symbols && names) {
    // Elf64_Sym: name, info, other, section (16 bits at 6), value (64 bits at 8), size
    for (let at = 0; at < symbols.bytes.length; at += 24) {
      if (all[symbols.bytes.readUInt16LE(at + 6)]?.name !== sectionName) continue;
      if (text(names.bytes, symbols.bytes.readUInt32LE(at)) === name)
        return Number(symbols.bytes.readBigUInt64LE(at + 8));
    }
  }
  throw new Error(`variable ${name} is not in ${sectionName}`);
}

function text(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, bytes.indexOf(0, at));
}
