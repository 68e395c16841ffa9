import { epochUs, monotonicNs } from '../clock.ts';
import type { Interfaces } from '../interfaces.ts';
import { NetnsNames } from '../names/netns-names.ts';
import { ProcessNames } from '../processes/process-names.ts';
import type { Accounting } from '../sockets/accounting.ts';
import { DropCounter } from './drop-counter.ts';
import { dropNames } from './drops.ts';
import { DropsPane } from './drops-pane.ts';

/** The drops pane over the running kernel, with the owners of sockets that the accounting side knows. */
export function newDropsPane(
  { sockets, ledger }: Accounting,
  interfaces: Interfaces,
  verbose?: (line: string) => void,
): DropsPane {
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
  return new DropsPane(counter, names, (name) => interfaces.index(name), monotonicNs);
}
