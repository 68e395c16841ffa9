import type { Accounting } from '../../capture/accounting/accounting.ts';
import { monotonicNs } from '../../machine/clock.ts';
import { ContainerFiles } from '../../machine/container-files.ts';
import { People } from './people.ts';

/** People over the running kernel. */
export function newPeople({ ledger, sockets }: Accounting): People {
  const containers = new ContainerFiles(monotonicNs);
  return new People({ ledger, containers, kernel: sockets.people, nowNs: monotonicNs });
}
