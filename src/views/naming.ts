import { HostNames } from '../machine/host-names.ts';
import { ServiceNames } from '../machine/service-names.ts';
import type { ConnectionRow, Inspection, JourneyRow, PacketRow } from '../model/model.ts';
import type { NamesQuestion } from '../model/names.ts';
import type { Answer } from '../model/question.ts';

interface End {
  protocol: string;
  address: string;
  port: number | null;
}

/** Puts names to what answers show, as far as they came. */
export class Naming {
  private readonly hosts: HostNames;
  private readonly services = new ServiceNames();
  private wanted: NamesQuestion | undefined;

  constructor(nowNs: () => number) {
    this.hosts = new HostNames({ nowNs });
  }

  /** What is wanted from now on; undefined: nothing, and what is under way is given up. */
  ask(wanted: NamesQuestion | undefined): void {
    this.wanted = wanted;
    if (wanted === undefined || wanted.hosts === 'off') this.hosts.stop();
  }

  /** Whether a name came since the last answer. */
  get isNewer(): boolean {
    return this.hosts.changed;
  }

  /** The answer with the names that are known; the others are asked for. */
  name(answer: Answer): Answer {
    const { wanted } = this;
    if (wanted === undefined) return answer;
    const ends = endsOf(answer);
    const ports = new Set(ends.map(({ protocol, port }) => `${protocol}/${port}`));
    this.hosts.changed = false;
    const hosts = this.hosts.of(new Set(ends.map(({ address }) => address)), wanted.hosts);
    const services = wanted.services ? this.services.of(ports) : {};
    return { ...answer, names: { hosts, services, problem: this.problem(wanted) } };
  }

  private problem({ services }: NamesQuestion): string | null {
    const { trouble } = this.hosts;
    if (trouble !== null) return `no answer from DNS (${trouble})`;
    return services ? this.services.trouble : null;
  }
}

function endsOf(answer: Answer): End[] {
  const { connections, trace, journeys, inspection } = answer;
  return [
    ...(connections?.rows ?? []).flatMap(connectionEnds),
    ...(trace?.rows ?? []).flatMap(packetEnds),
    ...(journeys?.rows ?? []).flatMap(packetEnds),
    ...(inspection === null ? [] : inspectionEnds(inspection)),
  ];
}

function inspectionEnds(inspection: Inspection): End[] {
  switch (inspection.pane) {
    case 'trace':
    case 'journeys':
      return packetEnds(inspection.row);
    case 'connections':
      return [...connectionEnds(inspection.row), ...inspection.packets.flatMap(packetEnds)];
    case 'processes':
      return inspection.connections.flatMap(connectionEnds);
    default:
      return [];
  }
}

function connectionEnds({ protocol, ...row }: ConnectionRow): End[] {
  return [
    { protocol, address: row.localAddress, port: row.localPort },
    { protocol, address: row.remoteAddress, port: row.remotePort },
  ];
}

function packetEnds({ protocol, ...row }: PacketRow | JourneyRow): End[] {
  return [
    { protocol, address: row.source, port: row.sourcePort },
    { protocol, address: row.destination, port: row.destinationPort },
  ];
}
