import type { Accounting } from '../../capture/accounting/accounting.ts';
import { CounterLosses } from '../../capture/drops/counter-losses.ts';
import { DropCounter } from '../../capture/drops/drop-counter.ts';
import { Namespaces } from '../../capture/drops/namespaces.ts';
import { epochUs, monotonicNs } from '../../machine/clock.ts';
import { dropNames } from '../../machine/drop-names.ts';
import type { Interfaces } from '../../machine/interfaces.ts';
import { NetnsNames } from '../../machine/netns-names.ts';
import { ProcessNames } from '../processes/process-names.ts';
import { DropsPane } from './drops-pane.ts';

/** The drops pane over the running kernel, with the owners of sockets that the accounting side knows. */
export function newDropsPane(
  accounting: Accounting,
  interfaces: Interfaces,
  verbose?: (line: string) => void,
): DropsPane {
  const { sockets, ledger } = accounting;
  const { object, btf } = sockets.loaded;
  const owners = object.map('owners');
  const processes = new ProcessNames(ledger, owners, btf);
  const netnsNames = new NetnsNames();
  const names = {
    epochUs: epochUs(),
    interface: (index: number, netns: number) => interfaces.name(index, netns, monotonicNs()),
    netns: (number: number) => netnsNames.get(number, monotonicNs()),
    process: (pid: number, cookie: number) => processes.get(pid, cookie),
    ...dropNames,
  };
  const { haveCookies } = sockets;
  const counter = new DropCounter({ owners, flows: object.map('flows'), haveCookies, verbose });
  const namespaces = new Namespaces({
    list: () => accounting.namespaces(),
    within: (netns, act) => accounting.within(netns, act),
  });
  const losses = new CounterLosses(ledger.listeners, namespaces);
  return new DropsPane(counter, losses, names, (name) => interfaces.index(name), monotonicNs);
}
