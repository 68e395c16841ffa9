/** Dropped packets that have reason, place, interface, network namespace and process in common. */
export interface DropRow {
  key: string;
  /** By the kernel's name; null: it does not say. */
  reason: string | null;
  /** function+offset that freed the packets; null: the kernel hides its addresses. */
  place: string | null;
  /** Where the packet was, or where it came in; '' where it never had one. */
  interface: string;
  /** 0: not known. */
  netns: number;
  netnsName: string | null;
  /** Owner of the socket; null where there is none, or it is not known. */
  pid: number | null;
  process: string | null;
  /** null: not counted for long enough. */
  perSecond: number | null;
  /** Since counting began, as are bytes. */
  count: number;
  bytes: number;
  /** Drops per second over the last ticks, oldest first. */
  history: number[];
  /** null: found no room in the kernel. */
  last: DroppedPacket | null;
}

export interface DroppedPacket {
  /** Wall clock, microseconds since the epoch. */
  timeUs: number;
  ageSeconds: number;
  /** As in a packet's row; outside IP arp, or the EtherType as ether-88cc; '' where the IP header is in pages. */
  protocol: string;
  /** '' outside IP and where the header cannot be read, as is the destination. */
  source: string;
  destination: string;
  /** null outside TCP and UDP. */
  sourcePort: number | null;
  destinationPort: number | null;
  /** null outside TCP. */
  sequence: number | null;
  acknowledgment: number | null;
  flags: string[];
  /** Of the IP packet; outside IP what is left of the frame. Bytes. */
  length: number;
}
