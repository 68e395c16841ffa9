import { hexOf, isAt, textOf } from './bytes.ts';
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

/** Nothing is answered to quit, long data, close statement. */
const SILENT = [1, 24, 25];
const BINLOG_DUMP = 18;
const EXECUTE = 23;
const HEADER = 4;
const MAX_NAME = 64;
const QUERY = 0x03;
const PREPARE = 0x16;
const INIT_DB = 0x02;
const GREETING = 0x0a;
const OK = 0;
const END = 0xfe;
const MORE = 0x01;
const FILE = 0xfb;
const ERROR = 0xff;
/** What a client can, in the second byte of its first packet: PROTOCOL_41 and SSL. */
const HAS_41 = 0x02;
const HAS_TLS = 0x08;
const TLS_LENGTH = 32;
const LOGIN = 'LOGIN';
const PREPARED_LENGTH = 12;
/** Of the status of a server: another result follows. */
const MORE_RESULTS = 0x08;
const MOST_PACKETS = 1024;

/** Commands and the lengths that their packets may have; 0: any. */
const COMMANDS: Readonly<Record<number, readonly [name: string, length: number]>> = {
  1: ['QUIT', 1],
  24: ['LONG DATA', 0],
  25: ['CLOSE STATEMENT', 5],
  [INIT_DB]: ['INIT DB', 0],
  [QUERY]: ['QUERY', 0],
  4: ['FIELD LIST', 0],
  7: ['REFRESH', 2],
  9: ['STATISTICS', 1],
  10: ['PROCESS INFO', 1],
  12: ['KILL', 5],
  14: ['PING', 1],
  17: ['CHANGE USER', 0],
  [BINLOG_DUMP]: ['BINLOG DUMP', 0],
  [PREPARE]: ['PREPARE', 0],
  [EXECUTE]: ['EXECUTE', 0],
  26: ['RESET STATEMENT', 5],
  27: ['SET OPTION', 3],
  28: ['FETCH', 9],
  31: ['RESET CONNECTION', 1],
};

/** MySQL and MariaDB. A statement is told with its literals folded. */
export const mysql: Protocol = { name: 'mysql', begins, request, answer, end };

/** The server's greeting, or a packet of the client with a command of the right length, of text that is a statement. */
function begins(bytes: Uint8Array): Speaker | null {
  if (bytes.length <= HEADER || bytes[3] !== 0) return null;
  if (isGreeting(bytes)) return 'server';
  const [code = 0] = bytes.subarray(HEADER);
  const [, length = 0] = COMMANDS[code] ?? [];
  const isShort = length > 0 && lengthOf(bytes) === length && bytes.length === HEADER + length;
  return isShort || ((code === QUERY || code === PREPARE) && statementOf(bytes) !== null) ? 'client' : null;
}

const isGreeting = (bytes: Uint8Array): boolean =>
  bytes[HEADER] === GREETING && /^\d+\.\d+\.[\w.~+-]*$/.test(zeroEnded(bytes, HEADER + 1));

function request(bytes: Uint8Array): ProtocolRequest | null {
  const [code = 0] = bytes.subarray(HEADER);
  const length = HEADER + lengthOf(bytes);
  if (bytes.length <= HEADER || length === HEADER) return null;
  if (bytes[3] !== 0) return loginOf(bytes, length);
  const [name, due] = COMMANDS[code] ?? [];
  if (name === undefined || (due !== 0 && due !== length - HEADER)) return null;
  if (SILENT.includes(code)) return asking(name, { length, isSilent: true });
  if (code === QUERY) return asking(name, { ...statementOf(bytes), length });
  if (code === PREPARE) return asking('PREPARE', { detail: statementOf(bytes)?.detail ?? null, length });
  const executes = code === EXECUTE ? statementNumber(bytes) : null;
  return asking(name, { length, executes, isLast: code === BINLOG_DUMP });
}

