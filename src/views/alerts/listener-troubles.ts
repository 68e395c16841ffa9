import type { Socket } from '../../capture/ledger/socket.ts';
import { formatAddress } from '../../filter/address.ts';
import type { Evidence } from '../../model/alerts/alert.ts';
import type { ListenerTrouble } from '../../model/alerts/look.ts';
import type { ListenerCause, ListenerVerdict } from '../../model/listener-verdict.ts';
import { listenerAdvice, listenerSentence } from '../../panes/listeners/verdict-text.ts';
import type { Watched } from '../listeners/listener-watch.ts';

const KINDS: Readonly<Record<ListenerCause, ListenerTrouble['kind']>> = {
  'slow accept': 'slowAccept',
  'SYN flood': 'synFlood',
  'connection flood': 'connectFlood',
  'answers lost': 'answersLost',
  burst: 'burst',
};

/** Listeners that have a verdict. */
export function troublesOf(watched: Iterable<readonly [Socket, Pick<Watched, 'trend'>]>): ListenerTrouble[] {
  const found: ListenerTrouble[] = [];
  for (const [socket, { trend }] of watched) if (trend.verdict) found.push(trouble(socket, trend.verdict));
  return found;
}

function trouble({ owner, source, sourcePort, netns }: Socket, verdict: ListenerVerdict): ListenerTrouble {
  const { look, rates } = verdict;
  return {
    kind: KINDS[verdict.cause],
    pid: owner?.pid || null,
    process: owner?.process || null,
    localAddress: formatAddress(source),
    localPort: sourcePort,
    netns,
    figure: look.acceptQueue + look.synQueue + rates.silent,
    evidence: evidenceOf(verdict),
    sentence: listenerSentence(verdict),
    advice: listenerAdvice(verdict),
  };
}

function evidenceOf({ look, rates, peak }: ListenerVerdict): Evidence {
  const { acceptQueue, acceptLimit, synQueue, synLimit, handshakes } = look;
  const perSecond = (rate: number) => Math.round(Math.max(0, rate) * 10) / 10;
  return {
    acceptQueue,
    acceptLimit,
    peakPercent: Math.round(peak * 100),
    synQueue,
    synLimit,
    completedPerSecond: perSecond(rates.completed),
    acceptedPerSecond: perSecond(rates.accepted),
    unansweredPerSecond: perSecond(rates.unanswered),
    silentPerSecond: perSecond(rates.silent),
    notTakenPerSecond: perSecond(rates.drops),
    sources: handshakes.sources,
    networks: handshakes.networks,
  };
}
