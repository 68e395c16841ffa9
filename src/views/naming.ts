import { HostNames } from '../machine/host-names.ts';
import { ServiceNames } from '../machine/service-names.ts';
import type { Inspection, Row } from '../model/model.ts';
import type { NamesQuestion } from '../model/names.ts';
import type { Answer } from '../model/question.ts';

interface End {
  protocol: string;
  address: string;
  port: number | null;
  /** It is known by the name that was asked for. */
  isNamed?: boolean;
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
    const hosts = this.hosts.of(
      new Set(ends.flatMap(({ address, isNamed }) => (isNamed ? [] : [address]))),
      wanted.hosts,
    );
    const services = wanted.services ? this.services.of(ports) : {};
    return {
      ...answer,
      names: { hosts, services, asked: wanted.hosts !== 'off', problem: this.problem(wanted) },
    };
  }

  private problem({ services }: NamesQuestion): string | null {
    const { trouble } = this.hosts;
    if (trouble !== null) return `no answer from DNS (${trouble})`;
    return services ? this.services.trouble : null;
  }
}

/** Of all rows that have two ends, whatever they are of. */
function endsOf(answer: Answer): End[] {
  const { inspection, ...parts } = answer;
  const rows = Object.values(parts).flatMap((part): readonly Row[] => ('rows' in part ? part.rows : []));
  return [...rows, ...(inspection === null ? [] : inspectedRows(inspection))].flatMap(rowEnds);
}

function inspectedRows(inspection: Inspection): Row[] {
  return [
    ...('row' in inspection ? [inspection.row] : []),
    ...('packets' in inspection ? inspection.packets : []),
    ...('connections' in inspection ? inspection.connections : []),
  ];
}

function rowEnds(row: Row): End[] {
  if ('remoteAddress' in row)
    return [
      { protocol: row.protocol, address: row.localAddress, port: row.localPort },
      {
        protocol: row.protocol,
        address: row.remoteAddress,
        port: row.remotePort,
        isNamed: 'remoteName' in row && row.remoteName !== null,
      },
    ];
  if ('source' in row)
    return [
      { protocol: row.protocol, address: row.source, port: row.sourcePort },
      { protocol: row.protocol, address: row.destination, port: row.destinationPort },
    ];
  return [];
}
