import { formatEndpoint } from '../../../text/format.ts';
import type { Sighting } from '../alert.ts';
import { within } from '../command-text.ts';
import { Grown } from '../grown.ts';
import type { AlertKind } from '../kind.ts';
import type { FlowLook, Look } from '../look.ts';
import { placeIn } from '../place.ts';

/**
 * Services that answer a short question at length to whoever seems to ask, and are abused for it: CISA, alert
 * TA14-017A. A download by another protocol is as lopsided, and its client is real.
 */
const PORTS: ReadonlyMap<number, string> = new Map([
  [17, 'quote of the day'],
  [19, 'chargen'],
  [53, 'DNS'],
  [69, 'TFTP'],
  [111, 'portmap'],
  [123, 'NTP'],
  [137, 'NetBIOS'],
  [161, 'SNMP'],
  [389, 'CLDAP'],
  [520, 'RIP'],
  [1900, 'SSDP'],
  [3702, 'WS-Discovery'],
  [5353, 'multicast DNS'],
  [11211, 'memcached'],
  [27960, 'Quake'],
]);
/** What it says, of what it is asked. */
const TIMES = 10;
/** Bytes in a second to such sources: below it nobody is hurt by it. */
const MANY = 50_000;
/** Datagrams that a network namespace sends in a second, before its flows are looked through. */
const BUSY = 30;

/** A service that answers ten times what it is asked: its answers may go to somebody who did not ask. */
export function amplification(): AlertKind {
  const grown = new Grown();
  /** Those that are told, with their network namespaces: what they say at last is little, and is theirs. */
  const told = new Map<number, number>();
  return {
    name: 'amplification',
    fires: 3,
    clears: 10,
    see(look, isOn) {
      for (const cookie of told.keys()) if (!isOn(String(cookie))) told.delete(cookie);
      const namespaces = new Set(told.values());
      const sightings = look.nets.flatMap(({ netns, now, before, seconds }) => {
        const sent = before ? now.udp.sent - before.udp.sent : 0;
        if (sent < Math.max(1, BUSY * seconds) && !namespaces.has(netns)) return [];
        return [...bySocket(look.flows(netns))].flatMap(([cookie, flows]) => {
          const bytes = sum(flows, ({ txBytes }) => txBytes);
          const more = grown.by(cookie, bytes);
          if (more < (isOn(String(cookie)) ? 1 : MANY * seconds)) return [];
          told.set(cookie, netns);
          return [sighting(cookie, flows, netns, more / seconds, look)];
        });
      });
      grown.turn();
      return sightings;
    },
  };
}

const sum = (flows: readonly FlowLook[], value: (flow: FlowLook) => number): number =>
  flows.reduce((all, flow) => all + value(flow), 0);

/** Those flows that are so lopsided, of services that are abused. */
function bySocket(flows: Iterable<FlowLook>): Map<number, FlowLook[]> {
  const found = new Map<number, FlowLook[]>();
  for (const flow of flows) {
    if (!PORTS.has(flow.localPort) || flow.rxBytes === 0 || flow.txBytes < TIMES * flow.rxBytes) continue;
    const known = found.get(flow.cookie);
    if (known) known.push(flow);
    else found.set(flow.cookie, [flow]);
  }
  return found;
}

function sighting(
  cookie: number,
  flows: readonly FlowLook[],
  netns: number,
  perSecond: number,
  look: Look,
): Sighting {
  const { pid, process, localAddress, localPort, remoteAddress } = flows[0] as FlowLook;
  const [received, sent] = [sum(flows, ({ rxBytes }) => rxBytes), sum(flows, ({ txBytes }) => txBytes)];
  const sources = new Set(flows.map((flow) => flow.remoteAddress)).size;
  const remote = sources === 1 ? remoteAddress : null;
  const place = placeIn(look, netns, { pid, process, localAddress, localPort, remote });
  const times = Math.round(sent / received);
  const whom = remote ?? `${sources} addresses`;
  const who = process === null ? '' : `${process} (${pid ?? '?'}) at `;
  return {
    ...place,
    subject: String(cookie),
    figure: sent,
    evidence: {
      receivedBytes: received,
      sentBytes: sent,
      times,
      sources,
      sentBytesPerSecond: Math.round(perSecond),
      service: PORTS.get(localPort) ?? '',
    },
    message: `${who}${formatEndpoint(localAddress, localPort)} says ${times} times what it is asked: ${sent} bytes to ${whom}`,
    advice:
      'Did they ask? A forged source makes this host flood somebody else. Let it answer its own network alone, or limit its answers',
    command: within(place, look.ownNetns, `ss -uanp 'sport = :${localPort}'`),
  };
}
