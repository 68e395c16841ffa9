import type { Line, Piece } from '../model/lines.ts';

/** Written at once: so much as a pipe holds, so that a reader that takes something is seen to. */
const PIECE = 65_536;

/** The lines in pieces of some PIECE bytes each; none of no lines. All are text, or none. */
export function piecesOf(lines: readonly Line[]): Piece[] {
  const pieces: Piece[] = [];
  let [begin, length] = [0, 0];
  lines.forEach((line, at) => {
    if (length + line.length >= PIECE && at > begin) {
      pieces.push(pieceOf(lines.slice(begin, at)));
      [begin, length] = [at, 0];
    }
    length += line.length + 1;
  });
  return begin < lines.length ? [...pieces, pieceOf(lines.slice(begin))] : pieces;
}

function pieceOf(lines: readonly Line[]): Piece {
  const isText = typeof lines[0] === 'string';
  const bytes = isText ? `${lines.join('\n')}\n` : Buffer.concat(lines as readonly Uint8Array[]);
  return { bytes, count: lines.length };
}
