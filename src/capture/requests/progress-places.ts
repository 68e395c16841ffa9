import type { Btf } from '../../../native/btf.ts';
import { roundUp, u64 } from '../../../native/fields.ts';
import type { Mapping } from '../../../native/libc.ts';
import { codecOf } from '../../abi/layout.ts';
import { PROGRESS, PROGRESS_PLACE } from '../../abi/request.ts';
import type { Moment } from '../records/piece.ts';

const HALF = 2 ** 32;

/** How far conversations have come: struct progress at places that follow from cookies, as the kernel fills them. */
export class ProgressPlaces {
  private readonly get;
  private readonly size: number;
  private readonly view: DataView;

  constructor(btf: Btf, memory: Mapping['memory']) {
    const { get, size } = codecOf(btf, PROGRESS);
    this.get = get;
    this.size = roundUp(size, u64.size);
    this.view = new DataView(memory);
  }

  /** null: it has said nothing yet, or another one has its place. */
  of(cookie: number): Moment | null {
    const { get, view } = this;
    const at = placeOf(cookie) * this.size;
    if (cookie === 0 || get.cookie(view, at) !== cookie) return null;
    return {
      atNs: 0,
      side: null,
      sequence: 0,
      next: [get.sent(view, at), get.received(view, at)],
      lastNs: [get.sent_ns(view, at), get.received_ns(view, at)],
      read: get.read(view, at),
      readNs: get.read_ns(view, at),
      acknowledged: get.acknowledged(view, at),
      acknowledgedNs: get.acknowledged_ns(view, at),
    };
  }
}

const placeOf = (cookie: number): number =>
  Math.imul((cookie % HALF) ^ Math.floor(cookie / HALF), PROGRESS_PLACE.factor) >>> PROGRESS_PLACE.shift;
