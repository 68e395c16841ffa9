import type { Piece } from '../records/piece.ts';
import type { Talker } from './exchange.ts';

/** Its number in the header of IP. */
export const TCP = 6;

export function talkerOf(piece: Piece): Talker {
  return {
    owner: null,
    ownerUntilNs: 0,
    saidHost: null,
    saidUntilNs: 0,
    cookie: piece.cookie,
    local: piece.local(),
    remote: piece.remote(),
    localPort: piece.localPort,
    remotePort: piece.remotePort,
    isText: false,
    transport: piece.protocol === TCP ? 'tcp' : 'udp',
  };
}
