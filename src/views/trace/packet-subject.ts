import type { Codec } from '../../../native/codec.ts';
import { readWordsInto } from '../../../native/fields.ts';
import { codecOf, type Layouts, type Words } from '../../abi/layout.ts';
import { PACKET_EVENT } from '../../abi/packet.ts';
import { FIXED } from '../../abi/points.ts';
import type { Subject } from '../../filter/terms.ts';
import { isUnspecified } from '../../machine/address-scope.ts';
import type { Names } from './packet-rows.ts';

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
  private readonly get: Codec<typeof PACKET_EVENT.fields>['get'];
  private readonly offset: Codec<typeof PACKET_EVENT.fields>['at'];
  private readonly sourceWords: Words = [0, 0, 0, 0];
  private readonly destinationWords: Words = [0, 0, 0, 0];

  constructor(
    btf: Layouts,
    private readonly memory: { readonly view: DataView },
    private readonly names: Pick<Names, 'interface' | 'process'>,
  ) {
    this.view = memory.view;
    const { at, get } = codecOf(btf, PACKET_EVENT);
    this.get = get;
    this.offset = at;
  }

  at(base: number): this {
    this.view = this.memory.view;
    this.base = base;
    return this;
  }

  get protocol(): number {
    return this.get.protocol(this.view, this.base);
  }
  get family(): 4 | 6 {
    return this.get.family(this.view, this.base) === 4 ? 4 : 6;
  }
  get source(): Words {
    return readWordsInto(this.view, this.base + this.offset.source, this.sourceWords);
  }
  get destination(): Words {
    return readWordsInto(this.view, this.base + this.offset.destination, this.destinationWords);
  }
  get sourcePort(): number {
    return this.get.source_port(this.view, this.base);
  }
  get destinationPort(): number {
    return this.get.destination_port(this.view, this.base);
  }
  get pid(): number {
    return this.get.pid(this.view, this.base);
  }
  get netns(): number {
    return this.get.netns(this.view, this.base);
  }
  get length(): number {
    return this.get.length(this.view, this.base);
  }
  get flags(): number {
    return this.get.tcp_flags(this.view, this.base);
  }
  get icmpId(): number {
    return this.get.icmp_id(this.view, this.base);
  }
  get dropped(): boolean {
    return this.get.point(this.view, this.base) === DROP;
  }
  get reason(): number {
    return this.get.reason(this.view, this.base);
  }
  get interface(): string {
    return this.names.interface(this.get.interface(this.view, this.base), this.netns);
  }
  get process(): string | null {
    const { pid } = this;
    const cookie = this.get.cookie(this.view, this.base);
    return pid ? this.names.process(pid, cookie) : null;
  }
}
