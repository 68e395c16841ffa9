import { closeSync, openSync, readSync } from 'node:fs';
import { sanitize } from '../text/text.ts';

/** The kernel's functions by address: /proc/kallsyms, lines of "address type name" and "[module]" after a tab. */

const KALLSYMS = '/proc/kallsyms';
/** The kernel gives a page at a time. */
const PIECE = 1 << 14;
/** Bytes for the names of 50,000 functions, to begin with. */
const NAMES = 1 << 20;
const NEWLINE = 10;
const DIGITS = 16;
/** Functions in the text sections, global or local, weak or not. */
const FUNCTION_TYPES = new Set([...'TtWw'].map((type) => type.charCodeAt(0)));
/** An address of zeros, less 2^64. */
const HIDDEN = -(2 ** 64);
/** What lies so far behind the last symbol belongs to none: code that was made or loaded since. */
const LONGEST_FUNCTION = 1 << 16;

export class Symbols {
  /** Addresses in rising order, less 2^64: kernel addresses lie near its end, so that a double is exact. */
  private readonly addresses: Float64Array;
  /** Where each name begins in the text. */
  private readonly names: Uint32Array;
  /** What stands behind the type in the lines of functions. */
  private readonly text: Buffer;

  /** Of the text, in pieces of any size: no more of it is kept than names of functions. */
  constructor(pieces: Iterable<Buffer>) {
    const found = readFunctions(pieces);
    const order = inOrder(found.addresses);
    this.addresses = new Float64Array(order.length);
    this.names = new Uint32Array(order.length);
    for (let place = 0; place < order.length; place++) {
      const index = order[place] ?? 0;
      this.addresses[place] = found.addresses[index] ?? 0;
      this.names[place] = found.names[index] ?? 0;
    }
    this.text = found.text;
  }

  /** kernel.kptr_restrict, or a missing capability: all addresses are zeros. */
  get hidden(): boolean {
    return this.addresses.length === 0;
  }

  /** `function+0x1a`, in a module `function+0x1a [module]`; the address itself where no function is known. */
  at(address: bigint): string {
    const wanted = Number(address - (1n << 64n));
    let low = 0;
    let high = this.addresses.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.addresses[middle] ?? 0) <= wanted) low = middle + 1;
      else high = middle;
    }
    const start = this.addresses[low - 1] ?? Number.NEGATIVE_INFINITY;
    const offset = wanted - start;
    if (offset >= LONGEST_FUNCTION) return `0x${address.toString(16)}`;
    let first = low - 1; // of several names the first, as the kernel does
    while (this.addresses[first - 1] === start) first--;
    const [name, module] = this.nameAt(first);
    return `${name}+0x${offset.toString(16)}${module ? ` ${module}` : ''}`;
  }

  /** How many functions have each name. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (let index = 0; index < this.names.length; index++) {
      const [name] = this.nameAt(index);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  }

  private nameAt(index: number): [name: string, module: string | undefined] {
    const start = this.names[index] ?? 0;
    const line = this.text.toString('latin1', start, this.text.indexOf(NEWLINE, start));
    const [name = '', module] = line.split('\t');
    return [sanitize(name), module && sanitize(module)];
  }
}

/** Those of the kernel are in order already, those of modules are not: little is to be done. */
function inOrder(addresses: readonly number[]): number[] {
  const order = addresses.map((_, index) => index);
  return order.sort((a, b) => (addresses[a] ?? 0) - (addresses[b] ?? 0));
}

interface Found {
  addresses: number[];
  names: number[];
  text: Buffer;
}

/** In the order of the file. Byte by byte: a call for each line would take as long as all else. */
function readFunctions(pieces: Iterable<Buffer>): Found {
  const addresses: number[] = [];
  const names: number[] = [];
  let kept: Buffer = Buffer.alloc(NAMES);
  let length = 0;
  let rest = Buffer.alloc(0);
  for (const piece of pieces) {
    const text = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    if (length + text.length > kept.length) kept = larger(kept, text.length);
    const last = text.lastIndexOf(NEWLINE) + 1;
    for (let at = 0; at < last; at++) {
      const isFunction = FUNCTION_TYPES.has(text[at + DIGITS + 1] ?? 0);
      const address = isFunction ? readAddress(text, at) : HIDDEN;
      if (address !== HIDDEN) {
        addresses.push(address);
        names.push(length);
        for (let name = at + DIGITS + 3; text[name] !== NEWLINE; name++) kept[length++] = text[name] ?? 0;
        kept[length++] = NEWLINE;
      }
      while (text[at] !== NEWLINE) at++;
    }
    rest = Buffer.from(text.subarray(last));
  }
  return { addresses, names, text: Buffer.from(kept.subarray(0, length)) };
}

function larger(text: Buffer, least: number): Buffer {
  const grown = Buffer.alloc(2 * text.length + least);
  text.copy(grown);
  return grown;
}

/** Sixteen digits at that place, less 2^64. */
function readAddress(text: Buffer, at: number): number {
  let high = 0;
  let low = 0;
  for (let i = 0; i < 8; i++) high = high * 16 + digit(text[at + i] ?? 0);
  for (let i = 8; i < DIGITS; i++) low = low * 16 + digit(text[at + i] ?? 0);
  return (high - 2 ** 32) * 2 ** 32 + low;
}

/** Of 0-9 and a-f by their codes. */
function digit(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

/** The running kernel's. */
export function readSymbols(): Symbols {
  return new Symbols(piecesOf(KALLSYMS));
}

/** Each is valid until the next. */
function* piecesOf(path: string): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.alloc(PIECE);
    for (let length = 1; length > 0; ) {
      length = readSync(file, piece);
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

/** Whether the kernel hides its addresses: sysctl kernel.kptr_restrict, or no CAP_SYSLOG. */
export function addressesAreHidden(): boolean {
  return isHidden(firstLines());
}

/** Enough to hold an address that is not zero: the first symbols may be offsets from 0. */
function firstLines(): string {
  const file = openSync(KALLSYMS, 'r');
  const page = Buffer.alloc(4096);
  const length = readSync(file, page);
  closeSync(file);
  return page.toString('latin1', 0, length);
}

function isHidden(lines: string): boolean {
  return !/^0*[1-9a-f][0-9a-f]* /m.test(lines);
}
