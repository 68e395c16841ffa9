import type { Btf } from '../../../native/btf.ts';
import { NameMemory, offsets, readName, readU64, readWords, type Words } from './layout.ts';
import type { SocketSample } from './socket-sample.ts';
import { copyFigures, type Figures } from './tcp-sample.ts';

const SIZES = {
  cookie: 8,
  rx_bytes: 8,
  tx_bytes: 8,
  opened_ns: 8,
  start_ns: 8,
  acked_bytes: 8,
  delivery_rate: 8,
  local_address: 16,
  remote_address: 16,
  pid: 4,
  uid: 4,
  rtt_us: 4,
  retransmits: 4,
  netns: 4,
  rtt_variance_us: 4,
  min_rtt_us: 4,
  congestion_window: 4,
  slow_start_threshold: 4,
  mss: 4,
  receive_queue: 4,
  send_queue: 4,
  unsent_bytes: 4,
  segments_sent: 4,
  lost_segments: 4,
  out_of_order_segments: 4,
  busy_jiffies: 4,
  receiver_limited_jiffies: 4,
  send_buffer_limited_jiffies: 4,
  drops: 4,
  handshakes: 4,
  device: 4,
  local_port: 2,
  remote_port: 2,
  protocol: 2,
  ethertype: 2,
  state: 1,
  application_limited: 1,
  mini: 1,
  subflow: 1,
  send_buffer_full: 1,
  comm: 16,
  congestion_control: 16,
};

/** Where the members are, and what all records have in common. */
export class RecordLayout {
  readonly at: ReturnType<typeof offsets<keyof typeof SIZES>>;
  readonly names = new NameMemory();
  readonly jiffyUs: number;

  constructor(btf: Btf, jiffiesPerSecond: number) {
    this.at = offsets(btf, 'socket_record', SIZES);
    this.jiffyUs = Math.floor(1e6 / jiffiesPerSecond); // as tcp_get_info_chrono_stats
  }
}

/** Where records lie; the view is another one when it has grown. */
export interface RecordMemory {
  view: DataView;
}

const NOTHING: RecordMemory = { view: new DataView(new ArrayBuffer(0)) };

/** Reads struct socket_record in place. One reader serves many records: point it at one. */
export class SocketRecord implements SocketSample {
  private memory = NOTHING;
  private base = 0;

  constructor(private readonly layout: RecordLayout) {}

  point(memory: RecordMemory, base: number): this {
    this.memory = memory;
    this.base = base;
    return this;
  }

  holdFigures(before: Figures): Figures {
    const held = before instanceof SocketRecord ? before : new SocketRecord(this.layout);
    return held.point(this.memory, this.base);
  }

  get cookie(): number {
    return readU64(this.memory.view, this.base + this.layout.at.cookie);
  }
  get rxBytes(): number {
    return readU64(this.memory.view, this.base + this.layout.at.rx_bytes);
  }
  get txBytes(): number {
    return readU64(this.memory.view, this.base + this.layout.at.tx_bytes);
  }
  /** Monotonic; 0: older than nettop. */
  get openedNs(): number {
    return readU64(this.memory.view, this.base + this.layout.at.opened_ns);
  }
  /** Start of the owner since boot; 0: no owner known. */
  get startNs(): number {
    return readU64(this.memory.view, this.base + this.layout.at.start_ns);
  }
  get local(): Words {
    return readWords(this.memory.view, this.base + this.layout.at.local_address);
  }
  get remote(): Words {
    return readWords(this.memory.view, this.base + this.layout.at.remote_address);
  }
  get pid(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.pid, true);
  }
  get uid(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.uid, true);
  }
  get rttUs(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.rtt_us, true);
  }
  get retransmits(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.retransmits, true);
  }
  get netns(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.netns, true);
  }
  /** Number of the interface that it is bound to, also by the zone of an address; 0: none. */
  get device(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.device, true);
  }
  get localPort(): number {
    return this.memory.view.getUint16(this.base + this.layout.at.local_port, true);
  }
  get remotePort(): number {
    return this.memory.view.getUint16(this.base + this.layout.at.remote_port, true);
  }
  /** enum in include/net/tcp_states.h */
  get state(): number {
    return this.memory.view.getUint8(this.base + this.layout.at.state);
  }
  /** IPPROTO_, or as in socket-kinds.ts. */
  get protocol(): number {
    return this.memory.view.getUint16(this.base + this.layout.at.protocol, true);
  }
  get ethertype(): number {
    return this.memory.view.getUint16(this.base + this.layout.at.ethertype, true);
  }
  /** As the process calls itself: not safe to print. */
  get comm(): string {
    return readName(this.memory.view, this.base + this.layout.at.comm, SIZES.comm);
  }
  get ackedBytes(): number {
    return readU64(this.memory.view, this.base + this.layout.at.acked_bytes);
  }
  get deliveryRate(): number {
    return readU64(this.memory.view, this.base + this.layout.at.delivery_rate);
  }
  get applicationLimited(): number {
    return this.memory.view.getUint8(this.base + this.layout.at.application_limited);
  }
  get sendBufferFull(): number {
    return this.memory.view.getUint8(this.base + this.layout.at.send_buffer_full);
  }
  /** 1: the rest of a connection, or one before its handshake's end: of both the ends and the state are known. */
  get mini(): number {
    return this.memory.view.getUint8(this.base + this.layout.at.mini);
  }
  get subflow(): number {
    return this.memory.view.getUint8(this.base + this.layout.at.subflow);
  }
  get rttVarianceUs(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.rtt_variance_us, true);
  }
  get minRttUs(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.min_rtt_us, true);
  }
  get congestionWindow(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.congestion_window, true);
  }
  get slowStartThreshold(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.slow_start_threshold, true);
  }
  get mss(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.mss, true);
  }
  get receiveQueue(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.receive_queue, true);
  }
  get sendQueue(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.send_queue, true);
  }
  get drops(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.drops, true);
  }
  get handshakes(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.handshakes, true);
  }
  get unsentBytes(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.unsent_bytes, true);
  }
  get segmentsSent(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.segments_sent, true);
  }
  get lostSegments(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.lost_segments, true);
  }
  get outOfOrderSegments(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.out_of_order_segments, true);
  }
  get busyUs(): number {
    return this.memory.view.getUint32(this.base + this.layout.at.busy_jiffies, true) * this.layout.jiffyUs;
  }
  get receiverLimitedUs(): number {
    return (
      this.memory.view.getUint32(this.base + this.layout.at.receiver_limited_jiffies, true) *
      this.layout.jiffyUs
    );
  }
  get sendBufferLimitedUs(): number {
    return (
      this.memory.view.getUint32(this.base + this.layout.at.send_buffer_limited_jiffies, true) *
      this.layout.jiffyUs
    );
  }
  /** Safe to print. */
  get congestionControl(): string {
    return this.layout.names.at(this.memory.view, this.base + this.layout.at.congestion_control);
  }
}

/** The same of a record that does not stay where it is. */
export class PassingRecord extends SocketRecord {
  override holdFigures(): Figures {
    return copyFigures(this);
  }
}
