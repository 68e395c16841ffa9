import type { Words } from './words.ts';

const OCTET = /^(0|[1-9]\d{0,2})$/;
const GROUP = /^[\da-f]{1,4}$/i;
/** Second half of the IPv4-mapped prefix ::ffff:0:0/96 (RFC 4291 section 2.5.5.2). */
const MAPPED = 0xffff;

/** Words of an IPv4 or IPv6 address; null when the text is not one. Zones (%eth0) are not part of it. */
export function parseAddress(text: string): [number, number, number, number] | null {
  if (!text.includes(':')) {
    const address = parseDotted(text);
    return address === null ? null : [0, 0, MAPPED, address];
  }
  const groups = parseGroups(text);
  if (groups === null) return null;
  const word = (index: number): number => (((groups[index] ?? 0) << 16) | (groups[index + 1] ?? 0)) >>> 0;
  return [word(0), word(2), word(4), word(6)];
}

/** As RFC 5952 writes it; an IPv4-mapped address as dotted IPv4. */
export function formatAddress(words: Words): string {
  if (isMapped(words)) return formatDotted(words[3] ?? 0);
  const groups = [0, 1, 2, 3].flatMap((index) => {
    const word = words[index] ?? 0;
    return [word >>> 16, word & 0xffff];
  });
  const { start, length } = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** Whether the address stands for an IPv4 one. */
export function isMapped(words: Words): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === MAPPED;
}

function parseDotted(text: string): number | null {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => OCTET.test(octet) && Number(octet) <= 255)) return null;
  return octets.reduce((address, octet) => address * 256 + Number(octet), 0);
}

/** The eight 16-bit groups of an IPv6 address. */
function parseGroups(text: string): number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = parseRun(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 1 ? [] : parseRun(halves[1] ?? '', true);
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  // "::" stands for at least one group.
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

/** Groups between colons; the last two may be written as dotted IPv4 at the address's end. */
function parseRun(text: string, atEnd: boolean): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    const dotted = atEnd && index === parts.length - 1 ? parseDotted(part) : null;
    if (dotted !== null) groups.push(dotted >>> 16, dotted & 0xffff);
    else if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

function formatDotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}

/** RFC 5952 section 4.2.3: the longest run is shortened, the first of equal ones. */
function longestZeros(groups: number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > longest.length) longest = { start: index - length + 1, length };
  }
  return longest;
}
