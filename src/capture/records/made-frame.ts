import type { Words } from '../../../native/fields.ts';
import { NF_PLACES, STATUS } from '../../abi/packet.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import type { Captured } from './captured.ts';
import type { PacketEvent } from './packet-event.ts';

const ETHERTYPE = { 4: 0x0800, 6: 0x86dd, tag: 0x8100 } as const;
const V4 = 20;
const V6 = 40;
const TCP = 20;
const UDP = 8;
const MOST_OPTIONS = 40;

const PAD_N = 1;
const DESTINATION_OPTIONS = 60;
const ECHOES: readonly number[] = [0, 8, 128, 129];
/** No sum of anything: in capture files with pseudonyms too. */
const NO_CHECKSUM = 0xffff;
const LONGEST = 0xffff;

/** What a frame cannot be made of: addresses are the socket's, or where a fragment belongs is not known. */
const NO_FRAME = STATUS.hidden | STATUS.socket | STATUS.unbuilt | STATUS.fragment;

/** The way packets go at a function, where that is always the same. */
export const DIRECTIONS: ReadonlyMap<string, 'in' | 'out'> = new Map([
  ...(['netif_rx', 'netif_receive_skb', 'ip_rcv_finish', 'ip6_rcv_finish'] as const).map(
    (name) => [name, 'in'] as const,
  ),
  ...(
    [
      'ip_output',
      'ip6_output',
      'ip_finish_output',
      'ip6_finish_output',
      '__dev_queue_xmit',
      'dev_hard_start_xmit',
    ] as const
  ).map((name) => [name, 'out'] as const),
]);
const OUTWARD = ['forward', 'output', 'postrouting', 'egress'];

/**
 * The headers of an event’s packet, made anew of what the event has of them; all else is 0, and options are filled
 * up, so that all lengths are those of the packet. They end behind the last header that is known. null: not enough is.
 */
export function madeFrame(event: PacketEvent, function_: string): Captured | null {
  if (event.status & NO_FRAME) return null;
  const link = linkHeader(event);
  return {
    bytes: Buffer.concat([link, ...(event.family === 4 ? packetV4(event) : packetV6(event))]),
    hasLink: link.length > 0,
    linkBytes: link.length,
    direction: directionOf(event, function_),
    lostPackets: 0,
    lostEvents: 0,
  };
}

function directionOf({ nfHook }: PacketEvent, function_: string): Captured['direction'] {
  if (nfHook === 0) return DIRECTIONS.get(function_) ?? null;
  return OUTWARD.includes(NF_PLACES[nfHook] ?? '') ? 'out' : 'in';
}

/** Who sent it is in no event. */
function linkHeader({ status, mac, vlan, family }: PacketEvent): Buffer {
  if (!(status & STATUS.link)) return Buffer.alloc(0);
  const type = ETHERTYPE[family];
  const rest = vlan === 0 ? [type] : [ETHERTYPE.tag, vlan, type];
  return Buffer.concat([mac, Buffer.alloc(6), ...rest.map(word)]);
}

function packetV4(event: PacketEvent): Buffer[] {
  const { source, destination, length, ttl, protocol } = event;
  const spare = spareOf(event, V4);
  const options = Math.min(MOST_OPTIONS, Math.max(0, spare - MOST_OPTIONS));
  const header = Buffer.alloc(V4 + options); // 0 ends the options
  header[0] = 0x40 | (header.length / 4);
  header.writeUInt16BE(fitting(length), 2);
  header.set([ttl, protocol], 8);
  header.writeUInt32BE(source[3], 12);
  header.writeUInt32BE(destination[3], 16);
  return [header, transport(event, header.length, spare - options)];
}

function packetV6(event: PacketEvent): Buffer[] {
  const { source, destination, length, ttl, protocol } = event;
  const spare = spareOf(event, V6);
  const extension = extensionOf(Math.max(0, spare - MOST_OPTIONS), protocol);
  const header = Buffer.alloc(V6);
  header[0] = 0x60;
  header.writeUInt16BE(fitting(length - V6), 4);
  header.set([extension.length > 0 ? DESTINATION_OPTIONS : protocol, ttl], 6);
  addressBytes(source).copy(header, 8);
  addressBytes(destination).copy(header, 24);
  const before = V6 + extension.length;
  return [header, extension, transport(event, before, spare - extension.length)];
}

/** Bytes of headers beside those that every packet of TCP has, in whole words. */
function spareOf({ protocol, status, length, payload }: PacketEvent, network: number): number {
  if (protocol !== PROTOCOLS.tcp || status & STATUS.partial) return 0;
  return (Math.max(0, length - payload - network - TCP) + 3) & ~3;
}

/** An extension header that says nothing, of so many bytes or some more. */
function extensionOf(size: number, next: number): Buffer {
  const bytes = Buffer.alloc((size + 7) & ~7);
  if (size > 0) bytes.set([next, bytes.length / 8 - 1, PAD_N, bytes.length - 4]);
  return bytes;
}

/** `before`: bytes of the packet in front of it; `spare`: of TCP’s options. */
function transport(event: PacketEvent, before: number, spare: number): Buffer {
  const { protocol, status, sourcePort, destinationPort, length } = event;
  if (status & STATUS.partial) return Buffer.alloc(0);
  switch (protocol) {
    case PROTOCOLS.tcp:
      return tcp(event, Math.min(spare, MOST_OPTIONS));
    case PROTOCOLS.udp: {
      const words = [sourcePort, destinationPort, fitting(Math.max(UDP, length - before)), NO_CHECKSUM];
      return Buffer.concat(words.map(word));
    }
    case PROTOCOLS.icmp:
    case PROTOCOLS.icmp6:
      return icmp(event);
    default:
      return Buffer.alloc(0);
  }
}

function tcp(event: PacketEvent, options: number): Buffer {
  const { sourcePort, destinationPort, sequence, acknowledgment, tcpFlags, window } = event;
  const header = Buffer.alloc(TCP + options); // 0 ends the options
  header.writeUInt16BE(sourcePort);
  header.writeUInt16BE(destinationPort, 2);
  header.writeUInt32BE(sequence, 4);
  header.writeUInt32BE(acknowledgment, 8);
  header.set([(header.length / 4) << 4, tcpFlags], 12);
  header.writeUInt16BE(window, 14);
  header.writeUInt16BE(NO_CHECKSUM, 16);
  return header;
}

/** What follows the checksum is known of echo and its reply. */
function icmp({ icmpType, icmpId, icmpSequence }: PacketEvent): Buffer {
  const isEcho = ECHOES.includes(icmpType >> 8);
  return Buffer.concat([icmpType, NO_CHECKSUM, ...(isEcho ? [icmpId, icmpSequence] : [])].map(word));
}

/** 0: larger than the header can say, as the kernel writes it (BIG TCP). */
const fitting = (length: number): number => (length > LONGEST ? 0 : Math.max(0, length));

const word = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);

function addressBytes(words: Words): Buffer {
  const bytes = Buffer.alloc(16);
  for (const [index, value] of words.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}
