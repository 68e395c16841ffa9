import type { Moment, Progress } from '../records/piece.ts';
import type { Exchange } from './exchange.ts';

/** When a message ended that ends at a sequence number: with the piece that is told, or before it. */
export function endedNs(
  { side, sequence, atNs, next, lastNs }: Moment,
  of: 0 | 1,
  end: number,
): number | null {
  if (side === of && ((end - sequence) | 0) > 0) return atNs;
  return next[of] === end ? lastNs[of] : null;
}

/** Of a connection whose first request comes first: what the piece that begins it says. */
export function setConnected(
  exchange: Exchange,
  { connectingNs, connectedNs }: { connectingNs: number; connectedNs: number },
): void {
  if (connectingNs === 0) return;
  exchange.opening = { nameAskedNs: null, nameAnsweredNs: null, connectingNs, connectedNs };
}

/** When all before a sequence number was taken; null: that is not known, as more was taken since, or not all yet. */
export function takenNs(progress: Progress, isSent: boolean, end: number): number | null {
  const upTo = isSent ? progress.acknowledged : progress.read;
  const atNs = isSent ? progress.acknowledgedNs : progress.readNs;
  return atNs !== 0 && upTo === end ? atNs : null;
}
