const CR = 13;
const LF = 10;
const SEMICOLON = 59;
const SPACE = 32;
const TAB = 9;
/** 2^52: what is larger is no size. */
const MAX_DIGITS = 13;

type Step = 'size' | 'sizeEnd' | 'extension' | 'data' | 'dataEnd' | 'dataLineEnd' | 'trailer';

/**
 * A body in chunks (RFC 9112, 7.1), walked over from its first byte as ranges of it come in order. What was not
 * captured is told as a hole. Lines may end in LF alone.
 */
export class Chunks {
  /** `lost`: a hole or a fault in what says how long a chunk is. It stays so: the body's end is not known. */
  state: 'open' | 'ended' | 'lost' = 'open';
  /** Bytes of content so far, without what frames it. */
  content = 0;
  #step: Step = 'size';
  /** Of the chunk: its size while that is read, then what is still to come. */
  #left = 0;
  /** Digits of a size, or bytes of a trailer's line. */
  #count = 0;

  /** Takes the range and says how many of its bytes belong to the body: less than all only where it ended. */
  bytes(range: Uint8Array): number {
    let at = 0;
    while (at < range.length && this.state === 'open') {
      if (this.#step === 'data') at += this.#pass(range.length - at);
      else this.#take(range[at++] ?? 0);
    }
    return this.state === 'ended' ? at : range.length;
  }

  /** So many bytes come that were not captured. */
  hole(length: number): void {
    if (length === 0 || this.state !== 'open') return;
    if (this.#step === 'data' && length <= this.#left) this.#pass(length);
    else this.state = 'lost';
  }

  #pass(length: number): number {
    const passed = Math.min(length, this.#left);
    this.content += passed;
    this.#left -= passed;
    if (this.#left === 0) this.#step = 'dataEnd';
    return passed;
  }

  #take(byte: number): void {
    if (this.#step === 'size') this.#takeSize(byte);
    else if (this.#step === 'extension') {
      if (byte === LF) this.#begin();
    } else if (this.#step === 'trailer') this.#takeTrailer(byte);
    else if (byte === LF) this.#endLine();
    else if (byte === CR && this.#step === 'dataEnd') this.#step = 'dataLineEnd';
    else this.state = 'lost';
  }

  #takeSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#left = this.#left * 16 + digit;
      if (++this.#count > MAX_DIGITS) this.state = 'lost';
    } else if (this.#count === 0) this.state = 'lost';
    else if (byte === LF) this.#begin();
    else if (byte === CR) this.#step = 'sizeEnd';
    else if (byte === SEMICOLON || byte === SPACE || byte === TAB) this.#step = 'extension';
    else this.state = 'lost';
  }

  /** Of the size, then of the data. */
  #endLine(): void {
    if (this.#step === 'sizeEnd') this.#begin();
    else [this.#step, this.#left, this.#count] = ['size', 0, 0];
  }

  /** What the size said. */
  #begin(): void {
    this.#step = this.#left === 0 ? 'trailer' : 'data';
    this.#count = 0;
  }

  #takeTrailer(byte: number): void {
    if (byte === LF && this.#count === 0) this.state = 'ended';
    else if (byte === LF) this.#count = 0;
    else if (byte !== CR) this.#count++;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const small = byte | 0x20;
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : -1;
}
