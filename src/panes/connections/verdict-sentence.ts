import { type Cause, isLossy, type Verdict } from '../../model/verdict.ts';
import { formatBytes, formatMicroseconds, formatRate } from '../../text/format.ts';

/** A share of a whole: 82 %, 3.1 %, 0.24 %. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent >= 9.95 ? percent.toFixed(0) : percent >= 0.995 ? percent.toFixed(1) : percent.toFixed(2)} %`;
}

function formatSeconds(seconds: number): string {
  return `${seconds < 9.95 ? seconds.toFixed(1) : seconds.toFixed(0)} s`;
}

const sentences: Readonly<Record<Cause, (verdict: Verdict) => string>> = {
  idle: (verdict) => `idle: nothing sent and nothing received in ${during(verdict)}`,
  connecting: ({ figures: { segmentsSent } }) =>
    `not connected: no answer to ${segmentsSent} ${segmentsSent === 1 ? 'segment' : 'segments'}`,
  application: (verdict) =>
    verdict.busy < 0.5
      ? `limited by the application: nothing to send for ${formatShare(1 - verdict.busy)} of ${during(verdict)}`
      : `limited by the application: less in flight than the window takes, ${flight(verdict)}`,
  reader: ({ figures }) =>
    `limited by the application: ${formatBytes(figures.receiveQueueBytes)} came and are not read`,
  'far end': ({ rxRate }) => `receives ${formatRate(rxRate)}: what limits the sender, only its end can tell`,
  receiver: (verdict) =>
    `limited by the receiver's window: full for ${formatShare(verdict.receiver)} of ${during(verdict)}, ` +
    `${formatBytes(verdict.figures.inFlightBytes)} in flight`,
  'send buffer': (verdict) =>
    `limited by the send buffer: full for ${formatShare(Math.max(verdict.sendBuffer, verdict.bufferFull))} ` +
    `of ${during(verdict)}, ${flight(verdict)}`,
  congestion: (verdict) =>
    `limited by congestion: waits for the network for ${formatShare(network(verdict))} of ${during(verdict)}, ` +
    `${flight(verdict)}, ${roundTrip(verdict)}`,
  loss: (verdict) =>
    isLossy(verdict)
      ? `limited by loss: ${retransmitted(verdict)} in ${during(verdict)}, ${roundTrip(verdict)}`
      : `limited by loss: nothing acknowledged in ${during(verdict)}, ` +
        `${formatBytes(verdict.figures.inFlightBytes)} in flight`,
};

const during = ({ seconds }: Verdict) => `the last ${formatSeconds(seconds)}`;
const network = ({ busy, receiver, sendBuffer }: Verdict) => busy - receiver - sendBuffer;
const retransmitted = ({ retransmitted, segments }: Verdict) =>
  `${formatShare(retransmitted / Math.max(segments, retransmitted))} of segments retransmitted (${retransmitted} of ${segments})`;

function flight({ figures }: Verdict): string {
  const { inFlightBytes, congestionWindow, mss } = figures;
  return `${formatBytes(inFlightBytes)} in flight of a window of ${formatBytes(congestionWindow * mss)}`;
}

function roundTrip({ rttUs, figures: { minRttUs } }: Verdict): string {
  if (rttUs === null) return 'round trip not known';
  const best = minRttUs === null ? '' : `, ${formatMicroseconds(minRttUs)} at best`;
  return `round trip ${formatMicroseconds(rttUs)}${best}`;
}

/** What holds the connection back, in words with figures. */
export function verdictSentence(verdict: Verdict): string {
  const sentence = sentences[verdict.cause](verdict);
  const told = verdict.cause === 'loss' || verdict.cause === 'connecting';
  return isLossy(verdict) && !told ? `${sentence}; ${retransmitted(verdict)}` : sentence;
}
