import type { Btf } from '../../../native/btf.ts';
import { FIXED } from '../../attach/points.ts';
import { offsets, type Words } from '../../capture/records/layout.ts';
import type { Subject } from '../../filter/evaluate.ts';
import { isUnspecified } from '../../machine/address-scope.ts';
import type { Names } from './packet-rows.ts';

const SIZES = {
  cookie: 8,
  source: 16,
  destination: 16,
  length: 4,
  interface: 4,
  netns: 4,
  pid: 4,
  reason: 4,
  source_port: 2,
  destination_port: 2,
  point: 2,
  icmp_id: 2,
  family: 1,
  protocol: 1,
  tcp_flags: 1,
};

const DROP = FIXED.indexOf('kfree_skb');

/** Both ends of a socket, or of a packet. */
export interface Ends {
  protocol: number;
  sourcePort: number;
  destinationPort: number;
  source: Words;
  destination: Words;
}

/** Whether a packet goes from one end of the socket to the other, in either direction. */
export function isBetween(socket: Ends, packet: Ends): boolean {
  if (packet.protocol !== socket.protocol) return false;
  const { sourcePort, destinationPort } = socket;
  if (packet.sourcePort === sourcePort && packet.destinationPort === destinationPort) {
    return isBoundTo(socket.source, packet.source) && sameWords(packet.destination, socket.destination);
  }
  if (packet.sourcePort !== destinationPort || packet.destinationPort !== sourcePort) return false;
  return sameWords(packet.source, socket.destination) && isBoundTo(socket.source, packet.destination);
}

/** A datagram socket that is bound to :: or 0.0.0.0 may use each address of the machine. */
function isBoundTo(local: Words, used: ArrayLike<number>): boolean {
  return isUnspecified(local) || sameWords(local, used);
}

export function sameWords(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3];
}

/**
 * struct packet_event as a filter sees it, read field by field as the filter asks: most filters need
 * two or three. One subject serves all packets: point it with `at`.
 */
export class PacketSubject implements Subject {
  private base = 0;
  private view: DataView;
  private readonly offset: ReturnType<typeof offsets<keyof typeof SIZES>>;
  private readonly sourceWords: Words = [0, 0, 0, 0];
  private readonly destinationWords: Words = [0, 0, 0, 0];

  constructor(
    btf: Btf,
    private readonly memory: { readonly view: DataView },
    private readonly names: Pick<Names, 'interface' | 'process'>,
  ) {
    this.view = memory.view;
    this.offset = offsets(btf, 'packet_event', SIZES);
  }

  at(base: number): this {
    this.view = this.memory.view;
    this.base = base;
    return this;
  }

  get protocol(): number {
    return this.view.getUint8(this.base + this.offset.protocol);
  }
  get family(): 4 | 6 {
    return this.view.getUint8(this.base + this.offset.family) === 4 ? 4 : 6;
  }
  get source(): Words {
    return this.words(this.sourceWords, this.offset.source);
  }
  get destination(): Words {
    return this.words(this.destinationWords, this.offset.destination);
  }
  get sourcePort(): number {
    return this.view.getUint16(this.base + this.offset.source_port, true);
  }
  get destinationPort(): number {
    return this.view.getUint16(this.base + this.offset.destination_port, true);
  }
  get pid(): number {
    return this.view.getUint32(this.base + this.offset.pid, true);
  }
  get netns(): number {
    return this.view.getUint32(this.base + this.offset.netns, true);
  }
  get length(): number {
    return this.view.getUint32(this.base + this.offset.length, true);
  }
  get flags(): number {
    return this.view.getUint8(this.base + this.offset.tcp_flags);
  }
  get icmpId(): number {
    return this.view.getUint16(this.base + this.offset.icmp_id, true);
  }
  get dropped(): boolean {
    return this.view.getUint16(this.base + this.offset.point, true) === DROP;
  }
  get reason(): number {
    return this.view.getUint32(this.base + this.offset.reason, true);
  }
  get interface(): string {
    return this.names.interface(this.view.getUint32(this.base + this.offset.interface, true), this.netns);
  }
  get process(): string | null {
    const { pid } = this;
    const cookie = Number(this.view.getBigUint64(this.base + this.offset.cookie, true));
    return pid ? this.names.process(pid, cookie) : null;
  }

  private words(into: Words, offset: number): Words {
    for (let i = 0; i < 4; i++) into[i] = this.view.getUint32(this.base + offset + 4 * i);
    return into;
  }
}
