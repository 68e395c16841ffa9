import type { Btf } from '../../../native/btf.ts';
import { viewOf } from '../../../native/fields.ts';
import type { KernelTypes } from '../../../native/kernel.ts';
import { setKnobs } from '../../../native/knobs.ts';
import type { BpfMap } from '../../../native/map.ts';
import type { BpfObject } from '../../../native/object.ts';
import { codecOf } from '../../abi/layout.ts';
import { HANDSHAKE, SYN_DROP } from '../../abi/life.ts';
import { hasDropReason } from '../../attach/kernel-differences.ts';
import type { DropNames, Machine } from '../../machine/machine.ts';
import type { SynDrop } from '../../model/model.ts';

/** A copy was dropped and the packet went on: somebody else's, or a capture's. */
const COPIES = ['OTHERHOST', 'PACKET_SOCK_ERROR'];

/** Its data had arrived before. */
const DUPLICATES = ['TCP_OLD_DATA', 'TCP_OFOMERGE', 'TCP_OFO_DROP'];

/** SYNs and SYN-ACKs that this kernel dropped, as its map has them. */
export class SynDropMap {
  private readonly handshake;
  private readonly drop;

  constructor(
    private readonly map: Pick<BpfMap, 'lookup'>,
    btf: Btf,
    private readonly names: DropNames,
  ) {
    this.handshake = codecOf(btf, HANDSHAKE);
    this.drop = codecOf(btf, SYN_DROP);
  }

  /** By the number of its SYN and the port that sent it; null: none was dropped. */
  find(initialSequence: number, port: number): SynDrop | null {
    const value = this.map.lookup(this.handshake.bytes({ initial_sequence: initialSequence, port }));
    if (!value) return null;
    const view = viewOf(value);
    const { reason, place, segments, netns } = this.drop.get;
    return {
      reason: this.names.reason(reason(view, 0)),
      place: this.names.place(place(view, 0)),
      segments: segments(view, 0),
      inferred: false,
      netns: netns(view, 0) || null,
    };
  }
}

/** The program that sees drops; none where these have no reasons. */
export function dropHooks(types: KernelTypes): string[] {
  return hasDropReason(types) ? ['on_segment_dropped'] : [];
}

/** Knobs, before the load. */
export function prepareDrops(
  object: BpfObject,
  btf: Btf,
  types: KernelTypes,
  machine: Pick<Machine, 'dropReasons' | 'nowNs'>,
): void {
  const numbers = (names: readonly string[]) => names.flatMap((name) => machine.dropReasons(name) ?? []);
  setKnobs(object, btf, {
    reasons_of_copies: numbers(COPIES),
    reasons_of_duplicates: numbers(DUPLICATES),
    no_reason: numbers(['NOT_SPECIFIED']),
    has_segment_drops: hasDropReason(types),
    segment_drops_since_s: Math.floor(machine.nowNs() / 1e9),
  });
}
