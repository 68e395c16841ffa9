/** Dropped packets that have reason, place, interface, network namespace and process in common. */
export interface DropRow {
  key: string;
  /** By the kernel's name, of its counter where no packet was freed; null: it does not say. */
  reason: string | null;
  /** function+offset that freed the packets; null: the kernel hides its addresses, or none was freed. */
  place: string | null;
  /** Which of the kernel's counts it is: of packets that it freed, of a listener, or of a network namespace. */
  countedBy: 'packet' | 'socket' | 'namespace';
  /** false: nothing was lost, though the kernel did not do what it does else. */
  isLoss: boolean;
  /** What is known beside the reason; null: nothing. */
  finding: Finding | null;
  /** Where the packet was, or where it came in; '' where it never had one. */
  interface: string;
  /** Inode; null: not known. */
  netns: number | null;
  netnsName: string | null;
  /** Owner of the socket; null where there is none, or it is not known. */
  pid: number | null;
  process: string | null;
  /** null: not counted for long enough. */
  perSecond: number | null;
  /** Since counting began, as are bytes. */
  count: number;
  /** null: no packet was freed. */
  bytes: number | null;
  /** Drops per second over the last ticks, oldest first. */
  history: number[];
  /** null: found no room in the kernel, or nothing is known of it. */
  last: DroppedPacket | null;
}

/** Why packets were dropped, where the kernel's reason has several causes or names none. */
export interface Finding {
  /** In a few words. */
  cause: string;
  /** What that means and what to look at. */
  advice: string;
}

export interface DroppedPacket {
  /** Wall clock, microseconds since the epoch. */
  timeUs: number;
  ageSeconds: number;
  /** As in a packet's row; outside IP arp, or the EtherType as ether-88cc; '' where the IP header is in pages. */
  protocol: string;
  /**
   * '' outside IP and where the header cannot be read, as is the destination. Of what a listener did not take its
   * own address is the destination, and its port; the source is not known.
   */
  source: string;
  destination: string;
  /** null outside TCP and UDP. */
  sourcePort: number | null;
  destinationPort: number | null;
  /** null outside TCP. */
  sequence: number | null;
  acknowledgment: number | null;
  flags: string[];
  /** Of the IP packet; outside IP what is left of the frame. Bytes; null: not known. */
  length: number | null;
}
