import { createHmac, randomBytes } from 'node:crypto';
import { formatAddress, parseAddress } from '../filter/address.ts';
import { prefixMask, type Words } from '../filter/words.ts';
import { classOf } from './address-class.ts';
import { PrefixCipher } from './prefix-cipher.ts';

/** What was made is remembered so far; it is made again the same. */
const MOST_KNOWN = 50_000;
/** Of names that are not one word: each is looked for in each sentence. */
const MOST_PHRASES = 100;
/** What may be a name or an address within a sentence or a command. */
export const WORD = /[^\s"'`,;()[\]{}<>=→⇄|@]+/g;
const isPhrase = (text: string): boolean => text.replace(WORD, '') !== '' && /[\p{L}\p{N}]{2}/u.test(text);
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';
const CODE_LETTERS = 7;
const MAPPED_BITS = 96;

/**
 * Another name for each address and each name, by keys of its own: the same for the same one, as long as this
 * object is there, and without a way back for who has not the keys.
 */
export class Pseudonyms {
  private readonly cipher = new PrefixCipher();
  private readonly key = randomBytes(32);
  private readonly addresses = new Map<string, string | null>();
  private readonly codes = new Map<string, string>();
  private readonly known = new Map<string, string>();
  /** What names that are no single word are called. */
  readonly phrases = new Map<string, string>();

  /** null: the text is no address. */
  address(text: string): string | null {
    return remembered(this.addresses, text, () => {
      const words = parseAddress(text);
      return words && formatAddress(this.words(words));
    });
  }

  /** The first address of a network of so many bits; null: it is none. */
  network(text: string, bits: number): string | null {
    const words = parseAddress(text);
    if (!words) return null;
    const length = text.includes(':') ? bits : MAPPED_BITS + bits;
    return formatAddress(this.words(words).map((word, index) => (word & prefixMask(length, index)) >>> 0));
  }

  /** An address of the same kind: it is flipped until it is one, which keeps it to one address for each. */
  words(words: Words): number[] {
    const own = classOf(words);
    let bytes = bytesOf(words);
    for (;;) {
      bytes = this.cipher.flip(bytes, own.kept, own.changed);
      const found = wordsOf(bytes);
      if (classOf(found) === own) return found;
    }
  }

  /** In the place of 4 or 16 bytes of a packet. */
  replace(address: Uint8Array): void {
    const isV4 = address.length === 4;
    const all = isV4 ? Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...address) : address;
    address.set(bytesOf(this.words(wordsOf(all))).subarray(isV4 ? 12 : 0));
  }

  /** Seven letters and digits that stand for the text, of its kind. */
  code(kind: string, text: string): string {
    return remembered(this.codes, `${kind} ${text}`, () => {
      const digest = this.digest(kind, text);
      const bits = digest.readUIntBE(0, 5);
      return Array.from({ length: CODE_LETTERS }, (_, place) => {
        const index = Math.floor(bits / 32 ** place) % 32;
        return LETTERS[index] ?? '';
      }).join('');
    });
  }

  /** Bytes that stand for others. */
  digest(kind: string, text: string): Buffer {
    return createHmac('sha256', this.key).update(`${kind}\0${text}`).digest();
  }

  /** A name such as user-k3f9ab2; it is known in sentences from now on. */
  name(kind: string, text: string): string {
    return this.remember(text, `${kind}-${this.code(kind, text)}`);
  }

  /** What a name is called from now on, where it stands in a sentence. */
  remember(text: string, pseudonym: string): string {
    remembered(this.known, text.toLowerCase(), () => {
      if (isPhrase(text) && this.phrases.size < MOST_PHRASES) this.phrases.set(text, pseudonym);
      return pseudonym;
    });
    return pseudonym;
  }

  /** undefined: the word was no name so far. */
  knownAs(word: string): string | undefined {
    return this.known.get(word.toLowerCase());
  }
}

function remembered<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  if (map.size >= MOST_KNOWN) map.clear();
  const made = make();
  map.set(key, made);
  return made;
}

function bytesOf(words: Words): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < 4; index++) view.setUint32(4 * index, words[index] ?? 0);
  return bytes;
}

function wordsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [0, 4, 8, 12].map((at) => view.getUint32(at));
}
