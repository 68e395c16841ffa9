import type { Btf } from '../../../native/btf.ts';
import { codecOf } from '../../abi/layout.ts';
import { TEXT_PIECE } from '../../abi/plaintext.ts';
import { type Piece, pieceReader } from './piece.ts';

/** struct text_piece, read in place. Sequence numbers count the text of each direction; cookie 0: not known yet. */
export interface TextPiece extends Piece {
  /** Tells the session from all others. */
  session: string;
  pid: number;
}

export function textReader(btf: Btf, u8: Uint8Array, view: DataView): (at: number) => TextPiece {
  const { get, size } = codecOf(btf, TEXT_PIECE);
  const read = pieceReader(btf, u8, view, size);
  return (at) => {
    const piece = read(at) as TextPiece;
    piece.pid = get.pid(view, at);
    piece.session = `${piece.pid} ${get.session(view, at)} ${get.since_ns(view, at)}`;
    return piece;
  };
}
