import type { Counted } from '../../capture/ledger/traffic-count.ts';
import { parseAddress } from '../../filter/address.ts';
import type { Subject } from '../../filter/terms.ts';
import { sanitize } from '../../text/text.ts';
import type { Ends } from './sides.ts';
import type { TrafficNames } from './traffic-rows.ts';

const NO_ADDRESS = [0, 0, 0, 0] as const;

/** What a filter sees; of what found no room its device alone is known. `ends` and `owner`: as rows show them. */
export function trafficSubject(
  counted: Counted,
  ends: Ends | null,
  hasOwner: boolean,
  names: TrafficNames,
): Subject {
  const { flow, netns, device } = counted;
  const place = device === 0 ? {} : { netns, interface: names.machine.interfaceName(device, netns) };
  if (flow === null || ends === null) return place;
  const { family, protocol } = flow;
  if (family === 0) {
    const nothing = { protocol: 0, family: 0, source: NO_ADDRESS, destination: NO_ADDRESS };
    return { ...place, ...nothing, sourcePort: 0, destinationPort: 0, pid: 0, process: null };
  }
  // Of earlier flows the client's port is not known; fragments have none.
  const hasPorts = ends.localPort + ends.remotePort > 0;
  const port = (number: number) => (number === 0 && hasPorts ? undefined : number);
  const owner = hasOwner ? counted.owner : null;
  return {
    ...place,
    family,
    protocol,
    source: parseAddress(ends.local) ?? undefined,
    destination: parseAddress(ends.remote) ?? undefined,
    sourcePort: port(ends.localPort),
    destinationPort: port(ends.remotePort),
    pid: owner?.pid ?? 0,
    process: owner ? (names.processes.get(owner.pid, 0) ?? sanitize(owner.comm)) : null,
  };
}
