import { structOf } from './codec.ts';
import { i32, roundUp, u8, u16, u32, u64, viewOf } from './fields.ts';
import { errorText } from './libc.ts';
import { ALIGNMENT, ATTRIBUTE, askNetlink, ERROR, MESSAGE, NLMSG_ERROR, netlinkRequest } from './netlink.ts';

/** In include/uapi/linux/netlink.h and rtnetlink.h. */
const NLMSG_DONE = 3;
const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const REQUEST_DUMP = 0x301;
const IFINFOMSG = structOf('ifinfomsg', {
  family: u8,
  padding: u8,
  type: u16,
  index: i32,
  flags: u32,
  change: u32,
});
/** The first counters of struct rtnl_link_stats64. */
const STATS = structOf('rtnl_link_stats64', {
  rx_packets: u64,
  tx_packets: u64,
  rx_bytes: u64,
  tx_bytes: u64,
});
const NUMBER = structOf('an attribute', { value: u32 });
/** Above the type of an attribute: NLA_F_NESTED, NLA_F_NET_BYTEORDER. */
const TYPE_MASK = 0x3fff;
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
  const request = netlinkRequest(RTM_GETLINK, REQUEST_DUMP, IFINFOMSG.size);
  return askNetlink(request, BUFFER, (receive) => {
    const links: Link[] = [];
    while (!takeMessages(receive(), links));
    return links;
  });
}

/** Adds the links of a datagram; true: it is the last one. */
function takeMessages(bytes: Buffer, links: Link[]): boolean {
  const view = viewOf(bytes);
  for (let at = 0; at + MESSAGE.size <= bytes.length; ) {
    const length = MESSAGE.get.length(view, at);
    const type = MESSAGE.get.type(view, at);
    const body = at + MESSAGE.size;
    if (type === NLMSG_DONE) return true;
    if (type === NLMSG_ERROR) throw new Error(`RTM_GETLINK: ${errorText(ERROR.get.error(view, body))}`);
    if (length < MESSAGE.size) return true;
    if (type === RTM_NEWLINK) links.push(readLink(bytes.subarray(body, at + length)));
    at += roundUp(length, ALIGNMENT);
  }
  return false;
}

function readLink(bytes: Buffer): Link {
  const view = viewOf(bytes);
  const link: Link = {
    index: IFINFOMSG.get.index(view, 0),
    name: '',
    kind: '',
    link: 0,
    isLinkElsewhere: false,
    master: 0,
    isUp: (IFINFOMSG.get.flags(view, 0) & IFF_UP) !== 0,
    rxPackets: 0,
    txPackets: 0,
    rxBytes: 0,
    txBytes: 0,
  };
  forEachAttribute(bytes.subarray(IFINFOMSG.size), (type, value) => {
    if (type === IFLA.name) link.name = text(value);
    else if (type === IFLA.link) link.link = NUMBER.get.value(viewOf(value), 0);
    else if (type === IFLA.linkNetns) link.isLinkElsewhere = true;
    else if (type === IFLA.master) link.master = NUMBER.get.value(viewOf(value), 0);
    else if (type === IFLA.info)
      forEachAttribute(value, (inner, kind) => {
        if (inner === IFLA_INFO_KIND) link.kind = text(kind);
      });
    else if (type === IFLA.stats64) {
      const counters = viewOf(value);
      link.rxPackets = STATS.get.rx_packets(counters, 0);
      link.txPackets = STATS.get.tx_packets(counters, 0);
      link.rxBytes = STATS.get.rx_bytes(counters, 0);
      link.txBytes = STATS.get.tx_bytes(counters, 0);
    }
  });
  return link;
}

function forEachAttribute(bytes: Buffer, visit: (type: number, value: Buffer) => void): void {
  const view = viewOf(bytes);
  for (let at = 0; at + ATTRIBUTE.size <= bytes.length; ) {
    const length = ATTRIBUTE.get.length(view, at);
    if (length < ATTRIBUTE.size) return;
    visit(ATTRIBUTE.get.type(view, at) & TYPE_MASK, bytes.subarray(at + ATTRIBUTE.size, at + length));
    at += roundUp(length, ALIGNMENT);
  }
}

function text(value: Buffer): string {
  const end = value.indexOf(0);
  return value.toString('utf8', 0, end < 0 ? value.length : end);
}
