import { u16 } from './bytes.ts';
import { type DnsMessage, parseDns } from './dns.ts';

export interface DnsStream {
  messages: DnsMessage[];
  /** Where the next message begins, counted from the first byte; beyond the end where the last one was cut. */
  next: number;
}

const MAX_MESSAGES = 16;

/**
 * The messages of one direction of a TCP connection, each after two bytes with its length (RFC 1035, 4.2.2), from
 * where one begins. The last may be cut. null where the first is no DNS message.
 */
export function parseDnsStream(bytes: Uint8Array, from = 0, to = bytes.length): DnsStream | null {
  const stream = bytes.subarray(from, to);
  const messages: DnsMessage[] = [];
  let at = 0;
  while (at + 2 < stream.length && messages.length < MAX_MESSAGES) {
    const end = at + 2 + u16(stream, at);
    const message = parseDns(stream, at + 2, Math.min(end, stream.length));
    if (message === null) break;
    messages.push(end > stream.length ? { ...message, partial: true } : message);
    at = end;
  }
  return messages.length === 0 ? null : { messages, next: at };
}
