import type { Codec } from '../../../native/codec.ts';
import { codecOf, type Layouts, type Words } from '../../abi/layout.ts';
import { SOCKET_RECORD } from '../../abi/socket.ts';
import { NameMemory } from './name-memory.ts';
import type { SocketSample } from './socket-sample.ts';
import { copyFigures, type Figures, MEASUREMENTS, type Measurement } from './tcp-sample.ts';

type RecordCodec = Codec<typeof SOCKET_RECORD.fields>;

/** How the members are read, and what all records have in common. */
export class RecordLayout {
  readonly size: number;
  readonly at: RecordCodec['at'];
  readonly get: RecordCodec['get'];
  readonly names = new NameMemory();
  readonly jiffyUs: number;

  constructor(btf: Layouts, jiffiesPerSecond: number) {
    const { size, at, get } = codecOf(btf, SOCKET_RECORD);
    if (at.cookie !== 0) throw new Error('a sweep tells a cookie from a record by its first member');
    this.size = size;
    this.at = at;
    this.get = get;
    this.jiffyUs = Math.floor(1e6 / jiffiesPerSecond); // as tcp_get_info_chrono_stats
  }
}

/** Where records lie; the view is another one when it has grown. */
export interface RecordMemory {
  view: DataView;
}

const NOTHING: RecordMemory = { view: new DataView(new ArrayBuffer(0)) };

/** Reads the figures of struct socket_record in place: of each there is a getter. */
class InPlace {
  memory = NOTHING;
  base = 0;

  constructor(readonly layout: RecordLayout) {}

  point(memory: RecordMemory, base: number): this {
    this.memory = memory;
    this.base = base;
    return this;
  }
}

for (const { name, member, kind } of MEASUREMENTS) {
  const get = new Function(`return ${expressionOf(member, kind)};`) as () => number | string;
  Object.defineProperty(InPlace.prototype, name, { get });
}

/** What a getter returns. */
function expressionOf(member: string, kind: Measurement['kind']): string {
  if (kind === 'text') return `this.layout.names.at(this.memory.view, this.base + this.layout.at.${member})`;
  const read = `this.layout.get.${member}(this.memory.view, this.base)`;
  return kind === 'jiffies' ? `${read} * this.layout.jiffyUs` : read;
}

const FiguresInPlace = InPlace as new (layout: RecordLayout) => InPlace & Figures;

/** Reads struct socket_record in place. One reader serves many records: point it at one. */
export class SocketRecord extends FiguresInPlace implements SocketSample {
  holdFigures(before: Figures): Figures {
    const held = before instanceof SocketRecord ? before : new SocketRecord(this.layout);
    return held.point(this.memory, this.base);
  }

  get cookie(): number {
    return this.layout.get.cookie(this.memory.view, this.base);
  }
  get rxBytes(): number {
    return this.layout.get.rx_bytes(this.memory.view, this.base);
  }
  get txBytes(): number {
    return this.layout.get.tx_bytes(this.memory.view, this.base);
  }
  /** Monotonic; 0: older than nettop. */
  get openedNs(): number {
    return this.layout.get.opened_ns(this.memory.view, this.base);
  }
  /** Start of the owner since boot; 0: no owner known. */
  get startNs(): number {
    return this.layout.get.start_ns(this.memory.view, this.base);
  }
  get local(): Words {
    return this.layout.get.local_address(this.memory.view, this.base);
  }
  get remote(): Words {
    return this.layout.get.remote_address(this.memory.view, this.base);
  }
  get pid(): number {
    return this.layout.get.pid(this.memory.view, this.base);
  }
  get uid(): number {
    return this.layout.get.uid(this.memory.view, this.base);
  }
  get rttUs(): number {
    return this.layout.get.rtt_us(this.memory.view, this.base);
  }
  get retransmits(): number {
    return this.layout.get.retransmits(this.memory.view, this.base);
  }
  get netns(): number {
    return this.layout.get.netns(this.memory.view, this.base);
  }
  /** Number of the interface that it is bound to, also by the zone of an address; 0: none. */
  get device(): number {
    return this.layout.get.device(this.memory.view, this.base);
  }
  get localPort(): number {
    return this.layout.get.local_port(this.memory.view, this.base);
  }
  get remotePort(): number {
    return this.layout.get.remote_port(this.memory.view, this.base);
  }
  /** enum in include/net/tcp_states.h */
  get state(): number {
    return this.layout.get.state(this.memory.view, this.base);
  }
  /** IPPROTO_, or as in socket-kinds.ts. */
  get protocol(): number {
    return this.layout.get.protocol(this.memory.view, this.base);
  }
  get ethertype(): number {
    return this.layout.get.ethertype(this.memory.view, this.base);
  }
  /** As the process calls itself: not safe to print. */
  get comm(): string {
    return this.layout.get.comm(this.memory.view, this.base);
  }
  /** 1: the rest of a connection, or one before its handshake's end: of both the ends and the state are known. */
  get mini(): number {
    return this.layout.get.mini(this.memory.view, this.base);
  }
  get subflow(): number {
    return this.layout.get.subflow(this.memory.view, this.base);
  }
  get waiting(): number {
    return this.layout.get.waiting(this.memory.view, this.base);
  }
  get timeouts(): number {
    return this.layout.get.timeouts(this.memory.view, this.base);
  }
}

/** The same of a record that does not stay where it is. */
export class PassingRecord extends SocketRecord {
  override holdFigures(): Figures {
    return copyFigures(this);
  }
}
