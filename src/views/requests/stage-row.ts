import type { Exchange } from '../../capture/exchanges/exchange.ts';
import type { RequestStages } from '../../panes/requests/row.ts';

/** The stages of an exchange at its end, microseconds from a moment on. */
export function stageRow({ stages, isClient, firstNs, lastNs }: Exchange, zeroNs: number): RequestStages {
  const after = (ns: number | null): number | null => (ns === null ? null : (ns - zeroNs) / 1000);
  const taken = after(stages.requestTakenNs);
  const answerTaken = after(stages.answerTakenNs);
  return {
    nameAskedUs: after(stages.nameAskedNs),
    nameAnsweredUs: after(stages.nameAnsweredNs),
    connectingUs: after(stages.connectingNs),
    connectedUs: after(stages.connectedNs),
    requestEndedUs: after(stages.requestEndedNs),
    requestAcknowledgedUs: isClient ? taken : null,
    requestReadUs: isClient ? null : taken,
    firstByteUs: after(firstNs),
    lastByteUs: after(lastNs),
    answerReadUs: isClient ? answerTaken : null,
    answerAcknowledgedUs: isClient ? null : answerTaken,
  };
}
