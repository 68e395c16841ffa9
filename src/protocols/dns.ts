import { u16, u32 } from './bytes.ts';
import { dataText } from './dns-data.ts';
import { readDnsName, skipDnsName } from './dns-name.ts';
import { opcodeName, rcodeName, typeName } from './dns-names.ts';

export interface DnsRecord {
  name: string;
  type: string;
  ttlSeconds: number;
  /** Its data, as a zone file writes it. */
  text: string;
}

export interface DnsMessage {
  id: number;
  isAnswer: boolean;
  opcode: string;
  questions: number;
  /** NOERROR, NXDOMAIN and so on; of a question NOERROR. */
  rcode: string;
  /** Asked for; where there is no question (mDNS) of the first record; null where it was cut. */
  name: string | null;
  type: string | null;
  /** The first eight that were not cut. */
  answers: DnsRecord[];
  answerCount: number;
  /** The server says that not all fitted (TC): the same is asked by TCP. */
  isTruncated: boolean;
  /** By EDNS, the largest datagram that the sender takes; null without. */
  udpSize: number | null;
  /** Bytes are missing or malformed: of what was counted not all could be read. */
  partial: boolean;
}

const HEADER = 12;
const MAX_ANSWERS = 32;
const MAX_QUESTIONS = 32;
/** So many records are looked through for the one of EDNS. */
const MAX_RECORDS = 128;
const OPT = 41;
const NOTHING = { name: null, type: null };

/**
 * A DNS message (RFC 1035, 6891), also one that is cut; null where it can't be one. Names and data are safe to print:
 * what is not printable ASCII is escaped.
 */
export function parseDns(bytes: Uint8Array, from = 0, to = bytes.length): DnsMessage | null {
  const message = bytes.subarray(from, to);
  const flags = u16(message, 2);
  const opcode = opcodeName((flags >> 11) & 15);
  if (message.length < HEADER || opcode === null) return null;
  const [questions, answerCount] = [u16(message, 4), u16(message, 6)];
  if (questions > MAX_QUESTIONS) return null;
  const asked = readQuestions(message, questions);
  const records = readRecords(message, asked.end, answerCount, u16(message, 8) + u16(message, 10));
  const first = records.answers[0] ?? NOTHING;
  const { name, type } = questions === 0 ? first : asked;
  return {
    id: u16(message, 0),
    isAnswer: (flags & 0x8000) !== 0,
    opcode,
    questions,
    rcode: rcodeName((flags & 15) | (records.rcodeHigh << 4)),
    name,
    type,
    answers: records.answers,
    answerCount,
    isTruncated: (flags & 0x200) !== 0,
    udpSize: records.udpSize,
    partial: asked.end === null || records.partial,
  };
}

interface Questions {
  name: string | null;
  type: string | null;
  /** null: cut. */
  end: number | null;
}

function readQuestions(message: Uint8Array, count: number): Questions {
  if (count === 0) return { ...NOTHING, end: HEADER };
  const first = readDnsName(message, HEADER);
  if (first === null) return { ...NOTHING, end: null };
  const name = first.name;
  if (first.end + 4 > message.length) return { name, type: null, end: null };
  const type = typeName(u16(message, first.end));
  let at = first.end + 4;
  for (let index = 1; index < count; index++) {
    const end = skipDnsName(message, at);
    if (end === null || end + 4 > message.length) return { name, type, end: null };
    at = end + 4;
  }
  return { name, type, end: at };
}

interface Records {
  answers: DnsRecord[];
  udpSize: number | null;
  rcodeHigh: number;
  partial: boolean;
}

function readRecords(message: Uint8Array, from: number | null, answers: number, others: number): Records {
  const found: Records = { answers: [], udpSize: null, rcodeHigh: 0, partial: false };
  let at = from;
  for (let index = 0; index < Math.min(answers + others, MAX_RECORDS); index++) {
    const end = at === null ? null : recordEnd(message, at);
    if (at === null || end === null) return { ...found, partial: true };
    const isAnswer = index < answers;
    if (isAnswer && index < MAX_ANSWERS) {
      const record = readRecord(message, at, end);
      if (record === null) return { ...found, partial: true };
      found.answers.push(record);
    } else if (!isAnswer && message[at] === 0 && u16(message, at + 1) === OPT) {
      found.udpSize = u16(message, at + 3);
      found.rcodeHigh = message[at + 5] ?? 0;
    }
    at = end;
  }
  return found;
}

function recordEnd(message: Uint8Array, from: number): number | null {
  const at = skipDnsName(message, from);
  if (at === null || at + 10 > message.length) return null;
  const end = at + 10 + u16(message, at + 8);
  return end > message.length ? null : end;
}

function readRecord(message: Uint8Array, from: number, end: number): DnsRecord | null {
  const owner = readDnsName(message, from);
  if (owner === null) return null;
  const type = typeName(u16(message, owner.end));
  const text = dataText(type, message, owner.end + 10, end);
  return { name: owner.name, type, ttlSeconds: u32(message, owner.end + 4), text };
}
