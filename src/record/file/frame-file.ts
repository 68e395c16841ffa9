import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { BLOCK, HEAD, inflate, isWhole, MARK, readHead } from './block.ts';
import type { Header } from './header.ts';
import { type Damage, type Frames, NoRecordingError, RecordingParser } from './parser.ts';

const PIECE = 1 << 20;
const TAIL = 8;
/** Where a block begins, its first time and its last. */
const INDEX_ENTRY = 24;

/** From when to when a recording is; monotonic, ns. */
export interface Span {
  fromNs: number;
  untilNs: number;
}

/** A recording on disk, read as far as it is asked for. */
export class FrameFile {
  private readonly fd: number;
  private parser = new RecordingParser();
  private at = 0;
  /** All of it was read. */
  isAtEnd = false;
  private first: Frames | null = null;
  /** Bytes that it had when it was opened: what is written meanwhile is not read. */
  readonly size: number;

  /** Throws a NoRecordingError, or an Error with the system's reason. */
  constructor(path: string) {
    this.fd = openSync(path, 'r');
    const stat = fstatSync(this.fd);
    this.size = stat.size;
    if (stat.isFIFO()) throw new NoRecordingError('is a pipe: let it be standard input, and give - for it');
    if (this.size === 0)
      throw new NoRecordingError('is empty: with --ring nettop record writes its file when it ends');
    this.first = this.next();
    if (!this.first) throw new NoRecordingError('holds nothing: it was cut within its first second');
  }

  get header(): Header | null {
    return this.parser.header;
  }

  get damage(): Damage {
    return this.parser.damage;
  }

  /** null: that was all. */
  next(): Frames | null {
    if (this.first) {
      const { first } = this;
      this.first = null;
      return first;
    }
    for (let frames = this.parser.next(); ; frames = this.parser.next()) {
      if (frames || this.isAtEnd) return frames;
      this.read();
    }
  }

  /** As of a pipe: what is not there yet never comes. */
  async more(): Promise<boolean> {
    return false;
  }

  /** From the beginning on. */
  restart(): void {
    this.parser = new RecordingParser();
    this.at = 0;
    this.isAtEnd = false;
  }

  close(): void {
    closeSync(this.fd);
  }

  /** By the index at its end; of a recording that has none, by the heads of its blocks. */
  span(): Span {
    return this.indexed() ?? this.scanned();
  }

  private read(): void {
    const bytes = this.bytes(this.at, PIECE);
    this.at += bytes.length;
    if (bytes.length > 0) this.parser.push(bytes);
    else {
      this.parser.end();
      this.isAtEnd = true;
    }
  }

  private bytes(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - at)));
    return bytes.subarray(0, readSync(this.fd, bytes, 0, bytes.length, at));
  }

  private indexed(): Span | null {
    const { size } = this;
    const tail = this.bytes(Math.max(0, size - TAIL), TAIL);
    if (tail.toString('latin1', 4) !== 'nEND') return null;
    const length = tail.readUInt32LE(0);
    const bytes = this.bytes(Math.max(0, size - TAIL - length), length);
    const head = bytes.length > HEAD ? readHead(bytes, 0) : null;
    const stored = bytes.subarray(HEAD);
    if (head?.type !== BLOCK.index || !isWhole(head, stored)) return null;
    const times = inflate(stored, head.mainSize);
    if (times.length < INDEX_ENTRY) return null;
    return { fromNs: times.readDoubleLE(8), untilNs: times.readDoubleLE(times.length - 8) };
  }

  /** null: there is none behind it. */
  private nextMark(from: number): number | null {
    for (let at = from; ; at += PIECE - MARK.length) {
      const bytes = this.bytes(at, PIECE);
      const found = bytes.indexOf(MARK);
      if (found >= 0) return at + found;
      if (bytes.length < PIECE) return null;
    }
  }

  private scanned(): Span {
    let [fromNs, untilNs] = [Number.POSITIVE_INFINITY, 0];
    const begin = this.bytes(0, HEAD);
    for (let at: number | null = begin.indexOf(10) + 1; at !== null; ) {
      const head = this.bytes(at, HEAD);
      if (head.length < HEAD) break;
      const told = readHead(head, 0);
      if (!told) {
        at = this.nextMark(at + 1);
        continue;
      }
      at += HEAD + told.mainStored + told.bulkStored;
      if (told.type !== BLOCK.entries) continue;
      fromNs = Math.min(fromNs, told.fromNs);
      untilNs = Math.max(untilNs, told.untilNs);
    }
    return { fromNs, untilNs };
  }
}
