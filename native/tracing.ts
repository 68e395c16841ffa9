import { structOf } from './codec.ts';
import { i32, u64Exact as pointer, u8, u16, u32, u64 } from './fields.ts';
import { libbpf } from './libbpf.ts';
import { addressOf, errorText, libc } from './libc.ts';
import { withSignalsHeld } from './signals.ts';

/** Tracing programs that are loaded by the kernel's own numbers: libbpf would read all of its types for each object. */

/** struct bpf_insn */
export const INSTRUCTION = structOf('bpf_insn', { code: u8, registers: u8, offset: u16, immediate: i32 });
/** struct bpf_prog_load_opts of libbpf 1.0, which later ones only add to. */
const LOAD_OPTIONS = structOf('bpf_prog_load_opts', {
  size: u64,
  attempts: i32,
  expected_attach_type: u32,
  prog_btf_fd: u32,
  prog_flags: u32,
  prog_ifindex: u32,
  kern_version: u32,
  attach_btf_id: u32,
  attach_prog_fd: u32,
  attach_btf_obj_fd: u32,
  fd_array: pointer,
  func_info: pointer,
  func_info_cnt: u32,
  func_info_rec_size: u32,
  line_info: pointer,
  line_info_cnt: u32,
  line_info_rec_size: u32,
  log_level: u32,
  log_size: u32,
  log_buf: pointer,
});
const TYPE_TRACING = 26; // BPF_PROG_TYPE_TRACING
/** enum bpf_attach_type. */
const ATTACH = { tracepoint: 23, fentry: 24 } as const;
const NAME_LENGTH = 15;

export interface TracingProgram {
  name: string;
  license: string;
  /** struct bpf_insn, relocated. */
  instructions: Buffer;
  on: keyof typeof ATTACH;
  /** Of the function, or of the tracepoint's type, in the kernel's BTF. */
  typeNumber: number;
  /** The types of its own functions, where it has more than one. */
  functions?: FunctionTypes;
}

export interface FunctionTypes {
  /** Descriptor of the BTF that the types are in. */
  btf: number;
  /** struct bpf_func_info. */
  records: Buffer;
  recordSize: number;
}

/** Two descriptors. Throws an Error with the kernel's reason. */
export function attachTracing(given: TracingProgram): { program: number; link: number } {
  const { name, license, instructions } = given;
  const count = instructions.length / INSTRUCTION.size;
  const known = name.replaceAll(/[^\w.]/g, '_').slice(0, NAME_LENGTH);
  const program = withSignalsHeld(() =>
    libbpf().loadProgram(TYPE_TRACING, known, license, instructions, count, options(given)),
  );
  if (program < 0) throw new Error(`${name}: load: ${errorText(program)}`);
  const link = libbpf().openRawTracepoint(null, program);
  if (link >= 0) return { program, link };
  libc().close(program);
  throw new Error(`${name}: attach: ${errorText(link)}`);
}

function options({ on, typeNumber, functions }: TracingProgram): Buffer {
  return LOAD_OPTIONS.bytes({
    size: LOAD_OPTIONS.size,
    expected_attach_type: ATTACH[on],
    attach_btf_id: typeNumber,
    ...(functions && {
      prog_btf_fd: functions.btf,
      func_info: addressOf(functions.records),
      func_info_cnt: functions.records.length / functions.recordSize,
      func_info_rec_size: functions.recordSize,
    }),
  });
}
