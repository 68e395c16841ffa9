import {
  codeAt,
  type ElfFile,
  elfFile,
  type ReadAt,
  type Section,
  sectionBytes,
  u64,
  viewOf,
} from './elf-file.ts';
import type { FunctionPlace } from './text-functions.ts';

const SYMBOL = 24;
const STT_FUNC = 2;
/** Symbols that are linked, and all of them, which a stripped file does not have. */
const KINDS = [11, 2];
/** A name stands once in a table; in one that is made to hold us up, as often as it likes. */
const MOST_PLACES = 64;

/** Offsets in the file of those functions that it has; none where it is no file of programs. */
export function elfFunctions(read: ReadAt, names: readonly string[]): Map<string, FunctionPlace> {
  const found = new Map<string, FunctionPlace>();
  const elf = elfFile(read);
  for (const kind of KINDS) {
    const symbols = elf?.sections.find((section) => section.kind === kind);
    if (elf && symbols && found.size < names.length) addSymbols(read, elf, symbols, names, found);
  }
  return found;
}

function addSymbols(
  read: ReadAt,
  elf: ElfFile,
  section: Section,
  names: readonly string[],
  found: Map<string, FunctionPlace>,
): void {
  const places = namePlaces(sectionBytes(read, elf.sections[section.link]), names);
  if (places.size === 0) return;
  const symbols = sectionBytes(read, section);
  const view = viewOf(symbols);
  for (let at = 0; at + SYMBOL <= symbols.length; at += SYMBOL) {
    const name = places.get(view.getUint32(at, true));
    if (name === undefined || found.has(name)) continue;
    if ((view.getUint8(at + 4) & 15) !== STT_FUNC || view.getUint16(at + 6, true) === 0) continue;
    const offset = codeAt(elf, u64(view, at + 8));
    if (offset !== null) found.set(name, { offset, returns: [] });
  }
}

/** Where names begin, each also as the end of a longer one. */
function namePlaces(bytes: Buffer, names: readonly string[]): Map<number, string> {
  const places = new Map<number, string>();
  for (const name of names) {
    const text = Buffer.from(`${name}\0`, 'latin1');
    let left = MOST_PLACES;
    for (let at = bytes.indexOf(text); at >= 0 && left-- > 0; at = bytes.indexOf(text, at + 1))
      places.set(at, name);
  }
  return places;
}
