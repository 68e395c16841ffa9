import { find, isAt, textOf } from './bytes.ts';
import { answering, asking, type Protocol, type ProtocolAnswer, type ProtocolRequest } from './protocol.ts';
import { REDIS_COMMANDS } from './redis-commands.ts';

const LF = 10;
const CR = 13;
const MAX_DIGITS = 10;
const MAX_WORD = 64;
/** Parts of an answer, or words of a command, that are walked through. */
const MAX_PARTS = 4096;
/** Of one value: 512 MB is what Redis takes. */
const LONGEST = 2 ** 30;
/** Commands of which the second word says what is done. */
const FAMILIES = new Set(
  (
    'ACL CLIENT CLUSTER COMMAND CONFIG DEBUG FUNCTION LATENCY MEMORY MODULE OBJECT PUBSUB SCRIPT SENTINEL SLOWLOG ' +
    'XGROUP XINFO'
  ).split(' '),
);
/** After these the server speaks unasked, or not at all. */
const LAST = new Set(['SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE', 'MONITOR', 'SYNC', 'PSYNC', 'CLIENT REPLY']);
/** What an answer may begin with (RESP2 and 3). */
const ANSWERS = '+-:$*_#,(!=%~>|';
/** Of these a number of bytes follows; of those a number of parts. */
const BULKS = '$!=';
const LISTS = '*~>';
const MAPS = '%|';

/** Redis and what speaks as it does (Valkey, KeyDB, Dragonfly). Of a command its name alone is told. */
export const redis: Protocol = { name: 'redis', begins, request, answer };

/** A command that Redis has: an answer may be a list of words too. */
function begins(bytes: Uint8Array): 'client' | null {
  const name = request(bytes)?.name.split(' ', 1)[0];
  return name !== undefined && REDIS_COMMANDS.has(name) ? 'client' : null;
}

function request(bytes: Uint8Array): ProtocolRequest | null {
  const words = numberLine(bytes, 0, '*');
  if (words === null || words.number < 1) return null;
  const command = word(bytes, words.end);
  if (command === null || !/^[A-Za-z][\w.-]*$/.test(command.text)) return null;
  const first = command.text.toUpperCase();
  const second = words.number > 1 && FAMILIES.has(first) ? word(bytes, command.end) : null;
  const name = second && /^[A-Za-z-]+$/.test(second.text) ? `${first} ${second.text.toUpperCase()}` : first;
  return asking(name, { length: ending(bytes, 0), isLast: LAST.has(name) });
}

function answer(bytes: Uint8Array): ProtocolAnswer | null {
  const kind = String.fromCharCode(bytes[0] ?? 0);
  if (!ANSWERS.includes(kind)) return null;
  const length = ending(bytes, 0);
  if (kind !== '-' && kind !== '!') return answering({ length, isInterim: kind === '>' });
  const begin = kind === '-' ? 1 : (numberLine(bytes, 0, '!')?.end ?? bytes.length);
  const [code = ''] = textOf(bytes, begin, Math.min(bytes.length, begin + MAX_WORD)).split(/[ ␍␊]/, 1);
  return answering({ status: 'error', code: /^[A-Z][A-Z\d_]*$/.test(code) ? code : null, length });
}

/** Where the value ends that begins there, which may be beyond the bytes; null: they do not say. */
function ending(bytes: Uint8Array, from: number): number | null {
  let at = from;
  let parts = 0;
  for (let left = 1; left > 0; left--) {
    const kind = String.fromCharCode(bytes[at] ?? 0);
    if (!ANSWERS.includes(kind) || ++parts > MAX_PARTS) return null;
    const isCounted = (BULKS + LISTS + MAPS).includes(kind);
    const line = isCounted ? numberLine(bytes, at, kind) : textLine(bytes, at);
    if (line === null || line.number > LONGEST) return null;
    const number = Math.max(0, line.number);
    at = line.end;
    if (BULKS.includes(kind)) at += line.number < 0 ? 0 : number + 2;
    else if (LISTS.includes(kind)) left += number;
    else if (MAPS.includes(kind)) left += 2 * number + (kind === '|' ? 1 : 0); // attributes stand before a value
  }
  return at;
}

function textLine(bytes: Uint8Array, at: number): { number: number; end: number } | null {
  const end = find(bytes, LF, at, bytes.length);
  return end < 0 ? null : { number: 0, end: end + 1 };
}

/** A line that is a mark and a number. */
function numberLine(bytes: Uint8Array, at: number, mark: string): { number: number; end: number } | null {
  if (!isAt(bytes, at, mark)) return null;
  const end = find(bytes, LF, at, Math.min(bytes.length, at + MAX_DIGITS + 3));
  const digits = end < 0 || bytes[end - 1] !== CR ? '' : textOf(bytes, at + 1, end - 1);
  return /^-?\d{1,10}$/.test(digits) ? { number: Number(digits), end: end + 1 } : null;
}

/** A bulk string, if it is a word and all there. */
function word(bytes: Uint8Array, at: number): { text: string; end: number } | null {
  const line = numberLine(bytes, at, '$');
  if (line === null || line.number < 1 || line.number > MAX_WORD) return null;
  const end = line.end + line.number;
  return end > bytes.length ? null : { text: textOf(bytes, line.end, end), end: end + 2 };
}
