import { fromHalves, high, low, u32, u64 } from '../../../native/fields.ts';
import type { RecordLayout, RecordMemory } from '../records/socket-record.ts';
import { PIECE, readPieces } from './pieces.ts';

/** In place of a record: the cookie of a socket that is as it was, with UNCHANGED (bpf/abi/socket.h). */
const SHORT = u64.size;
/** UNCHANGED in the upper half of a cookie. */
const UNCHANGED = 0x80000000;
const WORD = u32.size;

/**
 * The newest record of each socket that a sweep shows, each at a place of its own. What did not change since
 * the sweep before costs a look at its cookie, or a comparison; only what is shown is decoded. The kernel
 * needs ten times as much memory for each of these sockets: that bounds it.
 */
export class SweepMemory implements RecordMemory {
  view: DataView;
  private words: Int32Array;
  private readonly piece: Int32Array;
  private readonly pieceView: DataView;
  private readonly places = new Map<number, number>();
  /** By number of the place: whose record it is, the last sweep that showed it, the last that changed it. */
  private cookies: Float64Array;
  private seen: Uint32Array;
  private changed: Uint32Array;
  /** Where it came in the sweep; the numbers in the order of the sweep before: most come as they did then. */
  private turns: Uint32Array;
  private before: Uint32Array;
  private now: Uint32Array;
  private turn = 0;
  private expected = 0;
  private used = 0;
  private free: number[] = [];
  private sweep = 0;
  /** A socket is said to be as it was that is not known here: the next sweep is to show every record. */
  isIncomplete = false;

  constructor(
    private readonly layout: RecordLayout,
    private room = 1024,
  ) {
    this.words = new Int32Array((room * layout.size) / WORD);
    this.view = new DataView(this.words.buffer);
    this.cookies = new Float64Array(room);
    this.seen = new Uint32Array(room);
    this.changed = new Uint32Array(room);
    this.turns = new Uint32Array(room);
    this.before = new Uint32Array(room);
    this.now = new Uint32Array(room);
    this.piece = new Int32Array(PIECE / WORD);
    this.pieceView = new DataView(this.piece.buffer);
  }

  /** Visits the places of records that are new, or changed in this sweep or in the one before; in parts. */
  *read(fd: number, visit: (place: number) => void): Generator<void> {
    this.sweep++;
    this.isIncomplete = false;
    [this.before, this.now] = [this.now, this.before];
    [this.turn, this.expected] = [0, 0];
    yield* readPieces(fd, Buffer.from(this.piece.buffer), (held) => this.takeAll(held, visit));
  }

  /** The whole records of a piece; how many bytes they are. */
  private takeAll(held: number, visit: (place: number) => void): number {
    const { size } = this.layout;
    let at = 0;
    while (at + SHORT <= held) {
      const isShort = high(this.pieceView, at) >= UNCHANGED;
      if (!isShort && at + size > held) break;
      if (isShort) this.keep(at, visit);
      else this.take(at, visit);
      at += isShort ? SHORT : size;
    }
    return at;
  }

  /** Whether the last sweep showed it; after forget. */
  has(cookie: number): boolean {
    return this.places.has(cookie);
  }

  /** Forgets the sockets that the last sweep did not show, and visits their cookies. */
  forget(visit: (cookie: number) => void): void {
    for (let number = 0; number < this.used; number++) {
      if (this.seen[number] === this.sweep || this.seen[number] === 0) continue;
      const cookie = this.cookies[number] as number;
      this.seen[number] = 0;
      this.places.delete(cookie);
      this.free.push(number);
      visit(cookie);
    }
  }

  private take(at: number, visit: (place: number) => void): void {
    const { size, get } = this.layout;
    const { sweep, pieceView } = this;
    const key = get.cookie(pieceView, at);
    const known = this.find(key);
    const number = known ?? this.add(key);
    this.meet(number);
    const place = number * size;
    const isOther = this.put(at / WORD, place / WORD, size / WORD) || known === undefined;
    // what stands still is visited once more, as its rate is 0 now; of the small ones a list is made each time
    const isDue = isOther || this.changed[number] === sweep - 1 || get.mini(pieceView, at) !== 0;
    if (isOther) this.changed[number] = sweep;
    if (isDue) visit(place);
  }

  /** It is as it was: visited once more, as its rate is 0 now. */
  private keep(at: number, visit: (place: number) => void): void {
    const number = this.find(fromHalves(low(this.pieceView, at), high(this.pieceView, at) - UNCHANGED));
    if (number === undefined) {
      this.isIncomplete = true;
      return;
    }
    this.meet(number);
    if (this.changed[number] === this.sweep - 1) visit(number * this.layout.size);
  }

  private meet(number: number): void {
    this.turns[number] = this.turn;
    if (this.turn < this.room) this.now[this.turn++] = number; // what is shown twice may be too much
    this.seen[number] = this.sweep;
  }

  private find(cookie: number): number | undefined {
    const likely = this.before[this.expected] as number;
    if (this.cookies[likely] === cookie && this.seen[likely] !== 0) {
      this.expected++;
      return likely;
    }
    const number = this.places.get(cookie);
    if (number !== undefined) this.expected = (this.turns[number] as number) + 1;
    return number;
  }

  /** Whether anything was different. */
  private put(from: number, to: number, count: number): boolean {
    const { words, piece } = this;
    let word = 0;
    while (word < count && words[to + word] === piece[from + word]) word++;
    if (word === count) return false;
    for (; word < count; word++) words[to + word] = piece[from + word] as number;
    return true;
  }

  private add(cookie: number): number {
    const number = this.free.pop() ?? this.used++;
    if (number === this.room) this.grow();
    this.cookies[number] = cookie;
    this.places.set(cookie, number);
    return number;
  }

  private grow(): void {
    this.room *= 2;
    const { words, cookies, seen, changed, turns, before, now, room } = this;
    this.words = new Int32Array(2 * words.length);
    this.cookies = new Float64Array(room);
    this.seen = new Uint32Array(room);
    this.changed = new Uint32Array(room);
    this.turns = new Uint32Array(room);
    this.before = new Uint32Array(room);
    this.now = new Uint32Array(room);
    this.words.set(words);
    this.cookies.set(cookies);
    this.seen.set(seen);
    this.changed.set(changed);
    this.turns.set(turns);
    this.before.set(before);
    this.now.set(now);
    this.view = new DataView(this.words.buffer);
  }
}
