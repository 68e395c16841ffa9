import {
  type ElfFile,
  type ReadAt,
  type Section,
  sectionBytes,
  sectionNamed,
  u64,
  viewOf,
} from './elf-file.ts';

/** The table of functions that each program of Go has, for its own traces of calls: Go's debug/gosym/pclntab.go. */

/** Of a function in memory. */
export interface GoFunction {
  address: number;
  size: number;
}

interface Header {
  functions: number;
  /** Addresses are relative to it. */
  text: number;
  names: Section;
  /** Where each begins, and where in this section more is said of it. */
  table: Section;
  /** Bytes of an address. */
  width: number;
}

const TABLES = ['.gopclntab', '.data.rel.ro.gopclntab'];
/** By its first word, which is of Go 1.16, 1.18 and 1.20: the first of the words of 64 bits that differ; bytes of an address. */
const LAYOUTS = new Map([
  [0xfffffffa, { names: 2, width: 8 }],
  [0xfffffff0, { names: 3, width: 4 }],
  [0xfffffff1, { names: 3, width: 4 }],
]);
const MOST_HEADER = 8 + 8 * 8;
/** From Go 1.26 on the table does not say where the text is: its place in runtime.moduledata. */
const MODULE_TEXT_AT = 22 * 8;

/** Of those names; null: there is no such table, or its layout is not known. */
export function goTable(
  read: ReadAt,
  elf: ElfFile,
  names: readonly string[],
): Map<string, GoFunction> | null {
  const section = TABLES.map((name) => sectionNamed(read, elf, name)).find((one) => one !== undefined);
  const header = section && headerOf(read, elf, section);
  if (!header) return null;
  const wanted = namePlaces(sectionBytes(read, header.names), names);
  const bytes = sectionBytes(read, header.table);
  const view = viewOf(bytes);
  const { text, width } = header;
  const word = (at: number): number =>
    at + width > bytes.length ? -1 : width === 4 ? view.getUint32(at, true) : u64(view, at);
  const count = Math.min(header.functions, Math.floor(bytes.length / width / 2) - 1);
  const found = new Map<string, GoFunction>();
  for (let index = 0; index < count; index++) {
    const at = index * width * 2;
    const nameAt = word(at + width) + width;
    const name = nameAt + 4 <= bytes.length ? wanted.get(view.getUint32(nameAt, true)) : undefined;
    const address = word(at);
    const size = word(at + width * 2) - address;
    if (name !== undefined && size > 0) found.set(name, { address: address + text, size });
  }
  return found;
}

function headerOf(read: ReadAt, elf: ElfFile, section: Section): Header | null {
  const bytes = read(section.offset, Math.min(MOST_HEADER, section.size));
  if (bytes.length < MOST_HEADER) return null;
  const view = viewOf(bytes);
  const layout = LAYOUTS.get(view.getUint32(0, true));
  if (!layout || view.getUint8(7) !== 8) return null;
  const word = (index: number): number => u64(view, 8 + 8 * index);
  const part = (from: number, to: number): Section => ({
    ...section,
    offset: section.offset + from,
    size: Math.max(0, to - from),
  });
  const { names, width } = layout;
  const text = width === 8 ? 0 : word(2) || moduleText(read, elf);
  if (text === null) return null;
  return {
    functions: word(0),
    text,
    names: part(word(names), word(names + 1)),
    table: part(word(names + 4), section.size),
    width,
  };
}

function moduleText(read: ReadAt, elf: ElfFile): number | null {
  const module = sectionNamed(read, elf, '.go.module');
  const bytes = module && read(module.offset + MODULE_TEXT_AT, 8);
  return bytes?.length === 8 ? u64(viewOf(bytes), 0) : null;
}

/** Where each name begins; one stands there once. */
function namePlaces(bytes: Buffer, names: readonly string[]): Map<number, string> {
  const places = new Map<number, string>();
  for (const name of names) {
    const at = bytes.indexOf(Buffer.from(`\0${name}\0`, 'latin1'));
    if (at >= 0) places.set(at + 1, name);
  }
  return places;
}
