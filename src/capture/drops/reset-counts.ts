import { u64, viewOf } from '../../../native/fields.ts';
import type { BpfMap } from '../../../native/map.ts';
import { RESET_KEY } from '../../abi/drop.ts';
import { codecOf } from '../../abi/layout.ts';
import type { Loaded } from '../../attach/objects.ts';

const countAt = u64.reader(0);

/** RST segments to this host that were dropped, ever, by network namespace and reason. */
export class ResetCounts {
  private readonly map: BpfMap;
  private readonly key;

  constructor({ object, btf }: Loaded) {
    this.map = object.map('resets');
    this.key = codecOf(btf, RESET_KEY).get;
  }

  /** `visit` says whether the network namespace is still there; if not, what was counted of it is forgotten. */
  read(visit: (netns: number, reason: number, count: number) => boolean): void {
    const gone: Buffer[] = [];
    this.map.forEach((bytes, _value, values, at) => {
      const key = viewOf(bytes);
      const isThere = visit(this.key.netns(key, 0), this.key.reason(key, 0), countAt(values, at));
      if (!isThere) gone.push(Buffer.from(bytes));
    });
    for (const key of gone) this.map.remove(key);
  }
}
