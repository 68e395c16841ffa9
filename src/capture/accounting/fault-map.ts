import { u64Bytes, viewOf } from '../../../native/fields.ts';
import type { BpfMap } from '../../../native/map.ts';
import { RETRANSMIT_FAULTS } from '../../abi/fault.ts';
import { codecOf } from '../../abi/layout.ts';
import type { Loaded } from '../../attach/objects.ts';
import { dropPlaceReader } from '../records/drop-place.ts';
import type { FaultSample } from '../records/fault-sample.ts';

/** What the kernel's map has of connections that retransmitted, or of which something was dropped. */
export class FaultMap {
  private readonly map: BpfMap;
  private readonly isSeen: boolean;
  private readonly faults;
  private readonly readPlace;

  /** `hooks`: the programs that see drops; without one no fault is known. */
  constructor({ object, btf, refused }: Loaded, hooks: readonly string[]) {
    this.map = object.map('retransmit_faults');
    this.isSeen = hooks.some((hook) => !refused.has(hook));
    this.faults = codecOf(btf, RETRANSMIT_FAULTS);
    this.readPlace = dropPlaceReader(btf);
  }

  /** By the socket's cookie; null: this kernel does not tell. */
  of(cookie: number): FaultSample | null {
    if (!this.isSeen) return null;
    const value = this.map.lookup(u64Bytes(cookie));
    if (!value) return { local: 0, path: 0, dropped: 0, newest: null };
    const view = viewOf(value);
    const { newest, local, path, dropped } = this.faults.get;
    const at = this.readPlace(view, newest(view, 0));
    return {
      local: local(view, 0),
      path: path(view, 0),
      dropped: dropped(view, 0),
      newest: at.place === 0n && at.reason === 0 ? null : at,
    };
  }
}