/** What a client says in answer to the greeting; what follows that until the server is content asks for nothing. */
function loginOf(bytes: Uint8Array, length: number): ProtocolRequest | null {
  const [, able = 0] = bytes.subarray(HEADER);
  const isFirst = (bytes[3] ?? 0) <= 2 && length >= HEADER + TLS_LENGTH && (able & HAS_41) !== 0;
  const isTls = length === HEADER + TLS_LENGTH && (able & HAS_TLS) !== 0;
  return isFirst ? asking(LOGIN, { length, isSilent: isTls }) : null;
}

/** Four bytes behind a code. */
function statementNumber(bytes: Uint8Array): string | null {
  return bytes.length < HEADER + 5 ? null : hexOf(bytes, HEADER + 1, HEADER + 5);
}

function statementOf(bytes: Uint8Array): { name: string; detail: string } | null {
  const end = Math.min(bytes.length, HEADER + lengthOf(bytes));
  // With query attributes their number stands before the text: none, in one set.
  const skip = isAt(bytes, HEADER + 1, '\x00\x01') ? 2 : 0;
  const statement = parseSql(bytes, HEADER + 1 + skip, end, 'mysql');
  return statement && { name: statement.name, detail: statement.text };
}

/** OK, an error, an end, a number of columns: each in a packet that is not the first of its exchange. */
function answer(bytes: Uint8Array, asked?: ProtocolRequest | null): ProtocolAnswer | null {
  const [code = 0] = bytes.subarray(HEADER);
  const length = HEADER + lengthOf(bytes);
  if (bytes.length <= HEADER || length === HEADER) return null;
  if (bytes[3] === 0) return isGreeting(bytes) ? answering({ length, isInterim: true }) : null;
  if (code === ERROR) return failed(bytes, length);
  const isChallenge = asked?.name === LOGIN && (code === END || code === MORE);
  if (code === FILE || isChallenge) return answering({ length, isInterim: true });
  if (asked?.name === 'PREPARE' && code === OK && length === HEADER + PREPARED_LENGTH)
    return answering({ length: null, prepared: statementNumber(bytes) });
  if (code === OK || code === END) return answering({ length });
  return answering({ length: afterRows(bytes, length) });
}

function failed(bytes: Uint8Array, length: number): ProtocolAnswer {
  const code = (bytes[HEADER + 1] ?? 0) | ((bytes[HEADER + 2] ?? 0) << 8);
  return answering({ status: 'error', code: bytes.length < HEADER + 3 ? null : String(code), length });
}

/** Columns, an end of them unless the client can do without, rows, and an end: null where that is not among the bytes. */
function afterRows(bytes: Uint8Array, first: number): number | null {
  const [columns = 0] = bytes.subarray(HEADER);
  let ends = 0;
  let at = first;
  for (let packet = 1; packet < MOST_PACKETS && at + HEADER < bytes.length; packet++) {
    const next = at + HEADER + lengthOf(bytes.subarray(at));
    const isEnd = bytes[at + HEADER] === END && next - at < 64;
    if (packet === columns + 1 && !isEnd) ends++; // rows begin at once
    if (bytes[at + HEADER] === ERROR && packet > columns) return null;
    if (packet > columns && isEnd && next <= bytes.length && ++ends === 2)
      return hasMore(bytes.subarray(at)) ? null : next;
    at = next;
  }
  return null;
}

/** An end of rows: of 5 bytes, or one that is like an OK. */
function end(bytes: Uint8Array): ProtocolEnd {
  for (const length of [5, 7]) {
    const packet = bytes.subarray(-HEADER - length);
    if (packet[HEADER] === END && lengthOf(packet) === length && !hasMore(packet))
      return { answer: answering(), isOver: true };
  }
  return { answer: null, isOver: false };
}

/** Status stands behind warnings in the one of 5 bytes, and behind two numbers in the other. */
function hasMore(packet: Uint8Array): boolean {
  const status = packet[HEADER + 3] ?? 0;
  return (status & MORE_RESULTS) !== 0;
}

/** Of the packet, in three bytes of which the lowest comes first. */
function lengthOf(bytes: Uint8Array): number {
  return (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16);
}

function zeroEnded(bytes: Uint8Array, from: number): string {
  const end = bytes.subarray(from, from + MAX_NAME).indexOf(0);
  return end < 0 ? '' : textOf(bytes, from, from + end);
}
