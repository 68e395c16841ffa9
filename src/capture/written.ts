import type { LineStyle, Piece } from '../model/lines.ts';
import type { Streams } from '../model/source.ts';
import { piecesOf } from '../output/pieces.ts';
import { rowLines } from '../output/row-lines.ts';

/** Rows as the bytes that are written of them, which need no copy to get to another thread. */
export interface Written {
  /** Whose rows. */
  of: keyof Streams;
  pieces(rows: Streams[keyof Streams]): { pieces: Piece[]; memory: ArrayBuffer[] };
}

export function newWritten(style: LineStyle): Written {
  const encoder = new TextEncoder();
  const { of, rows: linesOf } = rowLines(style);
  return {
    of,
    pieces(rows) {
      const pieces = piecesOf(linesOf(rows)).map(({ bytes, count }) => ({
        bytes: typeof bytes === 'string' ? encoder.encode(bytes) : bytes,
        count,
      }));
      return { pieces, memory: pieces.map(({ bytes }) => bytes.buffer as ArrayBuffer) };
    },
  };
}
