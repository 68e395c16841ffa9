import koffi from 'koffi';
import { libbpf } from './libbpf.ts';
import { errorText, libc } from './libc.ts';
import { functionInfo } from './program-info.ts';
import { withSignalsHeld } from './signals.ts';

/** A loaded program as it went into the kernel, to be loaded again for other functions. */
export interface Template {
  license: string;
  /** struct bpf_insn, relocated. */
  instructions: Buffer;
  fd: number;
}

const INSTRUCTION = 8;
const CALL = 0x85; // BPF_JMP | BPF_CALL
const TO_OWN_FUNCTION = 1; // src_reg BPF_PSEUDO_CALL
const SET = [0xb4, 0xb7]; // BPF_ALU or BPF_ALU64 | BPF_MOV | BPF_K
const TYPE_TRACING = 26;
const ATTACH_FENTRY = 24;
const NAME_LENGTH = 15;

/**
 * Loads programs on the entry of kernel functions, each with a number of its own written over
 * `placeholder`. The kernel binds such a program to one function when it is loaded, so each function
 * needs one; libbpf would open and relocate the whole object for it.
 */
export class Cloner {
  private readonly btf: number;
  private readonly functions: Buffer;
  private readonly functionSize: number;

  constructor(
    private readonly template: Template,
    private readonly placeholder: number,
  ) {
    const info = functionInfo(template.fd, (buffer) => BigInt(koffi.address(buffer)));
    this.btf = libbpf().btfById(info.btf);
    if (this.btf < 0) throw new Error(`BTF of the program: ${errorText(this.btf)}`);
    this.functions = info.records;
    this.functionSize = info.recordSize;
    // The kernel tells where the functions begin after it rewrote them; they keep their order.
    functionStarts(template.instructions).forEach((start, index) => {
      this.functions.writeUInt32LE(start, index * info.recordSize);
    });
  }

  /** Loads the program for a function by its number in the kernel's BTF; attaches it. Two descriptors. */
  attach(name: string, typeNumber: number, number: number): { program: number; link: number } {
    const instructions = renumbered(this.template.instructions, this.placeholder, number);
    const program = withSignalsHeld(() =>
      libbpf().loadProgram(
        TYPE_TRACING,
        `fentry_${name}`.replaceAll(/[^\w.]/g, '_').slice(0, NAME_LENGTH),
        this.template.license,
        instructions,
        instructions.length / INSTRUCTION,
        this.options(typeNumber),
      ),
    );
    if (program < 0) throw new Error(`${name}: load: ${errorText(program)}`);
    const link = libbpf().openRawTracepoint(null, program);
    if (link >= 0) return { program, link };
    libc().close(program);
    throw new Error(`${name}: attach: ${errorText(link)}`);
  }

  close(): void {
    libc().close(this.btf);
  }

  /** struct bpf_prog_load_opts of libbpf 1.0, which later ones only add to. */
  private options(typeNumber: number): Buffer {
    const options = Buffer.alloc(104);
    options.writeBigUInt64LE(104n, 0);
    options.writeUInt32LE(ATTACH_FENTRY, 12);
    options.writeUInt32LE(this.btf, 16);
    options.writeUInt32LE(typeNumber, 32);
    options.writeBigUInt64LE(BigInt(koffi.address(this.functions)), 56);
    options.writeUInt32LE(this.functions.length / this.functionSize, 64);
    options.writeUInt32LE(this.functionSize, 68);
    return options;
  }
}

/** Where the program and the functions that it calls begin, counted in instructions, in order. */
export function functionStarts(instructions: Buffer): number[] {
  const starts = new Set([0]);
  for (let at = 0; at < instructions.length; at += INSTRUCTION) {
    const calls = instructions[at] === CALL && (instructions[at + 1] ?? 0) >> 4 === TO_OWN_FUNCTION;
    if (calls) starts.add(at / INSTRUCTION + 1 + instructions.readInt32LE(at + 4));
  }
  return [...starts].sort((a, b) => a - b);
}

/** A copy with another number wherever the placeholder is put into a register. */
export function renumbered(instructions: Buffer, placeholder: number, number: number): Buffer {
  const copy = Buffer.from(instructions);
  for (let at = 0; at < copy.length; at += INSTRUCTION) {
    if (SET.includes(copy[at] ?? 0) && copy.readInt32LE(at + 4) === placeholder)
      copy.writeInt32LE(number, at + 4);
  }
  return copy;
}
