import { structOf } from './codec.ts';
import { u8, u32, viewOf } from './fields.ts';
import { ALIGNMENT, ATTRIBUTE, askNetlink, MESSAGE, NLMSG_ERROR, netlinkRequest } from './netlink.ts';

/** In include/uapi/linux/netlink.h, rtnetlink.h and fib_rules.h. */
export const AF_INET = 2;
export const AF_INET6 = 10;
const NLMSG_DONE = 3;
const REQUEST_DUMP = 1 | 0x300;
export const RTM_GETROUTE = 26;
const RTM_GETRULE = 34;
const RTN_THROW = 9;
const FR_ACT_TO_TBL = 1;
export const RTA_DST = 1;
const RTA_TABLE = 15;
const FRA_TABLE = 15;
/** Attributes of a rule that ask nothing of a packet: priority, what it suppresses, table, padding, who made it. */
const UNASKING = new Set([6, 13, 14, FRA_TABLE, 18, 21]);
export const RTMSG = structOf('rtmsg', {
  family: u8,
  destination_bits: u8,
  source_bits: u8,
  tos: u8,
  table: u8,
  protocol: u8,
  scope: u8,
  type: u8,
  flags: u32,
});
const FIB_RULE = structOf('fib_rule_hdr', {
  family: u8,
  destination_bits: u8,
  source_bits: u8,
  tos: u8,
  table: u8,
  reserved: u8,
  reserved2: u8,
  action: u8,
  flags: u32,
});
const BUFFER = 32768;
/** A router with more has no answer: reading them takes a few milliseconds. */
const MOST_ROUTES = 4096;

interface Entry {
  view: DataView;
  /** By type, where the value begins, and its bytes. */
  attributes: Map<number, [at: number, size: number]>;
  at: number;
}

/** Visits what the kernel lists; false: there was more than `most`. */
function list(
  type: number,
  headerBytes: number,
  family: number,
  visit: (entry: Entry) => void,
  most: number,
): boolean {
  const request = netlinkRequest(type, REQUEST_DUMP, headerBytes);
  request[MESSAGE.size] = family;
  return askNetlink(request, BUFFER, (receive) => {
    for (let seen = 0; seen < most; ) {
      const bytes = receive();
      const view = viewOf(bytes);
      for (let at = 0; at + MESSAGE.size <= bytes.length; seen++) {
        const { length, type: kind } = MESSAGE.values(view, at);
        if (kind === NLMSG_DONE) return true;
        if (kind === NLMSG_ERROR || length < MESSAGE.size) return false;
        visit({
          view,
          at: at + MESSAGE.size,
          attributes: attributesOf(view, at + MESSAGE.size + headerBytes, at + length),
        });
        at += align(length);
      }
    }
    return false;
  });
}

const align = (size: number): number => Math.ceil(size / ALIGNMENT) * ALIGNMENT;

function attributesOf(view: DataView, from: number, end: number): Entry['attributes'] {
  const found: Entry['attributes'] = new Map();
  for (let at = from; at + ATTRIBUTE.size <= end; ) {
    const { length, type } = ATTRIBUTE.values(view, at);
    if (length < ATTRIBUTE.size) break;
    found.set(type, [at + ATTRIBUTE.size, length - ATTRIBUTE.size]);
    at += align(length);
  }
  return found;
}

/** Tables in which every packet of the network namespace is looked up. */
function tablesForAll(family: number): Set<number> {
  const tables = new Set<number>();
  list(
    RTM_GETRULE,
    FIB_RULE.size,
    family,
    ({ view, at, attributes }) => {
      const { destination_bits, source_bits, tos, table, action } = FIB_RULE.values(view, at);
      const [place] = attributes.get(FRA_TABLE) ?? [];
      if (action !== FR_ACT_TO_TBL || destination_bits + source_bits + tos > 0) return;
      if ([...attributes.keys()].every((type) => UNASKING.has(type)))
        tables.add(place === undefined ? table : view.getUint32(place, true));
    },
    MOST_ROUTES,
  );
  return tables;
}

/**
 * Whether a route that throws covers the address, in a table in which the network namespace of the calling thread looks
 * every packet up: whoever has no other route is thrown back by it.
 */
export function isThrown(address: Uint8Array): boolean {
  const family = address.length === 4 ? AF_INET : AF_INET6;
  const tables = tablesForAll(family);
  let found = false;
  const visit = ({ view, at, attributes }: Entry) => {
    const { destination_bits: bits, type, table } = RTMSG.values(view, at);
    if (found || type !== RTN_THROW) return;
    const [tableAt] = attributes.get(RTA_TABLE) ?? [];
    if (!tables.has(tableAt === undefined ? table : view.getUint32(tableAt, true))) return;
    const [start = 0] = attributes.get(RTA_DST) ?? [];
    found = bits === 0 || covers(view, start, bits, address);
  };
  list(RTM_GETROUTE, RTMSG.size, family, visit, MOST_ROUTES);
  return found;
}

function covers(view: DataView, start: number, bits: number, address: Uint8Array): boolean {
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = 0xff << Math.max(0, 8 - (bits - bit));
    if (((view.getUint8(start + bit / 8) ^ (address[bit / 8] ?? 0)) & mask & 0xff) !== 0) return false;
  }
  return true;
}
