import { structOf } from './codec.ts';
import { bytes, name, u64Exact as pointer, u32, u64, viewOf } from './fields.ts';
import { libbpf } from './libbpf.ts';
import { addressOf, errorText } from './libc.ts';

/** In include/uapi/linux/bpf.h. A kernel that is older leaves its end 0. */
const INFO = structOf('bpf_prog_info', {
  type: u32,
  id: u32,
  tag: bytes(8),
  jited_prog_len: u32,
  xlated_prog_len: u32,
  jited_prog_insns: pointer,
  xlated_prog_insns: pointer,
  load_time: u64,
  created_by_uid: u32,
  nr_map_ids: u32,
  map_ids: pointer,
  name: name(16),
  ifindex: u32,
  gpl_compatible: u32,
  netns_dev: u64,
  netns_ino: u64,
  nr_jited_ksyms: u32,
  nr_jited_func_lens: u32,
  jited_ksyms: pointer,
  jited_func_lens: pointer,
  btf_id: u32,
  func_info_rec_size: u32,
  func_info: pointer,
  nr_func_info: u32,
  nr_line_info: u32,
  line_info: pointer,
  jited_line_info: pointer,
  nr_jited_line_info: u32,
  line_info_rec_size: u32,
  jited_line_info_rec_size: u32,
  nr_prog_tags: u32,
  prog_tags: pointer,
  run_time_ns: u64,
  run_cnt: u64,
  recursion_misses: u64,
  verified_insns: u32,
  attach_btf_obj_id: u32,
  attach_btf_id: u32,
});
/** struct bpf_func_info: its first instruction, and its type. */
export const FUNCTION_RECORD = structOf('bpf_func_info', { start: u32, type: u32 });

/** What the kernel says of a loaded program. `ask`: what it shall fill in. Throws when it does not. */
function read(fd: number, ask: Parameters<typeof INFO.bytes>[0] = {}): DataView {
  const info = INFO.bytes(ask);
  const result = libbpf().programInfo(fd, info, [INFO.size]);
  if (result < 0) throw new Error(`program: ${errorText(result)}`);
  return viewOf(info);
}

/** How often the kernel skipped the program because it ran on that CPU already. 0 before Linux 5.12. */
export function recursionMisses(fd: number): number {
  return INFO.get.recursion_misses(read(fd), 0);
}

/** What a program took since it was loaded, all its runs together. */
export interface ProgramTime {
  /** Of this load of it. */
  id: number;
  /** At most 15 bytes of its name. */
  name: string;
  ns: number;
  runs: number;
}

export function programTime(fd: number): ProgramTime {
  const { get } = INFO;
  const info = read(fd);
  return {
    id: get.id(info, 0),
    name: get.name(info, 0),
    ns: get.run_time_ns(info, 0),
    runs: get.run_cnt(info, 0),
  };
}

/** Type information of a program and of the functions in it. */
export interface FunctionInfo {
  /** Number of the BTF that the types are in. */
  btf: number;
  /** struct bpf_func_info: offset of its first instruction, number of its type; more may follow. */
  records: Buffer;
  recordSize: number;
  count: number;
}

export function functionInfo(fd: number): FunctionInfo {
  const first = read(fd);
  const recordSize = INFO.get.func_info_rec_size(first, 0);
  const count = INFO.get.nr_func_info(first, 0);
  const records = Buffer.alloc(recordSize * count);
  read(fd, { func_info_rec_size: recordSize, nr_func_info: count, func_info: addressOf(records) });
  return { btf: INFO.get.btf_id(first, 0), records, recordSize, count };
}
