/** Frames on the wire, with their link headers, and their bytes. */
export interface WireCount {
  rxPackets: number;
  rxBytes: number;
  txPackets: number;
  txBytes: number;
}

export const WIRE_PROTOCOLS = ['tcp', 'udp', 'icmp', 'other'] as const;
export type WireProtocol = (typeof WIRE_PROTOCOLS)[number];

/** Why traffic has no process. */
export const WIRE_CAUSES = ['forwarded', 'kernel', 'closed', 'other'] as const;
export type WireCause = (typeof WIRE_CAUSES)[number];

/** What a process moved on the wire since that is counted, or since totals were reset. */
export interface WireFigures extends WireCount {
  /** Bytes per second; null: not counted for long enough. */
  rxRate: number | null;
  txRate: number | null;
  protocols: Readonly<Record<WireProtocol, WireCount>>;
}

/** The same at one interface. */
export interface WireInterface {
  name: string;
  netns: number;
  frames: WireCount;
  /** A large packet that the device or GRO makes of segments as one, as a device counts it that passes it on so. */
  buffers: WireCount;
  /** The device's own counters; null: it is in another network namespace. */
  device: WireCount | null;
  /** Of the frames, those of processes. */
  attributed: WireCount;
  causes: Readonly<Record<WireCause, WireCount>>;
  /** Over the last tick. */
  rate: Attribution;
}

/** How much of an interface's traffic has a process. */
export interface Attribution {
  /**
   * Received and sent, as the device counts it itself; by nettop's count where that is out of reach. null: not counted for
   * long enough.
   */
  bytesPerSecond: number | null;
  /** From 0 to 1; null: there was none. */
  share: number | null;
}

export interface WireStatus {
  interfaces: WireInterface[];
  /** Frames and their bytes that found no room and are in no row. */
  lostPackets: number;
  lostBytes: number;
}
