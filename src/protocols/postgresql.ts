import { textOf, u32 } from './bytes.ts';
import {
  answering,
  asking,
  type Protocol,
  type ProtocolAnswer,
  type ProtocolEnd,
  type ProtocolRequest,
  type Speaker,
} from './protocol.ts';
import { parseSql } from './sql.ts';

interface Message {
  /** Its type, a letter. */
  tag: string;
  from: number;
  /** It may lie beyond the bytes. */
  to: number;
}

const MAX_LENGTH = 0x4000_0000;
const MAX_MESSAGES = 512;
const MAX_NAME = 64;
const SPECIAL: Readonly<Record<number, string>> = {
  80877102: 'CANCEL',
  80877103: 'SSLREQUEST',
  80877104: 'GSSREQUEST',
};
/** Messages of a client to which nothing is answered by itself. */
const SILENT = 'Xpdcf';
/** With these a client waits for an answer. */
const ENDS = 'QSHF';
const ANSWERS = '123ACDEGHIKNRSTVWZdcnstv';
/** They may come at any time. */
const UNASKED = 'ANS';
/** Whether TLS or GSSAPI may follow: a byte by itself. */
const SIMPLE = [...'SNG'].map((letter) => letter.charCodeAt(0));
/** Bytes of a message that says that the server waits. */
const READY = 6;
/** A field of an error, its first. */
const SEVERITY = 0x53;

/** PostgreSQL, version 3 of its protocol. A statement is told with its literals folded. */
export const postgresql: Protocol = { name: 'postgresql', begins, request, answer, end };

/** A start, or a statement, as a whole message; what else a turn may begin with is too short to tell. */
function begins(bytes: Uint8Array): Speaker | null {
  if (startOf(bytes) !== null) return 'client';
  const [first] = messagesOf(bytes, 1);
  if ((first?.tag === 'Q' || first?.tag === 'P') && statementOf(bytes, first) !== null) return 'client';
  return first?.tag === 'B' && request(bytes)?.length === bytes.length ? 'client' : null;
}

/** All up to where the client waits: a statement, or what is sent before one Sync. */
function request(bytes: Uint8Array): ProtocolRequest | null {
  const start = startOf(bytes);
  if (start !== null) return start;
  const messages = messagesOf(bytes, MAX_MESSAGES);
  const [first] = messages;
  if (first === undefined || !`${SILENT}${ENDS}BCDEP`.includes(first.tag)) return null;
  if (SILENT.includes(first.tag)) return asking(first.tag, { length: first.to, isSilent: true });
  const last = messages.find(({ tag }) => ENDS.includes(tag));
  const group = messages.slice(0, last ? messages.indexOf(last) + 1 : undefined);
  return { ...nameOf(bytes, group), length: last?.to ?? null };
}

/** By the first statement that is executed, else by what is done to it. */
function nameOf(bytes: Uint8Array, group: readonly Message[]): ProtocolRequest {
  const has = (wanted: string) => group.find(({ tag }) => tag === wanted);
  const [query, parse, bind] = [has('Q'), has('P'), has('B')];
  if (query) return asking('QUERY', statementOf(bytes, query) ?? {});
  const executes = bind ? nameAt(bytes, stringEnd(bytes, bind.from, bind.to), bind.to) : null;
  if (parse) {
    const prepares = nameAt(bytes, parse.from, parse.to);
    const statement = statementOf(bytes, parse) ?? {};
    const isExecuted = bind !== undefined || !has('S');
    return asking('QUERY', { ...statement, ...(isExecuted ? {} : { name: 'PREPARE' }), prepares });
  }
  if (bind) return asking('EXECUTE', { executes });
  return asking(has('D') ? 'DESCRIBE' : has('C') ? 'CLOSE' : has('F') ? 'CALL' : 'SYNC');
}

/** A length, then a version or a code: the messages without a tag that a connection begins with. */
function startOf(bytes: Uint8Array): ProtocolRequest | null {
  const [length, code] = [u32(bytes, 0), u32(bytes, 4)];
  if (bytes.length < 8 || length < 8 || length > 10_000) return null;
  if (code >>> 16 === 3 && (code & 0xffff) < 16) return asking('STARTUP', { length });
  const name = length <= 16 || code === 80877102 ? SPECIAL[code] : undefined;
  return name === undefined ? null : asking(name, { length, isSilent: true });
}

