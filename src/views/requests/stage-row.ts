import type { Exchange } from '../../capture/exchanges/exchange.ts';
import type { RequestStages } from '../../panes/requests/row.ts';

/** The stages of an exchange at its end, microseconds from a moment on. */
export function stageRow(exchange: Exchange, zeroNs: number): RequestStages {
  const { opening, isClient } = exchange;
  const after = (ns: number | null = null): number | null => (ns === null ? null : (ns - zeroNs) / 1000);
  const taken = after(exchange.requestTakenNs);
  const answerTaken = after(exchange.answerTakenNs);
  return {
    nameAskedUs: after(opening?.nameAskedNs),
    nameAnsweredUs: after(opening?.nameAnsweredNs),
    connectingUs: after(opening?.connectingNs),
    connectedUs: after(opening?.connectedNs),
    requestEndedUs: after(exchange.requestEndedNs),
    requestAcknowledgedUs: isClient ? taken : null,
    requestReadUs: isClient ? null : taken,
    firstByteUs: after(exchange.firstNs),
    lastByteUs: after(exchange.lastNs),
    answerReadUs: isClient ? answerTaken : null,
    answerAcknowledgedUs: isClient ? null : answerTaken,
  };
}
