import type { Btf } from '../../native/btf.ts';
import { offsets, readName, readU64, readWords, type Words } from './wire.ts';

const SIZES = {
  cookie: 8,
  rx_bytes: 8,
  tx_bytes: 8,
  opened_ns: 8,
  start_ns: 8,
  local_address: 16,
  remote_address: 16,
  pid: 4,
  uid: 4,
  rtt_us: 4,
  retransmits: 4,
  netns: 4,
  local_port: 2,
  remote_port: 2,
  state: 1,
  protocol: 1,
  comm: 16,
};

/** Reads struct socket_record in place. One reader serves all records: point it with `at`. */
export class SocketRecord {
  readonly size: number;
  private readonly offset: ReturnType<typeof offsets<keyof typeof SIZES>>;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private base = 0;

  constructor(btf: Btf) {
    this.offset = offsets(btf, 'socket_record', SIZES);
    this.size = this.offset.size;
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
}
