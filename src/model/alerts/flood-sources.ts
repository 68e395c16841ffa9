import type { Arrivals } from './look.ts';

/** A network that most of it comes from is named, and so is a port. */
const MOST = 0.5;

/** Who sent a flood and whither, as far as it was counted. */
export interface FloodSources {
  /** The network that most come from; null: there is none. */
  network: string | null;
  /** Of the largest one. */
  share: number;
  networks: number;
  /** The port that most go to; null: there is none. */
  port: number | null;
}

export function floodSources(arrivals: readonly Arrivals[], kind: Arrivals['kind']): FloodSources {
  const mine = arrivals.filter((arrival) => arrival.kind === kind);
  const all = mine.reduce((sum, { packets }) => sum + packets, 0);
  const networks = sums(mine, ({ network }) => network);
  const [network, share] = most(networks, all);
  const [port, portShare] = most(
    sums(mine, ({ port: to }) => to),
    all,
  );
  return {
    network: share > MOST ? network : null,
    share,
    networks: networks.size,
    port: portShare > MOST ? port : null,
  };
}

function sums<Key>(arrivals: readonly Arrivals[], keyOf: (arrival: Arrivals) => Key): Map<Key, number> {
  const found = new Map<Key, number>();
  for (const arrival of arrivals) {
    const key = keyOf(arrival);
    found.set(key, (found.get(key) ?? 0) + arrival.packets);
  }
  return found;
}

function most<Key>(counts: ReadonlyMap<Key, number>, all: number): [Key | null, number] {
  let [key, largest]: [Key | null, number] = [null, 0];
  for (const [one, count] of counts) if (count > largest) [key, largest] = [one, count];
  return [key, all === 0 ? 0 : largest / all];
}
