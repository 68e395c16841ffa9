import { libbpf } from './libbpf.ts';
import { errorText } from './libc.ts';

/** Offsets in struct bpf_prog_info, include/uapi/linux/bpf.h. A kernel that is older leaves its end 0. */
const BTF_ID = 128;
const FUNCTION_RECORD_SIZE = 132;
const FUNCTIONS = 136;
const FUNCTION_COUNT = 144;
const RECURSION_MISSES = 208;
const SIZE = 232;

/** What the kernel says of a loaded program. `ask` sets what it shall fill in. Throws when it does not. */
function read(fd: number, ask: (info: Buffer) => void = () => {}): Buffer {
  const info = Buffer.alloc(SIZE);
  ask(info);
  const result = libbpf().programInfo(fd, info, [SIZE]);
  if (result < 0) throw new Error(`program: ${errorText(result)}`);
  return info;
}

/** How often the kernel skipped the program because it ran on that CPU already. 0 before Linux 5.12. */
export function recursionMisses(fd: number): number {
  return Number(read(fd).readBigUInt64LE(RECURSION_MISSES));
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

export function functionInfo(fd: number, addressOf: (buffer: Buffer) => bigint): FunctionInfo {
  const first = read(fd);
  const recordSize = first.readUInt32LE(FUNCTION_RECORD_SIZE);
  const count = first.readUInt32LE(FUNCTION_COUNT);
  const records = Buffer.alloc(recordSize * count);
  read(fd, (info) => {
    info.writeUInt32LE(recordSize, FUNCTION_RECORD_SIZE);
    info.writeUInt32LE(count, FUNCTION_COUNT);
    info.writeBigUInt64LE(addressOf(records), FUNCTIONS);
  });
  return { btf: first.readUInt32LE(BTF_ID), records, recordSize, count };
}