function statementOf(bytes: Uint8Array, message: Message): { name: string; detail: string } | null {
  const from = message.tag === 'P' ? stringEnd(bytes, message.from, message.to) : message.from;
  const end = Math.min(bytes.length, message.to);
  const zero = bytes.subarray(from, end).indexOf(0);
  const statement = parseSql(bytes, from, zero < 0 ? end : from + zero, 'postgresql');
  return statement && { name: statement.name, detail: statement.text };
}

/** To where the server waits. An error anywhere among the messages makes the answer one. */
function answer(bytes: Uint8Array): ProtocolAnswer | null {
  if (SIMPLE.includes(bytes[0] ?? 0) && bytes.length === 1) return answering({ length: 1, isInterim: true });
  const messages = messagesOf(bytes, MAX_MESSAGES);
  const first = messages.find(({ tag }) => !UNASKED.includes(tag)) ?? messages[0];
  if (first === undefined || messages.some(({ tag }) => !ANSWERS.includes(tag))) return null;
  if (UNASKED.includes(first.tag)) return answering({ length: messages.at(-1)?.to ?? null, isInterim: true });
  if (first.tag === 'G' || isChallenge(bytes, first)) return answering({ length: first.to, isInterim: true });
  const last = messages.find(({ tag }) => tag === 'Z');
  const error = messages.find(({ tag, to }) => tag === 'E' && to <= (last?.to ?? to));
  const code = error ? sqlState(bytes, error) : null;
  return answering({ status: error ? 'error' : 'ok', code, length: last?.to ?? null });
}

/** What asks for a password, or for more of a proof. */
const isChallenge = (bytes: Uint8Array, { tag, from }: Message): boolean =>
  tag === 'R' && from + 4 <= bytes.length && u32(bytes, from) !== 0;

/** What completed, or failed, and whether the server waits: it may say that apart. */
function end(bytes: Uint8Array): ProtocolEnd {
  const [ready] = messagesOf(bytes.subarray(-READY), 1);
  const isOver = ready?.tag === 'Z' && ready.to === READY;
  const rest = isOver ? bytes.subarray(0, -READY) : bytes;
  for (let at = 0; at < rest.length; at++) {
    const [message] = messagesOf(rest.subarray(at), 1);
    if (message?.to !== rest.length - at) continue;
    if (message.tag === 'E' && rest[at + 5] === SEVERITY) {
      const code = sqlState(rest.subarray(at), message);
      return { answer: answering({ status: 'error', code }), isOver };
    }
    if (isOver && 'CsI'.includes(message.tag)) return { answer: answering(), isOver };
  }
  return { answer: null, isOver };
}

/** Fields of a letter and a text each; C is the code. */
function sqlState(bytes: Uint8Array, error: Message): string | null {
  for (
    let at = error.from, count = 0;
    at < Math.min(error.to, bytes.length) && count < MAX_MESSAGES;
    count++
  ) {
    const value = stringAt(bytes, at + 1, error.to);
    if (bytes[at] === 0x43) return value !== null && /^[\dA-Z]{5}$/.test(value) ? value : null;
    at = stringEnd(bytes, at + 1, error.to);
  }
  return null;
}

function messagesOf(bytes: Uint8Array, most: number): Message[] {
  const messages: Message[] = [];
  for (let at = 0; at + 5 <= bytes.length && messages.length < most; ) {
    const length = u32(bytes, at + 1);
    const tag = String.fromCharCode(bytes[at] ?? 0);
    if (length < 4 || length > MAX_LENGTH || !/[\dA-Za-z]/.test(tag)) break;
    messages.push({ tag, from: at + 5, to: at + 1 + length });
    at += 1 + length;
  }
  return messages;
}

/** Behind the zero that ends it. */
function stringEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && at < bytes.length && bytes[at] !== 0) at++;
  return at + 1;
}

/** A name without text is one too. */
const nameAt = (bytes: Uint8Array, from: number, to: number): string => stringAt(bytes, from, to) ?? '';

function stringAt(bytes: Uint8Array, from: number, to: number): string | null {
  const end = stringEnd(bytes, from, to) - 1;
  return end > from ? textOf(bytes, from, end, MAX_NAME) : null;
}
