import { epochUs, monotonicNs } from '../clock.ts';
import type { Interfaces } from '../interfaces.ts';
import { NetnsNames } from '../names/netns-names.ts';
import { ProcessNames } from '../processes/process-names.ts';
import type { Accounting } from '../sockets/accounting.ts';
import { CounterLosses } from './counter-losses.ts';
import { DropCounter } from './drop-counter.ts';
import { dropNames } from './drops.ts';
import { DropsPane } from './drops-pane.ts';
import { Namespaces } from './namespaces.ts';

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
