import type { TrafficFlow } from '../../capture/records/traffic-record.ts';
import type { Machine } from '../../machine/machine.ts';
import type { OwnSide } from '../../machine/own-side.ts';

/** Addresses and devices may change. */
const REFRESH_NS = 5e9;
const MOST_NAMESPACES = 4096;

interface Known {
  addresses: ReadonlySet<string>;
  broadcasts: ReadonlySet<string>;
  upper: ReadonlySet<number>;
  text: string;
  readNs: number;
}

/** The two ends of a flow, as far as it is known which is this machine's. */
export interface Ends {
  local: string;
  localPort: number;
  remote: string;
  remotePort: number;
  /** Which end is which, the addresses do not say: it is the same row whichever way it is seen. */
  isEitherWay: boolean;
  isForwarded: boolean;
}

/** Which addresses are whose, and which devices lie on others, by network namespace. */
export class Sides {
  /** Rises when something of it has changed. */
  version = 0;
  private readonly known = new Map<number, Known>();

  constructor(private readonly machine: Pick<Machine, 'ownSide'>) {}

  /** Reads again what is old. */
  refresh(nowNs: number): void {
    for (const [netns, known] of this.known)
      if (nowNs - known.readNs >= REFRESH_NS) this.read(netns, nowNs, known);
  }

  isUpper(netns: number, device: number): boolean {
    return this.of(netns)?.upper.has(device) ?? false;
  }

  /** Whether the near end is of this machine; where that is not known, it is. */
  isNearOwn({ netns, near }: TrafficFlow): boolean {
    const known = this.of(netns);
    return known === null || isOwn(known, near);
  }

  /** Whether the far end, as its device sees it, is the other one of the two. */
  isTurned({ netns, near, far }: TrafficFlow): boolean {
    const known = this.of(netns);
    return known !== null && isOwn(known, far) && !isOwn(known, near);
  }

  ends(flow: TrafficFlow): Ends {
    const { near, far, nearPort, farPort } = flow;
    const known = this.of(flow.netns);
    const ends = { local: near, localPort: nearPort, remote: far, remotePort: farPort };
    if (known === null || near === '') return { ...ends, isEitherWay: false, isForwarded: false };
    const [isNear, isFar] = [isOwn(known, near), isOwn(known, far)];
    const turned = { local: far, localPort: farPort, remote: near, remotePort: nearPort };
    if (isNear !== isFar) return { ...(isNear ? ends : turned), isEitherWay: false, isForwarded: false };
    if (!isNear && isForMany(known, near)) return { ...ends, isEitherWay: false, isForwarded: false };
    return { ...ends, isEitherWay: true, isForwarded: !isNear };
  }

  private of(netns: number): Known | null {
    const known = this.known.get(netns) ?? this.read(netns, Number.NEGATIVE_INFINITY);
    return known.text === '' ? null : known;
  }

  /** A namespace that is gone stays what it was. */
  private read(netns: number, nowNs: number, before?: Known): Known {
    const side = this.machine.ownSide(netns);
    const text = side ? JSON.stringify(side) : (before?.text ?? '');
    if (before?.text === text) {
      before.readNs = nowNs;
      return before;
    }
    if (this.known.size >= MOST_NAMESPACES) this.known.clear();
    const known = { ...setsOf(side), text, readNs: nowNs };
    this.known.set(netns, known);
    this.version++;
    return known;
  }
}

function setsOf(side: OwnSide | null): Omit<Known, 'text' | 'readNs'> {
  const { addresses = [], broadcasts = [], upper = [] } = side ?? {};
  return { addresses: new Set(addresses), broadcasts: new Set(broadcasts), upper: new Set(upper) };
}

/** All of 127.0.0.0/8 is (RFC 1122, 3.2.1.3). */
const isOwn = ({ addresses }: Known, address: string): boolean =>
  addresses.has(address) || (address.startsWith('127.') && !address.includes(':'));

/** Multicast and broadcast. */
function isForMany({ broadcasts }: Known, address: string): boolean {
  if (address.includes(':')) return address.startsWith('ff');
  const first = Number.parseInt(address, 10);
  return (first >= 224 && first <= 239) || address === '255.255.255.255' || broadcasts.has(address);
}
