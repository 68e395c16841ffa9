import { monotonicNs } from '../clock.ts';
import type { Accounting } from '../sockets/accounting.ts';
import { ContainerFiles } from './container-files.ts';
import { People } from './people.ts';

/** People over the running kernel. */
export function newPeople({ ledger, sockets }: Accounting): People {
  const containers = new ContainerFiles(monotonicNs);
  return new People({ ledger, containers, kernel: sockets.people, nowNs: monotonicNs });
}
