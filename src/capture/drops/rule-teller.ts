import type { KernelTypes } from '../../../native/kernel.ts';
import type { Link } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import type { CaptureOptions } from '../../attach/capture-options.ts';
import { hasChainEnds } from '../../attach/kernel-differences.ts';
import { type Loaded, loadObject } from '../../attach/objects.ts';
import type { Allowed } from '../../attach/plan.ts';

/** What evaluates the expression that says "drop", in the module of nftables. */
const FUNCTION = 'nft_immediate_eval';
const RUNGS = ['fentry', 'kprobe'] as const;

export interface RuleTellerOptions {
  types: KernelTypes;
  allowed: Allowed;
  attach: CaptureOptions['attach'];
  /** Where the program that counts drops looks. */
  verdicts: BpfMap;
  verbose?: ((line: string) => void) | undefined;
}

/** The program that tells which rule of nftables drops a packet. */
export class RuleTeller {
  private link: Link | undefined;

  private constructor(
    private readonly loaded: Loaded,
    private readonly rung: (typeof RUNGS)[number],
  ) {}

  /** null where no rung reaches it: the kernel refuses, its chains do not tell it, or nftables is not in use. */
  static open({ types, allowed, attach, verdicts, verbose }: RuleTellerOptions): RuleTeller | null {
    for (const rung of RUNGS.filter((rung) => allowed[rung] && (attach === 'auto' || attach === rung))) {
      if (!hasChainEnds(types)) return null;
      const program = `${rung}_${FUNCTION}`;
      try {
        const loaded = loadObject({
          name: 'rules',
          programs: [program],
          required: new Set([program]),
          prepare(object) {
            object.share(verdicts);
            if (rung === 'fentry') object.setAttachTarget(program, FUNCTION);
          },
          verbose,
        });
        const teller = new RuleTeller(loaded, rung);
        if (teller.start()) return teller;
        teller.close();
      } catch {} // the next rung, or the rule is inferred
    }
    return null;
  }

  /** false: the kernel refuses it. */
  start(): boolean {
    const { object } = this.loaded;
    const program = `${this.rung}_${FUNCTION}`;
    try {
      this.link ??=
        this.rung === 'fentry' ? object.attach(program) : object.attachKprobe(program, FUNCTION, null);
    } catch {
      return false;
    }
    return true;
  }

  pause(): void {
    this.link?.destroy();
    this.link = undefined;
  }

  close(): void {
    this.pause();
    this.loaded.object.close();
  }
}
