import type { Values } from '../../../native/codec.ts';
import type { BpfMap } from '../../../native/map.ts';
import { codecOf } from '../../abi/layout.ts';
import { ACCOUNT_LOSS } from '../../abi/packet.ts';
import { sumOf, sumOverCpus } from '../../abi/per-cpu.ts';
import type { Loaded } from '../../attach/objects.ts';

/** struct account_loss: what the accounting programs could not keep. */
export class LossCounts {
  private readonly map: BpfMap;
  private readonly codec;
  private readonly sum: DataView;

  constructor({ object, btf }: Loaded) {
    this.map = object.map('losses');
    this.codec = codecOf(btf, ACCOUNT_LOSS);
    this.sum = sumOf(this.map);
  }

  /** Over all CPUs. */
  read(): Values<typeof ACCOUNT_LOSS.fields> {
    return this.codec.values(sumOverCpus(this.map, 0, this.sum), 0);
  }
}
