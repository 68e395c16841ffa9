import type { KernelTypes } from '../../native/kernel.ts';
import { globPattern } from '../text/glob.ts';

/** An enum of the kernel. */
export interface Enumeration {
  name: string;
  values: [name: string, value: number][];
}

/** The upper half of a reason is its subsystem's number: include/net/dropreason.h. */
const SUBSYSTEM_SHIFT = 16;
const CORE = 'skb_drop_reason';
const PREFIX = /^SKB_DROP_REASON_/;
/** Values that are no reasons: where an enum begins and ends, which bits are the subsystem's. */
const BOUND = /^_|_(MAX|SUBSYS_MASK)$/;

/**
 * Names of drop reasons as the running kernel's enums have them, those of its subsystems too (mac80211,
 * openvswitch, …): each has an enum …_drop_reason whose values begin with the subsystem's number.
 */
export class DropReasons {
  private readonly names = new Map<number, string>();

  constructor(enums: readonly Enumeration[]) {
    const subsystems = enums.find(({ name }) => name === `${CORE}_subsys`)?.values ?? [];
    const known = new Set(subsystems.map(([, value]) => value).filter((value) => value > 0));
    for (const { name, values } of enums) {
      for (const [constant, value] of values) {
        const belongs = name === CORE ? value >> SUBSYSTEM_SHIFT === 0 : known.has(value >> SUBSYSTEM_SHIFT);
        if (belongs && !BOUND.test(constant) && !this.names.has(value))
          this.names.set(value, constant.replace(PREFIX, ''));
      }
    }
  }

  /** Linux has them since 5.17. */
  get known(): boolean {
    return this.names.size > 0;
  }

  /** A reason without a name is its number. */
  name(reason: number): string {
    return this.names.get(reason) ?? String(reason);
  }

  /** Those whose name fits the pattern, in either case, or that have this number. */
  numbers(glob: string): number[] {
    if (/^\d+$/.test(glob)) return [Number(glob)];
    const pattern = globPattern(glob.toUpperCase().replace(PREFIX, ''));
    return [...this.names].filter(([, name]) => pattern.test(name.toUpperCase())).map(([reason]) => reason);
  }

  /** All names, for who has to choose one. */
  all(): string[] {
    return [...this.names.values()];
  }
}

/** The running kernel's. */
export function readDropReasons(types: KernelTypes): DropReasons {
  return new DropReasons(types.btf()?.enumerations(/_drop_reason(_subsys)?$/) ?? []);
}
