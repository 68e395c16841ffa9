import koffi from 'koffi';
import { libbpf } from './libbpf.ts';
import { errorText, libc } from './libc.ts';
import { withSignalsHeld } from './signals.ts';

/** Tracing programs that are loaded by the kernel's own numbers: libbpf would read all of its types for each object. */

export const INSTRUCTION_BYTES = 8;
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
  const count = instructions.length / INSTRUCTION_BYTES;
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

/** struct bpf_prog_load_opts of libbpf 1.0, which later ones only add to. */
function options({ on, typeNumber, functions }: TracingProgram): Buffer {
  const options = Buffer.alloc(104);
  options.writeBigUInt64LE(104n, 0);
  options.writeUInt32LE(ATTACH[on], 12);
  options.writeUInt32LE(typeNumber, 32);
  if (!functions) return options;
  options.writeUInt32LE(functions.btf, 16);
  options.writeBigUInt64LE(BigInt(koffi.address(functions.records)), 56);
  options.writeUInt32LE(functions.records.length / functions.recordSize, 64);
  options.writeUInt32LE(functions.recordSize, 68);
  return options;
}
