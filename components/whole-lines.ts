import Output from '../node_modules/ink/build/output.js';

/** What Ink's Output is asked to do before a frame is read from it. */
type Operation =
  | {
      type: 'write';
      x: number;
      y: number;
      text: string;
      transformers: ((line: string, index: number) => string)[];
    }
  | { type: 'clip' | 'unclip' };

/** The parts of Ink's Output that its types keep to themselves. */
interface Written {
  height: number;
  operations: Operation[];
  caches: { getStringWidth(text: string): number };
}

interface Piece {
  x: number;
  line: string;
}

const CLOSE = '\x1b[0m';

/** The pieces of each row; null: something is clipped. */
function piecesOf({ operations, height }: Written): Piece[][] | null {
  const rows: Piece[][] = Array.from({ length: height }, () => []);
  for (const operation of operations) {
    if (operation.type !== 'write') return null;
    const { x, y, text, transformers } = operation;
    for (const [index, plain] of text.split('\n').entries()) {
      const row = rows[y + index];
      if (row === undefined) continue;
      const line = transformers.reduce((changed, transform) => transform(changed, index), plain);
      if (line !== '') row.push({ x, line });
    }
  }
  return rows;
}

/** The pieces side by side; null: one lies over another. */
function joined(pieces: Piece[], caches: Written['caches']): string | null {
  let [line, end] = ['', 0];
  for (const piece of pieces.sort((a, b) => a.x - b.x)) {
    if (piece.x < end) return null;
    line += ' '.repeat(piece.x - end) + piece.line;
    if (pieces.length > 1) end = piece.x + caches.getStringWidth(piece.line);
  }
  return line.includes('\x1b') ? line + CLOSE : line;
}

function wholeLines(written: Written): string[] | null {
  const lines: string[] = [];
  for (const pieces of piecesOf(written) ?? [null]) {
    const line = pieces && joined(pieces, written.caches);
    if (line === null) return null;
    lines.push(line);
  }
  return lines;
}

/**
 * From now on Ink puts whole lines into its frames where none is clipped or lies over another. Its own way takes
 * each cell of a line that is laid out already apart, and puts it together again: six times the work of all else
 * that a frame needs. Written for the Output of Ink 6.8; where that is another one, Ink stays as it is.
 */
export function drawWholeLines(): void {
  const { prototype } = Output;
  const { get } = prototype;
  if (typeof get !== 'function') return;
  prototype.get = function (this: Output) {
    const written = this as unknown as Written;
    const known = Array.isArray(written.operations) && typeof written.caches?.getStringWidth === 'function';
    const lines = known ? wholeLines(written) : null;
    return lines === null ? get.call(this) : { output: lines.join('\n'), height: written.height };
  };
}
