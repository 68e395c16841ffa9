import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connectNamespaces, createNamespace, type Namespace } from './namespace.ts';
import { inode } from './namespace-facts.ts';
import { live, type Nettop } from './nettop.ts';
import { type Peer, startPeer } from './peer.ts';
import type { InterfaceLine, ProcessLine } from './rows.ts';
import { counts, lastLine, setTso, startWire, whole, withoutIpv6 } from './wire-counts.ts';

const SIZE = 5_000_000;
/** Ethernet, IPv4, and TCP with timestamps; a SYN has 8 bytes more of options. */
const HEADERS = 14 + 20 + 32;
const SYN_OPTIONS = 8;

interface End {
  namespace: Namespace;
  peer: Peer;
  nettop: Nettop;
}

async function startEnd(t: TestContext, namespace: Namespace, name: string): Promise<End> {
  const peer = await startPeer(t, { name, within: namespace.within });
  return { namespace, peer, nettop: await startWire(t, namespace) };
}

async function finish({ nettop, namespace, peer }: End): Promise<{ cable: InterfaceLine; own: ProcessLine }> {
  await nettop.end();
  return { cable: lastLine(nettop, 'cable', inode(namespace)), own: await nettop.process(peer.pid) };
}

for (const isWhole of [false, true]) {
  const how = isWhole ? 'passes large packets on whole' : 'is given segments';
  test(
    `5 MB over a cable that ${how}: every frame, as the devices count them`,
    live(
      async (t) => {
        const [one, other] = [createNamespace(t), createNamespace(t)];
        for (const namespace of [one, other]) withoutIpv6(namespace);
        connectNamespaces(one, other);
        for (const namespace of [one, other]) setTso(namespace, 'cable', isWhole);
        const near = await startEnd(t, one, 'nt-sender');
        const far = await startEnd(t, other, 'nt-receiver');
        const port = await far.peer.ask('listen', '192.0.2.2');
        await near.peer.ask('connect', '192.0.2.2', port);
        await near.peer.ask('send', SIZE);
        await far.nettop.until('all bytes', () =>
          far.nettop.processes.some((line) => line.pid === far.peer.pid && line.receiveBytes === SIZE),
        );
        const [sent, received] = [await finish(near), await finish(far)];
        for (const { cable, own } of [sent, received]) {
          assert.deepEqual(cable.device, counts(isWhole ? cable.buffers : cable));
          assert.deepEqual(whole(cable), counts(cable));
          assert.deepEqual(own.wire && counts(own.wire), counts(own.wire?.tcp ?? assert.fail()));
          assert.deepEqual(counts(cable.attributed), counts(own.wire ?? assert.fail()));
        }
        assert.deepEqual(
          [sent.cable.transmitPackets, sent.cable.transmitBytes],
          [received.cable.receivePackets, received.cable.receiveBytes],
        );
        const { transmitPackets, transmitBytes } = sent.cable.attributed;
        assert.equal(transmitBytes, SIZE + transmitPackets * HEADERS + SYN_OPTIONS);
      },
      ['python3'],
    ),
  );
}
