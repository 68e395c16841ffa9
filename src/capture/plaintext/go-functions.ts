import { codeAt, type ElfFile, elfFile, type ReadAt, sectionNamed } from './elf-file.ts';
import { type GoFunction, goTable } from './go-table.ts';
import { type FunctionPlace, GO_NEEDED } from './text-functions.ts';
import { returnsOf } from './x86-returns.ts';

/** x86-64: elf(5). */
const MACHINE = 62;
const MOST_CODE = 65_536;
const MOST_RETURNS = 64;
/**
 * cmp 0x10(%r14),%rsp, or lea -N(%rsp),%r12 and cmp 0x10(%r14),%r12, and a jump to where the stack is grown: so a
 * function of Go begins that gets its arguments in registers, and the goroutine in R14 (from Go 1.17 on,
 * cmd/compile/abi-internal.md). It also proves the address.
 */
const BEGINNING = /^(493b6610|4c8d6424..4d3b6610|4c8da424.{8}4d3b6610)(76..|0f86.{8})/;
const LONGEST_BEGINNING = 18;

/** Those functions of a program of Go, from behind that beginning on; in words why they can't be watched; null: it is none of Go. */
export function goFunctions(
  read: ReadAt,
  names: readonly string[],
): Map<string, FunctionPlace> | string | null {
  const elf = elfFile(read);
  if (!elf || !sectionNamed(read, elf, '.go.buildinfo')) return null;
  if (elf.machine !== MACHINE || names.length === 0) return 'Go, on a processor other than x86-64';
  const table = goTable(read, elf, names);
  if (!table) return 'Go, whose table of functions is not known';
  const functions = new Map<string, FunctionPlace>();
  for (const name of names) {
    const told = table.get(name);
    if (!told && functions.size >= GO_NEEDED) continue;
    if (!told) return `Go without ${name}`;
    const place = placeOf(read, elf, told);
    if (typeof place === 'string') return place;
    functions.set(name, place);
  }
  return functions;
}

function placeOf(read: ReadAt, elf: ElfFile, { address, size }: GoFunction): FunctionPlace | string {
  const offset = codeAt(elf, address);
  const code = offset === null || size > MOST_CODE ? null : read(offset, size);
  if (offset === null || code?.length !== size) return 'Go, whose table of functions is damaged';
  const [beginning] = BEGINNING.exec(Buffer.from(code.subarray(0, LONGEST_BEGINNING)).toString('hex')) ?? [];
  if (beginning === undefined) return 'Go before 1.17';
  const returns = returnsOf(code);
  if (!returns || returns.length > MOST_RETURNS) return 'Go, with instructions that are not known';
  return { offset: offset + beginning.length / 2, returns: returns.map((at) => offset + at) };
}
