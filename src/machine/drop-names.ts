import { dropReasons } from './drop-reasons.ts';
import { kernelSymbols } from './symbols.ts';

/** What the running kernel calls a drop's reason and the place where it happened. */
export interface DropNames {
  /** null: the kernel does not say. */
  reason(number: number): string | null;
  /** function+offset; null: the kernel did not say, or hides its addresses. */
  place(address: bigint): string | null;
}

export const dropNames: DropNames = {
  // SKB_NOT_DROPPED_YET is 0, and so is what a kernel without reasons gives
  reason: (number) => (number === 0 ? null : dropReasons().name(number)),
  place: (address) => (address === 0n || kernelSymbols().hidden ? null : kernelSymbols().at(address)),
};
