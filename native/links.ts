import { errorText } from './libc.ts';
import { ATTRIBUTE_HEADER, askNetlink, NLMSG_ERROR, NLMSG_HEADER, netlinkRequest } from './netlink.ts';

/** In include/uapi/linux/netlink.h and rtnetlink.h. */
const NLMSG_DONE = 3;
const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const REQUEST_DUMP = 0x301;
const IFINFOMSG = 16;
/** IFLA_ attributes in include/uapi/linux/if_link.h. */
const IFLA = { name: 3, link: 5, master: 10, info: 18, stats64: 23, linkNetns: 37 };
const IFLA_INFO_KIND = 1;
const IFF_UP = 1;
/** A message of a dump is 32 KiB at most: NLMSG_GOODSIZE and what a reader may ask for. */
const BUFFER = 1 << 16;

/** An interface as the kernel has it now. */
export interface Link {
  index: number;
  name: string;
  /** What kind of virtual device it is, such as veth or bridge; '': hardware, or lo. */
  kind: string;
  /** The device that it lies on, or its other end; 0: none. */
  link: number;
  /** That one is in another network namespace. */
  isLinkElsewhere: boolean;
  /** The bridge, bond or other device that it is a part of; 0: none. */
  master: number;
  isUp: boolean;
  rxPackets: number;
  txPackets: number;
  rxBytes: number;
  txBytes: number;
}

/**
 * The interfaces of the network namespace of the calling thread, with their counters (RTM_GETLINK). Throws an
 * Error with the kernel's reason.
 */
export function readLinks(): Link[] {
  // Without RTEXT_FILTER_SKIP_STATS: newer kernels then leave out the counters of devices too, seen on Linux 7.2.
  const request = netlinkRequest(RTM_GETLINK, REQUEST_DUMP, IFINFOMSG);
  return askNetlink(request, BUFFER, (receive) => {
    const links: Link[] = [];
    while (!takeMessages(receive(), links));
    return links;
  });
}

/** Adds the links of a datagram; true: it is the last one. */
function takeMessages(bytes: Buffer, links: Link[]): boolean {
  for (let at = 0; at + NLMSG_HEADER <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    const type = bytes.readUInt16LE(at + 4);
    if (type === NLMSG_DONE) return true;
    if (type === NLMSG_ERROR)
      throw new Error(`RTM_GETLINK: ${errorText(bytes.readInt32LE(at + NLMSG_HEADER))}`);
    if (length < NLMSG_HEADER) return true;
    if (type === RTM_NEWLINK) links.push(readLink(bytes.subarray(at + NLMSG_HEADER, at + length)));
    at += (length + 3) & ~3;
  }
  return false;
}

function readLink(bytes: Buffer): Link {
  const link: Link = {
    index: bytes.readInt32LE(4),
    name: '',
    kind: '',
    link: 0,
    isLinkElsewhere: false,
    master: 0,
    isUp: (bytes.readUInt32LE(8) & IFF_UP) !== 0,
    rxPackets: 0,
    txPackets: 0,
    rxBytes: 0,
    txBytes: 0,
  };
  forEachAttribute(bytes.subarray(IFINFOMSG), (type, value) => {
    if (type === IFLA.name) link.name = text(value);
    else if (type === IFLA.link) link.link = value.readUInt32LE();
    else if (type === IFLA.linkNetns) link.isLinkElsewhere = true;
    else if (type === IFLA.master) link.master = value.readUInt32LE();
    else if (type === IFLA.info)
      forEachAttribute(value, (inner, kind) => {
        if (inner === IFLA_INFO_KIND) link.kind = text(kind);
      });
    else if (type === IFLA.stats64) {
      // struct rtnl_link_stats64
      link.rxPackets = Number(value.readBigUInt64LE(0));
      link.txPackets = Number(value.readBigUInt64LE(8));
      link.rxBytes = Number(value.readBigUInt64LE(16));
      link.txBytes = Number(value.readBigUInt64LE(24));
    }
  });
  return link;
}

function forEachAttribute(bytes: Buffer, visit: (type: number, value: Buffer) => void): void {
  for (let at = 0; at + ATTRIBUTE_HEADER <= bytes.length; ) {
    const length = bytes.readUInt16LE(at);
    if (length < ATTRIBUTE_HEADER) return;
    visit(bytes.readUInt16LE(at + 2) & 0x3fff, bytes.subarray(at + ATTRIBUTE_HEADER, at + length));
    at += (length + 3) & ~3;
  }
}

function text(value: Buffer): string {
  const end = value.indexOf(0);
  return value.toString('utf8', 0, end < 0 ? value.length : end);
}
