import type { KernelTypes } from '../../native/kernel.ts';
import { attemptKind, findAllowed, type ProgramKind } from './allowed.ts';
import type { Allowed } from './plan.ts';

/** The running kernel, as far as programs depend on it: its types, and the kinds of programs that it takes. Made once in each thread. */
export class RunningKernel {
  private readonly tried = new Map<ProgramKind, string | null>();

  constructor(readonly types: KernelTypes) {}

  /** Whether it takes a program of that kind: null, or its reason. Tried once. */
  refusal(kind: ProgramKind): string | null {
    const known = this.tried.get(kind);
    if (known !== undefined) return known;
    const refusal = attemptKind(kind, this.types);
    this.tried.set(kind, refusal);
    return refusal;
  }

  allowed(): Allowed {
    return findAllowed(this.types, (kind) => this.refusal(kind));
  }
}
