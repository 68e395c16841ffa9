import type { PacketRow } from './packet.ts';

/** A packet's first bytes at one kernel function, with all that is known of it: for capture files. */
export interface FrameRow {
  packet: PacketRow;
  /** Since the epoch. */
  timeNs: bigint;
  /** The link-layer header, where there is one, and what follows it up to 128 bytes from the IP header on. */
  bytes: Uint8Array;
  /** They begin with an Ethernet header; else with that of IP. */
  hasLink: boolean;
  /** Of the whole frame. */
  length: number;
  /** Seen from the interface; null: the function does not tell. */
  direction: 'in' | 'out' | null;
  owner: FrameOwner | null;
  /** Frames that were lost before it, since nettop began: 32 bits of the number. */
  lost: number;
}

/** What is known of a packet's process beside its name. */
export interface FrameOwner {
  uid: number | null;
  unit: string | null;
  container: string | null;
}

/** What a capture file does not have. */
export interface FramesLost {
  /** Over the rate limit, or no room: packets, or where all sightings are written, sightings. */
  lost: number;
  /** Their headers were not there to be read. */
  withoutHeader: number;
}
