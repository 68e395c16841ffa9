import type { Entry } from '../log.ts';
import { BLOCK, HEAD, inflate, isWhole, MARK, readHead, VERSION, VERSIONS, versionOf } from './block.ts';
import { decodeEntries } from './entries.ts';
import { type Header, readHeader } from './header.ts';

const NOTHING = Buffer.alloc(0);
const TAIL = 8;

/** Why a file is no recording that this nettop reads, as the rest of a sentence. */
export class NoRecordingError extends Error {}

/** What could not be read. */
export interface Damage {
  /** Places where bytes were passed over. */
  places: number;
  bytes: number;
  /** It ends without its end: as after a power cut, or because it is still being written. */
  isCut: boolean;
}

/** Entries that belong together. */
export interface Frames {
  fromNs: number;
  untilNs: number;
  entries: Entry[];
}

/** Takes a recording in pieces, as they come, and gives its blocks; what is damaged is passed over and counted. */
export class RecordingParser {
  header: Header | null = null;
  readonly damage: Damage = { places: 0, bytes: 0, isCut: true };
  private rest: Buffer = NOTHING;
  private begun = false;
  private over = false;
  /** Bytes are being passed over. */
  private isLost = false;

  push(bytes: Buffer): void {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
  }

  /** No more comes. */
  end(): void {
    this.over = true;
  }

  /** null: more is wanted, or all was read. Throws a NoRecordingError. */
  next(): Frames | null {
    if (!this.begin()) return null;
    while (this.rest.length >= HEAD) {
      const head = readHead(this.rest, 0);
      const length = HEAD + (head ? head.mainStored + head.bulkStored : 0);
      if (head && this.rest.length < length && !this.over) return null;
      const stored = this.rest.subarray(HEAD, length);
      if (!head || this.rest.length < length || !isWhole(head, stored)) {
        if (head && this.rest.length < length) return this.cut();
        this.pass();
        continue;
      }
      this.isLost = false;
      this.rest = this.rest.subarray(length);
      if (head.type === BLOCK.index) {
        this.damage.isCut = false;
        this.rest = this.rest.subarray(TAIL);
        continue;
      }
      const main = stored.subarray(0, head.mainStored);
      const frames = this.read(head, main, stored.subarray(head.mainStored));
      if (frames) return frames;
    }
    return this.over ? this.cut() : null;
  }

  private read(
    { type, fromNs, untilNs, mainSize, bulkSize }: NonNullable<ReturnType<typeof readHead>>,
    main: Buffer,
    bulk: Buffer,
  ): Frames | null {
    try {
      const bytes = inflate(main, mainSize);
      if (type === BLOCK.header) this.header ??= readHeader(bytes);
      if (type !== BLOCK.entries) return null;
      let inflated: Buffer | undefined;
      const entries = decodeEntries(bytes, () => {
        inflated ??= inflate(bulk, bulkSize);
        return inflated;
      });
      return { fromNs, untilNs, entries };
    } catch {
      this.damage.places++; // whole by its sum, yet no block of this version: somebody made it so
      this.damage.bytes += main.length + bulk.length;
      return null;
    }
  }

  /** The first line; false: it is not there yet. */
  private begin(): boolean {
    if (this.begun) return true;
    const end = this.rest.indexOf(10);
    if (end < 0 && this.rest.length < HEAD && !this.over) return false;
    const version = versionOf(this.rest);
    if (version === null) throw new NoRecordingError('is no recording of nettop');
    if (!VERSIONS.includes(version))
      throw new NoRecordingError(
        `is a recording of version ${version}; this nettop reads versions up to ${VERSION}`,
      );
    this.rest = this.rest.subarray(end + 1);
    this.begun = true;
    return true;
  }

  /** On to the next mark. */
  private pass(): void {
    const next = this.rest.indexOf(MARK, 1);
    const passed = next < 0 ? this.rest.length - MARK.length + 1 : next;
    if (!this.isLost) this.damage.places++;
    this.isLost = true;
    this.damage.bytes += passed;
    this.rest = this.rest.subarray(passed);
  }

  private cut(): null {
    this.damage.bytes += this.damage.isCut ? this.rest.length : 0;
    this.rest = NOTHING;
    return null;
  }
}
