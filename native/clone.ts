import { viewOf } from './fields.ts';
import { libbpf } from './libbpf.ts';
import { errorText, libc } from './libc.ts';
import { FUNCTION_RECORD, functionInfo } from './program-info.ts';
import { attachTracing, type FunctionTypes, INSTRUCTION } from './tracing.ts';

/** A loaded program as it went into the kernel, to be loaded again for other functions. */
export interface Template {
  license: string;
  /** struct bpf_insn, relocated. */
  instructions: Buffer;
  fd: number;
}

const CALL = 0x85; // BPF_JMP | BPF_CALL
const TO_OWN_FUNCTION = 1; // src_reg BPF_PSEUDO_CALL
const SET = [0xb4, 0xb7]; // BPF_ALU or BPF_ALU64 | BPF_MOV | BPF_K

/**
 * Loads programs on the entry of kernel functions, each with a number of its own written over
 * `placeholder`. The kernel binds such a program to one function when it is loaded, so each function
 * needs one; libbpf would open and relocate the whole object for it.
 */
export class Cloner {
  private readonly functions: FunctionTypes;

  constructor(
    private readonly template: Template,
    private readonly placeholder: number,
  ) {
    const info = functionInfo(template.fd);
    const btf = libbpf().btfById(info.btf);
    if (btf < 0) throw new Error(`BTF of the program: ${errorText(btf)}`);
    this.functions = { btf, records: info.records, recordSize: info.recordSize };
    // The kernel tells where the functions begin after it rewrote them; they keep their order.
    functionStarts(template.instructions).forEach((start, index) => {
      FUNCTION_RECORD.put(viewOf(info.records), index * info.recordSize, { start });
    });
  }

  /** Loads the program for a function by its number in the kernel's BTF; attaches it. Two descriptors. */
  attach(name: string, typeNumber: number, number: number): { program: number; link: number } {
    const { license, instructions } = this.template;
    return attachTracing({
      name: `fentry_${name}`,
      license,
      instructions: renumbered(instructions, this.placeholder, number),
      on: 'fentry',
      typeNumber,
      functions: this.functions,
    });
  }

  close(): void {
    libc().close(this.functions.btf);
  }
}

/** Where the program and the functions that it calls begin, counted in instructions, in order. */
export function functionStarts(instructions: Buffer): number[] {
  const starts = new Set([0]);
  const { size, get } = INSTRUCTION;
  const view = viewOf(instructions);
  for (let at = 0; at < instructions.length; at += size) {
    const calls = get.code(view, at) === CALL && get.registers(view, at) >> 4 === TO_OWN_FUNCTION;
    if (calls) starts.add(at / size + 1 + get.immediate(view, at));
  }
  return [...starts].sort((a, b) => a - b);
}

/** A copy with another number wherever the placeholder is put into a register. */
export function renumbered(instructions: Buffer, placeholder: number, number: number): Buffer {
  const copy = Buffer.from(instructions);
  const view = viewOf(copy);
  for (let at = 0; at < copy.length; at += INSTRUCTION.size) {
    if (SET.includes(INSTRUCTION.get.code(view, at)) && INSTRUCTION.get.immediate(view, at) === placeholder)
      INSTRUCTION.put(view, at, { immediate: number });
  }
  return copy;
}
