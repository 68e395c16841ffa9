import type { Moment, Progress } from '../records/piece.ts';

/** When an exchange came to what, monotonic, ns; null: not known, or none of this end. */
export interface Stages {
  /** When the process asked for the server's name, and had its address. */
  nameAskedNs: number | null;
  nameAnsweredNs: number | null;
  /** Of the connection, where this is its first request: the SYN, and the answer to it. */
  connectingNs: number | null;
  connectedNs: number | null;
  /** The last byte of the request passed this end's socket. */
  requestEndedNs: number | null;
  /** It was taken: a message that this end sent is acknowledged, one that it received is read by the process. */
  requestTakenNs: number | null;
  answerTakenNs: number | null;
}

export const newStages = (): Stages => ({
  nameAskedNs: null,
  nameAnsweredNs: null,
  connectingNs: null,
  connectedNs: null,
  requestEndedNs: null,
  requestTakenNs: null,
  answerTakenNs: null,
});

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
  stages: Stages,
  { connectingNs, connectedNs }: { connectingNs: number; connectedNs: number },
): void {
  if (connectingNs === 0) return;
  stages.connectingNs = connectingNs;
  stages.connectedNs = connectedNs;
}

/** When all before a sequence number was taken; null: that is not known, as more was taken since, or not all yet. */
export function takenNs(progress: Progress, isSent: boolean, end: number): number | null {
  const [upTo, atNs] = isSent
    ? [progress.acknowledged, progress.acknowledgedNs]
    : [progress.read, progress.readNs];
  return atNs !== 0 && upTo === end ? atNs : null;
}
