import type { Btf } from '../../../native/btf.ts';
import type { Values } from '../../../native/codec.ts';
import type { BpfMap } from '../../../native/map.ts';
import { codecOf } from '../../abi/layout.ts';
import { ACCOUNT_LOSS } from '../../abi/packet.ts';
import { sumOverCpus } from '../../abi/per-cpu.ts';

export type Losses = Values<typeof ACCOUNT_LOSS.fields>;

/** struct account_loss: what the accounting programs could not keep, over all CPUs. */
export function readLosses(map: BpfMap, btf: Btf): Losses {
  return codecOf(btf, ACCOUNT_LOSS).values(sumOverCpus(map), 0);
}
