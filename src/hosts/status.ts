import type { AlertsOn, Loss, Status, Throughput } from '../model/model.ts';
import { NO_READING, NOTHING_LOST } from '../model/reading.ts';
import type { WireStatus } from '../model/wire.ts';

/** What one machine says of itself. */
export interface MachineStatus {
  machine: string;
  status: Status;
}

const NOTHING_MOVED: Throughput = { rxRate: null, txRate: null, rxHistory: [], txHistory: [] };

/**
 * The machines' status as one: what they counted is added up, what they say is told with their names. `notes`: of the
 * machines themselves. `names`: of all of them.
 */
export function statusOf(
  parts: readonly MachineStatus[],
  {
    names,
    notes,
    uptimeSeconds,
  }: { names: readonly string[]; notes: readonly string[]; uptimeSeconds: number },
): Status {
  const all = parts.map(({ status }) => status);
  const [first] = all;
  const sum = (value: (status: Status) => number) => all.reduce((total, one) => total + value(one), 0);
  const losses = (of: 'lost' | 'lostPerSecond') =>
    Object.fromEntries(
      Object.keys(NOTHING_LOST).map((cause) => [cause, sum((one) => one[of][cause as keyof Loss])]),
    ) as unknown as Loss;
  const kernels = [...new Set(all.map(({ kernel }) => kernel))];
  return {
    ...NO_READING,
    host: names.join(', '),
    kernel: kernels.length > 1 ? `${kernels.length} kernels` : (kernels[0] ?? ''),
    attach: [...new Set(all.map(({ attach }) => attach))].join(', '),
    points: first?.points ?? [],
    uptimeSeconds,
    network: throughput(all.map(({ network }) => network)),
    loopback: throughput(all.map(({ loopback }) => loopback)),
    events: sum(({ events }) => events),
    eventsPerSecond: all.some((one) => one.eventsPerSecond !== null)
      ? sum((one) => one.eventsPerSecond ?? 0)
      : null,
    lost: losses('lost'),
    lostPerSecond: losses('lostPerSecond'),
    trace: first?.trace ?? 'off',
    attaching: all.find(({ attaching }) => attaching)?.attaching ?? null,
    frozenPackets: sum(({ frozenPackets }) => frozenPackets),
    filterPlace: first?.filterPlace ?? 'none',
    wire: wireOf(parts),
    warnings: [
      ...notes,
      ...parts.flatMap(({ machine, status }) => status.warnings.map((line) => `${machine}: ${line}`)),
    ],
    refused: (first?.refused ?? []).filter(({ part }) =>
      all.every(({ refused }) => refused.some((one) => one.part === part)),
    ),
    alerts: alertsOf(all.flatMap(({ alerts }) => alerts ?? [])),
  };
}

function alertsOf(all: readonly AlertsOn[]): AlertsOn | null {
  if (all.length === 0) return null;
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    newest: all.find(({ newest }) => newest !== null)?.newest ?? null,
  };
}

/** Interfaces have the names of their machines before their own. */
function wireOf(parts: readonly MachineStatus[]): WireStatus | null {
  const counted = parts.flatMap(({ machine, status: { wire } }) => (wire ? [{ machine, wire }] : []));
  if (counted.length === 0) return null;
  return {
    interfaces: counted.flatMap(({ machine, wire }) =>
      wire.interfaces.map((one) => ({ ...one, name: `${machine}:${one.name}` })),
    ),
    lostPackets: counted.reduce((sum, { wire }) => sum + wire.lostPackets, 0),
    lostBytes: counted.reduce((sum, { wire }) => sum + wire.lostBytes, 0),
  };
}

/** All histories end now. */
function throughput(all: readonly Throughput[]): Throughput {
  const rate = (of: 'rxRate' | 'txRate') =>
    all.some((one) => one[of] !== null) ? all.reduce((sum, one) => sum + (one[of] ?? 0), 0) : null;
  const history = (of: 'rxHistory' | 'txHistory') => {
    const length = Math.max(0, ...all.map((one) => one[of].length));
    return Array.from({ length }, (_, at) =>
      all.reduce((sum, one) => sum + (one[of][one[of].length - length + at] ?? 0), 0),
    );
  };
  if (all.length === 0) return NOTHING_MOVED;
  return {
    rxRate: rate('rxRate'),
    txRate: rate('txRate'),
    rxHistory: history('rxHistory'),
    txHistory: history('txHistory'),
  };
}
