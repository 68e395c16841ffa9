import type { Btf } from '../../native/btf.ts';
import type { SocketSample } from './socket.ts';
import { NameMemory, offsets, readName, readU64, readWords, type Words } from './wire.ts';

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
  local_port: 2,
  remote_port: 2,
  state: 1,
  protocol: 1,
  application_limited: 1,
  mini: 1,
  send_buffer_full: 1,
  comm: 16,
  congestion_control: 16,
};

/** Reads struct socket_record in place. One reader serves all records: point it with `at`. */
export class SocketRecord implements SocketSample {
  readonly size: number;
  private readonly offset: ReturnType<typeof offsets<keyof typeof SIZES>>;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private base = 0;
  private readonly names = new NameMemory();
  private readonly jiffyUs: number;

  constructor(btf: Btf, jiffiesPerSecond: number) {
    this.offset = offsets(btf, 'socket_record', SIZES);
    this.size = this.offset.size;
    this.jiffyUs = Math.floor(1e6 / jiffiesPerSecond); // as tcp_get_info_chrono_stats
  }

  at(view: DataView, base: number): this {
    this.view = view;
    this.base = base;
    return this;
  }

  get cookie(): number {
    return readU64(this.view, this.base + this.offset.cookie);
  }
  get rxBytes(): number {
    return readU64(this.view, this.base + this.offset.rx_bytes);
  }
  get txBytes(): number {
    return readU64(this.view, this.base + this.offset.tx_bytes);
  }
  /** Monotonic; 0: older than nettop. */
  get openedNs(): number {
    return readU64(this.view, this.base + this.offset.opened_ns);
  }
  /** Start of the owner since boot; 0: no owner known. */
  get startNs(): number {
    return readU64(this.view, this.base + this.offset.start_ns);
  }
  get local(): Words {
    return readWords(this.view, this.base + this.offset.local_address);
  }
  get remote(): Words {
    return readWords(this.view, this.base + this.offset.remote_address);
  }
  get pid(): number {
    return this.view.getUint32(this.base + this.offset.pid, true);
  }
  get uid(): number {
    return this.view.getUint32(this.base + this.offset.uid, true);
  }
  get rttUs(): number {
    return this.view.getUint32(this.base + this.offset.rtt_us, true);
  }
  get retransmits(): number {
    return this.view.getUint32(this.base + this.offset.retransmits, true);
  }
  get netns(): number {
    return this.view.getUint32(this.base + this.offset.netns, true);
  }
  get localPort(): number {
    return this.view.getUint16(this.base + this.offset.local_port, true);
  }
  get remotePort(): number {
    return this.view.getUint16(this.base + this.offset.remote_port, true);
  }
  /** enum in include/net/tcp_states.h */
  get state(): number {
    return this.view.getUint8(this.base + this.offset.state);
  }
  get protocol(): number {
    return this.view.getUint8(this.base + this.offset.protocol);
  }
  /** As the process calls itself: not safe to print. */
  get comm(): string {
    return readName(this.view, this.base + this.offset.comm, SIZES.comm);
  }
  get ackedBytes(): number {
    return readU64(this.view, this.base + this.offset.acked_bytes);
  }
  get deliveryRate(): number {
    return readU64(this.view, this.base + this.offset.delivery_rate);
  }
  get applicationLimited(): number {
    return this.view.getUint8(this.base + this.offset.application_limited);
  }
  get sendBufferFull(): number {
    return this.view.getUint8(this.base + this.offset.send_buffer_full);
  }
  /** 1: the rest of a connection, or one before its handshake's end: of both the ends and the state are known. */
  get mini(): number {
    return this.view.getUint8(this.base + this.offset.mini);
  }
  get rttVarianceUs(): number {
    return this.view.getUint32(this.base + this.offset.rtt_variance_us, true);
  }
  get minRttUs(): number {
    return this.view.getUint32(this.base + this.offset.min_rtt_us, true);
  }
  get congestionWindow(): number {
    return this.view.getUint32(this.base + this.offset.congestion_window, true);
  }
  get slowStartThreshold(): number {
    return this.view.getUint32(this.base + this.offset.slow_start_threshold, true);
  }
  get mss(): number {
    return this.view.getUint32(this.base + this.offset.mss, true);
  }
  get receiveQueue(): number {
    return this.view.getUint32(this.base + this.offset.receive_queue, true);
  }
  get sendQueue(): number {
    return this.view.getUint32(this.base + this.offset.send_queue, true);
  }
  get unsentBytes(): number {
    return this.view.getUint32(this.base + this.offset.unsent_bytes, true);
  }
  get segmentsSent(): number {
    return this.view.getUint32(this.base + this.offset.segments_sent, true);
  }
  get lostSegments(): number {
    return this.view.getUint32(this.base + this.offset.lost_segments, true);
  }
  get outOfOrderSegments(): number {
    return this.view.getUint32(this.base + this.offset.out_of_order_segments, true);
  }
  get busyUs(): number {
    return this.view.getUint32(this.base + this.offset.busy_jiffies, true) * this.jiffyUs;
  }
  get receiverLimitedUs(): number {
    return this.view.getUint32(this.base + this.offset.receiver_limited_jiffies, true) * this.jiffyUs;
  }
  get sendBufferLimitedUs(): number {
    return this.view.getUint32(this.base + this.offset.send_buffer_limited_jiffies, true) * this.jiffyUs;
  }
  /** Safe to print. */
  get congestionControl(): string {
    return this.names.at(this.view, this.base + this.offset.congestion_control);
  }
}
