import { structOf } from './codec.ts';
import { u64Exact as pointer, u8, u64 } from './fields.ts';
import { libbpf } from './libbpf.ts';
import { errorText, lastErrno } from './libc.ts';
import { Link } from './link.ts';
import type { BpfObject } from './object.ts';

const UPROBE_OPTIONS = structOf('bpf_uprobe_opts', {
  size: u64,
  ref_ctr_offset: u64,
  bpf_cookie: u64,
  retprobe: u8,
  func_name: pointer,
});
/** Of all processes that have the file. */
const EVERYBODY = -1;

/** A place of a file in the memory of one process, or of all: a function's entry, or its return. */
export interface Uprobe {
  file: string;
  offset: number;
  atReturn: boolean;
  /** null: of all. */
  pid: number | null;
}

export function attachUprobe(
  object: BpfObject,
  program: string,
  { file, offset, atReturn, pid }: Uprobe,
): Link {
  const options = UPROBE_OPTIONS.bytes({ size: UPROBE_OPTIONS.size, retprobe: atReturn ? 1 : 0 });
  const link = libbpf().attachUprobe(object.program(program), pid ?? EVERYBODY, file, offset, options);
  if (!link) throw new Error(`attach uprobe: ${errorText(lastErrno())}`);
  return new Link(link);
}
