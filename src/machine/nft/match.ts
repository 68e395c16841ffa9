import { parseAddress } from '../../filter/address.ts';
import type { NftHook, RulePacket } from '../../model/dropping-rule.ts';
import { keyOf, type Ruleset, type Statement } from './ruleset.ts';

/** Whether something holds of a packet; null: its headers do not say. */
export type Truth = boolean | null;

/** What a statement is asked with. */
export interface Asked {
  packet: RulePacket;
  hook: NftHook;
  ruleset: Ruleset;
  family: string;
  table: string;
}

type Value = number | bigint | string;

const TCP = 6;
const UDP = 17;
const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: TCP,
  udp: UDP,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  icmpv6: 58,
  sctp: 132,
};
/** What lets a rule go on without a question. */
const NEUTRAL = ['counter', 'log', 'mangle', 'notrack', 'flow', 'ct helper', 'set', 'comment', 'tproxy'];
/** Those that come in have no way out yet, and those that go out came from nowhere. */
const WITHOUT_OUTPUT: readonly NftHook[] = ['ingress', 'prerouting', 'input'];

/** Of a statement that is no verdict. */
export function holds(statement: Statement, asked: Asked): Truth {
  const [kind = ''] = Object.keys(statement);
  if (NEUTRAL.includes(kind)) return true;
  return kind === 'match' ? matches(statement.match as Match, asked) : null;
}

interface Match {
  op: string;
  left: unknown;
  right: unknown;
}

function matches({ op, left, right }: Match, asked: Asked): Truth {
  const value = leftOf(left, asked);
  if (value === undefined) return false; // not of such a packet
  if (value === null) return null;
  if (op === '==' || op === 'in') return isAmong(value, right, asked);
  const among = op === '!=' ? isAmong(value, right, asked) : null;
  if (op === '!=') return among === null ? null : !among;
  if (typeof value !== 'number' || typeof right !== 'number') return null;
  if (op === '<') return value < right;
  if (op === '>') return value > right;
  if (op === '<=') return value <= right;
  return op === '>=' ? value >= right : null;
}

/** null: not known; undefined: the packet has no such thing, and no rule that asks for it matches. */
export function leftOf(left: unknown, asked: Asked): Value | null | undefined {
  const { payload, meta } = left as { payload?: Payload; meta?: { key: string } };
  if (payload) return payloadOf(payload, asked.packet);
  return meta ? metaOf(meta.key, asked) : null;
}

interface Payload {
  protocol?: string;
  field?: string;
}

function payloadOf({ protocol = '', field = '' }: Payload, packet: RulePacket): Value | null | undefined {
  const { source, destination, sourcePort, destinationPort } = packet;
  if (protocol === 'ip' || protocol === 'ip6') {
    if ((protocol === 'ip6') !== source.includes(':')) return undefined;
    if (field === 'saddr') return numberOf(source);
    if (field === 'daddr') return numberOf(destination);
    return field === 'protocol' || field === 'nexthdr' ? packet.protocol : null;
  }
  const isPorts = protocol === 'th' || PROTOCOLS[protocol] !== undefined;
  if (!isPorts) return null;
  if (protocol !== 'th' && PROTOCOLS[protocol] !== packet.protocol) return undefined;
  if (field === 'sport') return sourcePort;
  return field === 'dport' ? destinationPort : null;
}

function metaOf(key: string, { packet, hook }: Asked): Value | null | undefined {
  switch (key) {
    case 'l4proto':
      return packet.protocol;
    case 'nfproto':
      return packet.source.includes(':') ? 'ipv6' : 'ipv4';
    case 'protocol':
      return packet.source.includes(':') ? 'ip6' : 'ip';
    case 'length':
      return packet.length;
    case 'iifname':
    case 'iif':
      return hook === 'output'
        ? undefined
        : hook === 'postrouting' || hook === 'egress'
          ? null
          : packet.interface;
    case 'oifname':
    case 'oif':
      return WITHOUT_OUTPUT.includes(hook) ? undefined : hook === 'forward' ? null : packet.interface;
    default:
      return null;
  }
}

/** An address as a number, IPv4 in its mapped form. */
function numberOf(address: string): bigint | null {
  const words = parseAddress(address);
  return words?.reduce((all, word) => (all << 32n) | BigInt(word), 0n) ?? null;
}

/** Whether a value is the right side of a match, or among what that has. */
export function isAmong(value: Value, right: unknown, asked: Asked): Truth {
  if (typeof right === 'number') return typeof value === 'number' ? value === right : null;
  if (typeof right === 'string')
    return right.startsWith('@') ? isInSet(value, right, asked) : isNamed(value, right);
  if (Array.isArray(right)) return anyOf(right.map((one) => isAmong(value, one, asked)));
  const { set, range, prefix, elem } = (right ?? {}) as Record<string, unknown>;
  if (set !== undefined) return isAmong(value, Array.isArray(set) ? set : [set], asked);
  if (elem !== undefined) return isAmong(value, (elem as { val: unknown }).val, asked);
  if (prefix !== undefined) return isWithin(value, prefix as Prefix);
  return Array.isArray(range) ? isBetween(value, range) : null;
}

function isInSet(value: Value, name: string, { ruleset, family, table }: Asked): Truth {
  const elements = ruleset.sets.get(keyOf(family, table, name.slice(1)));
  return elements === undefined
    ? null
    : anyOf(elements.map((one) => isAmong(value, one, { ruleset, family, table } as Asked)));
}

function isNamed(value: Value, name: string): Truth {
  if (typeof value === 'bigint') {
    const number = numberOf(name);
    return number === null ? null : value === number;
  }
  if (typeof value === 'number') {
    const number = PROTOCOLS[name];
    return number === undefined ? null : value === number;
  }
  return name.endsWith('*') ? value.startsWith(name.slice(0, -1)) : value === name;
}

interface Prefix {
  addr: string;
  len: number;
}

function isWithin(value: Value, { addr, len }: Prefix): Truth {
  const base = typeof addr === 'string' ? numberOf(addr) : null;
  if (typeof value !== 'bigint' || base === null || !(len >= 0)) return null;
  const bits = BigInt(addr.includes(':') ? 128 - len : 32 - len);
  return value >> bits === base >> bits;
}

function isBetween(value: Value, [low, high]: readonly unknown[]): Truth {
  if (typeof value === 'number' && typeof low === 'number' && typeof high === 'number')
    return value >= low && value <= high;
  const ends = [low, high].map((end) => (typeof end === 'string' ? numberOf(end) : null));
  const [from = null, to = null] = ends;
  return typeof value !== 'bigint' || from === null || to === null ? null : value >= from && value <= to;
}

function anyOf(truths: readonly Truth[]): Truth {
  return truths.includes(true) ? true : truths.includes(null) ? null : false;
}
