import type { TrafficFlow } from '../../capture/records/traffic-record.ts';
import type { WireOwner } from '../../capture/records/wire-record.ts';
import type { WireCount } from '../../model/wire.ts';

/** Frames by flow at each device, as they were counted up to a look. */
export const TRAFFIC = 'traffic';

/** Whole each time, as what was written before may be lost. */
export interface ToldFlow {
  /** No two have the same; one that left the kernel and comes again has another. */
  number: number;
  flow: TrafficFlow;
  count: WireCount;
  /** null: not known. */
  owner: WireOwner | null;
}

/** What changed since the look before. */
export interface ToldTraffic {
  flows?: ToldFlow[];
  /** What found no room, by device. */
  others?: [netns: number, device: number, count: WireCount][];
  /** Those whose owner was learned. */
  owners?: [number: number, owner: WireOwner][];
}

export const packetsOf = ({ rxPackets, txPackets }: WireCount): number => rxPackets + txPackets;
