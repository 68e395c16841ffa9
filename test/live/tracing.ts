import type { TestContext } from 'node:test';
import type { Captured } from './capture.ts';
import { type Nettop, startNettop } from './nettop.ts';
import type { PacketLine } from './rows.ts';

/**
 * Starts `nettop trace` and waits until it sees packets that the probe sends through its filter: from
 * then on it sees every packet.
 */
export async function startTrace(
  t: TestContext,
  args: readonly string[],
  probe: () => Promise<unknown>,
): Promise<Nettop> {
  const nettop = startNettop(t, ['trace', '--json', ...args]);
  await nettop.until('the trace sees a packet', async () => {
    await probe();
    return nettop.packets.length > 0;
  });
  return nettop;
}

/** A packet in the words that nettop and a capture share. */
export function shared(packet: PacketLine | Captured): Captured {
  const { protocol, source, destination, sourcePort, destinationPort } = packet;
  const { sequence, acknowledgment, flags, length } = packet;
  return {
    protocol,
    source,
    destination,
    sourcePort,
    destinationPort,
    sequence,
    acknowledgment,
    flags,
    length,
  };
}

export function seenAt(packets: readonly PacketLine[], name: string): PacketLine[] {
  return packets.filter((packet) => packet.function === name);
}
