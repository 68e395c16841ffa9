import { address, readName, readWords, readWordsInto } from '../../../native/fields.ts';
import type { Words } from '../../abi/layout.ts';
import { sanitize } from '../../text/text.ts';

const NAMES_KEPT = 32;

/** Names of 16 bytes of which there are few: each is decoded, and made safe to print, when it is new. */
export class NameMemory {
  private readonly known: { words: Words; name: string }[] = [];
  private readonly wanted: Words = [0, 0, 0, 0];

  at(view: DataView, at: number): string {
    const [first, second, third, fourth] = readWordsInto(view, at, this.wanted);
    for (const { words, name } of this.known) {
      if (words[0] === first && words[1] === second && words[2] === third && words[3] === fourth) return name;
    }
    const name = sanitize(readName(view, at, address.size));
    if (this.known.length < NAMES_KEPT) this.known.push({ words: readWords(view, at), name });
    return name;
  }
}
