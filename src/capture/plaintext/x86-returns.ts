import { instructionAt } from './x86-instruction.ts';

/**
 * Where a function returns, as bytes from its beginning on. null: that is not sure, as an instruction is not known, the
 * last one does not end with the function, or a jump leads out of it or into an instruction.
 */
export function returnsOf(code: Uint8Array): number[] | null {
  const begins = new Set<number>();
  const targets: number[] = [];
  const returns: number[] = [];
  let at = 0;
  while (at < code.length) {
    const instruction = instructionAt(code, at);
    if (!instruction) return null;
    const { length, jump, isReturn } = instruction;
    begins.add(at);
    if (isReturn) returns.push(at);
    at += length;
    if (jump !== null) targets.push(at + jump);
  }
  return returns.length > 0 && targets.every((target) => begins.has(target)) ? returns : null;
}
