import type { FrameRow } from '../../model/frame.ts';
import {
  byte,
  interfaceDescription,
  interfaceStatistics,
  LINK_TYPE,
  long,
  type Option,
  packet,
  sectionHeader,
  text,
  time,
  words,
} from './blocks.ts';
import { commentOf } from './comment.ts';

/** Codes of options, by block; a comment is 1 in each. */
const COMMENT = 1;
const SECTION = { os: 3, application: 4 } as const;
const INTERFACE = { name: 2, description: 3, resolution: 9, os: 12 } as const;
const PACKET = { flags: 2, dropCount: 4, id: 5, process: 8 } as const;
const STATISTICS = { start: 2, end: 3, dropped: 7, delivered: 8 } as const;

/** 10^-9 s */
const NANOSECONDS = 9;
const FLAGS = { in: 1, out: 2 } as const;
/** An Ethernet header with three tags, and 128 bytes. */
const LONGEST = 26 + 128;

/** What frames out of a recording are. */
export const MADE =
  'out of a recording, which has no bytes of packets: headers are made anew, with padding for options, without payload and what a tunnel carries; what is not known is 0: source of Ethernet, a second VLAN tag, DSCP, ECN, id and fragment bits of IP, flow label, urgent pointer; checksums are 0 or 0xffff';

export interface CaptureFacts {
  /** At each function, which then is the interface. */
  every: boolean;
  filter: string;
  host: string;
  /** The kernel's name and release. */
  os: string;
  application: string;
  ownNetns: number;
  /** Out of a recording, of which headers are made anew. */
  isMade: boolean;
}

interface Interface {
  at: number;
  frames: number;
}

/** The blocks of one capture file, in order. */
export class CaptureFile {
  frames = 0;
  private readonly interfaces = new Map<string, Interface>();
  private readonly startNs: bigint;
  private lost = 0;

  constructor(
    private readonly facts: CaptureFacts,
    startUs: number,
  ) {
    this.startNs = BigInt(Math.floor(startUs)) * 1000n;
  }

  begin(): Buffer {
    const { os, application, host, filter, every, isMade } = this.facts;
    const what = every ? 'each packet at each function' : 'each packet once, where it was seen first';
    const made = isMade ? `; ${MADE}` : '';
    const comment = `host ${host}; filter ${filter === '' ? 'none' : filter}; ${what}${made}`;
    return sectionHeader([
      text(COMMENT, comment),
      text(SECTION.os, os),
      text(SECTION.application, application),
    ]);
  }

  /** With the interface, where it is new. */
  blocks(frame: FrameRow): Buffer[] {
    const { netns, name, description } = this.placeOf(frame);
    const linkType = frame.hasLink ? LINK_TYPE.ethernet : LINK_TYPE.raw;
    const key = `${name} ${linkType}`;
    const known = this.interfaces.get(key);
    const device = known ?? { at: this.interfaces.size, frames: 0 };
    this.interfaces.set(key, device);
    device.frames++;
    this.frames++;
    const { timeNs, bytes, length } = frame;
    const block = packet({ at: device.at, timeNs, bytes, length }, this.optionsOf(frame, netns));
    return known ? [block] : [this.describe(name, description, linkType), block];
  }

  /** How much each interface has, and with the first what was lost of all: packets, or sightings. */
  end(lost: number, endUs: number): Buffer[] {
    const endNs = BigInt(Math.floor(endUs)) * 1000n;
    return [...this.interfaces.values()].map(({ at, frames }) =>
      interfaceStatistics(at, endNs, [
        ...(at === 0 ? [text(COMMENT, 'what was dropped is that of all interfaces')] : []),
        time(STATISTICS.start, this.startNs),
        time(STATISTICS.end, endNs),
        ...(at === 0 ? [long(STATISTICS.dropped, BigInt(lost))] : []),
        long(STATISTICS.delivered, BigInt(frames)),
      ]),
    );
  }

  private describe(name: string, description: string, linkType: number): Buffer {
    return interfaceDescription(linkType, LONGEST, [
      text(INTERFACE.name, name),
      text(INTERFACE.description, description),
      byte(INTERFACE.resolution, NANOSECONDS),
      text(INTERFACE.os, this.facts.os),
    ]);
  }

  /** `netns`: null where it is nettop's own, or not known. */
  private placeOf({ packet: { netns: inode, netnsName, interface: device, function: name } }: FrameRow) {
    const { every, ownNetns } = this.facts;
    const netns = inode === null || inode === ownNetns ? null : (netnsName ?? String(inode));
    if (every) return { netns, name, description: 'kernel function' };
    const known = device === '' ? 'unknown' : device;
    const description = netns === null ? 'network interface' : `in network namespace ${netns}`;
    return { netns, name: netns === null ? known : `${known}@${netns}`, description };
  }

  private optionsOf(frame: FrameRow, netns: string | null): Option[] {
    const { direction, packet: row } = frame;
    const missed = (frame.lost - this.lost) | 0; // both have 32 bits; of another processor an older one may follow
    if (missed > 0) this.lost = frame.lost;
    return [
      ...(direction ? [words(PACKET.flags, FLAGS[direction])] : []),
      ...(missed > 0 ? [long(PACKET.dropCount, BigInt(missed))] : []),
      ...(row.packet === '' ? [] : [long(PACKET.id, BigInt(`0x${row.packet}`))]),
      ...(row.pid === null ? [] : [words(PACKET.process, row.pid, 0)]), // 0: the thread is not known
      text(COMMENT, commentOf(frame, netns)),
    ];
  }
}
