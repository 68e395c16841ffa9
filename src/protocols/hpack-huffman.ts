/** Lengths of the codes of bytes 0 to 255, and of the end (RFC 7541, appendix B). The codes follow from them. */
const LENGTHS = `
  13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28
  28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28
  6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6
  5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10
  13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7
  7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6
  15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5
  6 7 6 5 5 6 7 7 7 7 7 15 11 14 13 28
  20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23
  24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24
  22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23
  21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23
  26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25
  19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27
  20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23
  26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26
  30`
  .trim()
  .split(/\s+/)
  .map(Number);

const LONGEST = 30;
const END = 256;

/** Symbols in the order of their codes: by length, then by value. */
const SYMBOLS = LENGTHS.map((_, symbol) => symbol).sort(
  (one, other) => (LENGTHS[one] ?? 0) - (LENGTHS[other] ?? 0) || one - other,
);
/** For each length its first code, where its symbols begin, and how many there are. */
const FIRST = new Int32Array(LONGEST + 1);
const BEGIN = new Int32Array(LONGEST + 1);
const COUNT = new Int32Array(LONGEST + 1);
for (const length of LENGTHS) COUNT[length] = (COUNT[length] ?? 0) + 1;
for (let length = 1; length <= LONGEST; length++) {
  FIRST[length] = ((FIRST[length - 1] ?? 0) + (COUNT[length - 1] ?? 0)) << 1;
  BEGIN[length] = (BEGIN[length - 1] ?? 0) + (COUNT[length - 1] ?? 0);
}

/** The text, a character for each byte; null where it is none: the padding has to be ones, and less than a byte. */
export function decodeHuffman(bytes: Uint8Array, from: number, to: number): string | null {
  let text = '';
  let [code, length] = [0, 0];
  for (let at = from; at < to; at++)
    for (let bit = 7; bit >= 0; bit--) {
      code = (code << 1) | (((bytes[at] ?? 0) >> bit) & 1);
      const place = code - (FIRST[++length] ?? 0);
      if (place < (COUNT[length] ?? 0)) {
        const symbol = SYMBOLS[(BEGIN[length] ?? 0) + place] ?? END;
        if (symbol === END) return null;
        text += String.fromCharCode(symbol);
        [code, length] = [0, 0];
      } else if (length === LONGEST) return null;
    }
  return length < 8 && code === (1 << length) - 1 ? text : null;
}
