import { type Cause, isLossy, type Verdict } from '../../model/verdict.ts';
import { formatBytes, formatMicroseconds, formatRate, type Units } from '../../text/format.ts';

/** A share of a whole: 82 %, 3.1 %, 0.24 %. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent >= 9.95 ? percent.toFixed(0) : percent >= 0.995 ? percent.toFixed(1) : percent.toFixed(2)} %`;
}

function formatSeconds(seconds: number): string {
  return `${seconds < 9.95 ? seconds.toFixed(1) : seconds.toFixed(0)} s`;
}

const sentences: Readonly<Record<Cause, (verdict: Verdict, units: Units) => string>> = {
  idle: (verdict) => `idle: nothing sent and nothing received in ${during(verdict)}`,
  connecting: ({ figures: { segmentsSent } }) =>
    `not connected: no answer to ${segmentsSent} ${segmentsSent === 1 ? 'segment' : 'segments'}`,
  application: (verdict, units) =>
    verdict.busy < 0.5
      ? `limited by the application: nothing to send for ${formatShare(1 - verdict.busy)} of ${during(verdict)}`
      : `limited by the application: less in flight than the window takes, ${flight(verdict, units)}`,
  reader: ({ figures }, units) =>
    `limited by the application: ${formatBytes(figures.receiveQueueBytes, units)} came and are not read`,
  'far end': ({ rxRate }, units) =>
    `receives ${formatRate(rxRate, units)}: what limits the sender, only its end can tell`,
  receiver: (verdict, units) =>
    `limited by the receiver's window: full for ${formatShare(verdict.receiver)} of ${during(verdict)}, ` +
    `${formatBytes(verdict.figures.inFlightBytes, units)} in flight`,
  'send buffer': (verdict, units) =>
    `limited by the send buffer: full for ${formatShare(Math.max(verdict.sendBuffer, verdict.bufferFull))} ` +
    `of ${during(verdict)}, ${flight(verdict, units)}`,
  congestion: (verdict, units) =>
    `limited by congestion: waits for the network for ${formatShare(network(verdict))} of ${during(verdict)}, ` +
    `${flight(verdict, units)}, ${roundTrip(verdict)}`,
  loss: (verdict, units) =>
    isLossy(verdict)
      ? `limited by loss: ${retransmitted(verdict)} in ${during(verdict)}, ${roundTrip(verdict)}`
      : `limited by loss: nothing acknowledged in ${during(verdict)}, ` +
        `${formatBytes(verdict.figures.inFlightBytes, units)} in flight`,
};

const during = ({ seconds }: Verdict) => `the last ${formatSeconds(seconds)}`;
const network = ({ busy, receiver, sendBuffer }: Verdict) => busy - receiver - sendBuffer;
const retransmitted = ({ retransmitted, segments }: Verdict) =>
  `${formatShare(retransmitted / Math.max(segments, retransmitted))} of segments retransmitted (${retransmitted} of ${segments})`;

function flight({ figures }: Verdict, units: Units): string {
  const { inFlightBytes, congestionWindow, mss } = figures;
  return `${formatBytes(inFlightBytes, units)} in flight of a window of ${formatBytes(congestionWindow * mss, units)}`;
}

function roundTrip({ rttUs, figures: { minRttUs } }: Verdict): string {
  if (rttUs === null) return 'round trip not known';
  const best = minRttUs === null ? '' : `, ${formatMicroseconds(minRttUs)} at best`;
  return `round trip ${formatMicroseconds(rttUs)}${best}`;
}

/** What holds the connection back, in words with figures. */
export function verdictSentence(verdict: Verdict, units: Units): string {
  const sentence = sentences[verdict.cause](verdict, units);
  const told = verdict.cause === 'loss' || verdict.cause === 'connecting';
  return isLossy(verdict) && !told ? `${sentence}; ${retransmitted(verdict)}` : sentence;
}
