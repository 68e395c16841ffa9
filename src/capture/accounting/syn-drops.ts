import type { Btf } from '../../../native/btf.ts';
import { tracepointArguments } from '../../../native/kernel.ts';
import type { BpfMap } from '../../../native/map.ts';
import type { BpfObject } from '../../../native/object.ts';
import { type DropNames, dropNames } from '../../machine/drop-names.ts';
import { type DropReasons, dropReasons } from '../../machine/drop-reasons.ts';
import type { SynDrop } from '../../model/model.ts';
import type { Closed, Socket } from '../ledger/socket.ts';
import { offsets } from '../records/layout.ts';
import { SYN_SENT } from '../records/states.ts';

/** The packet may be freed a moment after the socket that it fails: a neighbour that is not found. */
const SETTLED_NS = 1e9;
/** A copy was dropped and the packet went on: somebody else's, or a capture's. */
const COPIES = ['OTHERHOST', 'PACKET_SOCK_ERROR'];

/** SYNs and SYN-ACKs that this kernel dropped, by the connection that was not made for it. */
export class SynDrops {
  private readonly o;

  constructor(
    private readonly map: Pick<BpfMap, 'lookup'>,
    btf: Btf,
    private readonly names: DropNames = dropNames,
  ) {
    this.o = offsets(btf, 'syn_drop', { place: 8, reason: 4, segments: 4, netns: 4 });
  }

  /** null: none was dropped that this kernel knows of, or this end reset the connection. */
  of({ sourcePort }: Socket, closed: Closed, nowNs: number): SynDrop | null {
    const { oldState, unsent, told, soughtNs, closedNs } = closed;
    if (oldState !== SYN_SENT || unsent || told.resetBy === 'this end') return null;
    if ((closed.drop && !closed.drop.inferred) || soughtNs > closedNs + SETTLED_NS) return closed.drop;
    closed.soughtNs = nowNs;
    closed.drop = this.find(closed.initialSequence, sourcePort) ?? closed.drop;
    return closed.drop;
  }

  private find(initialSequence: number, port: number): SynDrop | null {
    const key = Buffer.alloc(8);
    key.writeUInt32LE(initialSequence, 0);
    key.writeUInt32LE(port, 4);
    const value = this.map.lookup(key);
    if (!value) return null;
    const { o, names } = this;
    return {
      reason: names.reason(value.readUInt32LE(o.reason)),
      place: names.place(value.readBigUInt64LE(o.place)),
      segments: value.readUInt32LE(o.segments),
      inferred: false,
      netns: value.readUInt32LE(o.netns) || null,
    };
  }
}

/** The program that sees drops; none before Linux 5.17, which gives them reasons. */
export function dropHooks(): string[] {
  return (tracepointArguments('kfree_skb') ?? 0) >= 3 ? ['on_syn_dropped'] : [];
}

/** Knobs, before the load. */
export function prepareSynDrops(object: BpfObject, btf: Btf, reasons: DropReasons = dropReasons()): void {
  const knob = (variable: string, names: readonly string[]) => {
    const numbers = Uint32Array.from(names.flatMap((name) => reasons.numbers(name)));
    return { offset: btf.variable('.rodata', variable), bytes: new Uint8Array(numbers.buffer) };
  };
  object.setReadOnlyData([knob('reasons_of_copies', COPIES), knob('no_reason', ['NOT_SPECIFIED'])]);
}
