import { REFUSAL } from '../../abi/drop.ts';
import { codecOf, type Layouts, type Words } from '../../abi/layout.ts';

/** A packet that asked for something of this host, a SYN or a datagram, and was dropped. */
export interface Refusal {
  source: Words;
  destination: Words;
  netns: number;
  /** By the kernel's number; 0: it does not say. */
  reason: number;
  sourcePort: number;
  destinationPort: number;
  protocol: number;
}

/** Decodes struct refusal. */
export function refusalReader(layouts: Layouts): { size: number; read(view: DataView, at: number): Refusal } {
  const { size, get } = codecOf(layouts, REFUSAL);
  return {
    size,
    read: (view, at) => ({
      source: get.source(view, at),
      destination: get.destination(view, at),
      netns: get.netns(view, at),
      reason: get.reason(view, at),
      sourcePort: get.source_port(view, at),
      destinationPort: get.destination_port(view, at),
      protocol: get.protocol(view, at),
    }),
  };
}
