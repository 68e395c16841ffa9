import { formatEndpoint } from '../../../text/format.ts';
import type { Sighting } from '../alert.ts';
import { within } from '../command-text.ts';
import type { AlertKind } from '../kind.ts';
import type { Failure, Look } from '../look.ts';
import { placeIn } from '../place.ts';

/** In a second. A single one may be a process that bound to a port which was taken just then. */
const MANY = 2;

/** connect() and bind() find no free port: all between a process and its far end are taken. */
export function portsExhausted(): AlertKind {
  /** Failures while it is on, by subject. */
  const counts = new Map<string, number>();
  return {
    name: 'portsExhausted',
    fires: 1,
    clears: 10,
    see(look, isOn) {
      for (const subject of counts.keys()) if (!isOn(subject)) counts.delete(subject);
      return [...grouped(look.failures)].flatMap(([subject, failures]) => {
        if (failures.length < MANY && !isOn(subject)) return [];
        const failed = (counts.get(subject) ?? 0) + failures.length;
        counts.set(subject, failed);
        return [sighting(subject, failures, failed, look)];
      });
    },
  };
}

function grouped(failures: readonly Failure[]): Map<string, Failure[]> {
  const groups = new Map<string, Failure[]>();
  for (const failure of failures) {
    if (failure.cause !== 'no free port') continue;
    const subject = `${failure.netns} ${failure.pid ?? failure.process}`;
    groups.set(subject, [...(groups.get(subject) ?? []), failure]);
  }
  return groups;
}

function sighting(subject: string, failures: readonly Failure[], failed: number, look: Look): Sighting {
  const { pid, process, netns, remoteAddress, remotePort } = failures[0] as Failure;
  const remote = remotePort === 0 ? null : formatEndpoint(remoteAddress, remotePort);
  const ports = look.ports(netns);
  const place = placeIn(look, netns, { pid, process, remote });
  const range = ports
    ? `${ports.last - ports.first + 1} ports, ${ports.first} to ${ports.last}`
    : 'all ports';
  const who = process === null ? 'a process' : `${process} (${pid ?? '?'})`;
  const whither = remote === null ? '' : ` to ${remote}`;
  return {
    ...place,
    subject,
    figure: failed,
    evidence: { failed, ...(ports && { firstPort: ports.first, lastPort: ports.last }) },
    message: `${who} found no free port for ${failed} connections${whither}: ${range} are taken`,
    advice:
      'Keep connections open and use them again, or connect from more addresses. A wider range of ports helps for a while',
    command: within(place, look.ownNetns, `sysctl -w net.ipv4.ip_local_port_range='1024 65535'`),
  };
}
