import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FrameRow } from '../../../src/model/frame.ts';
import { CaptureFile } from '../../../src/output/pcapng/capture-file.ts';
import { blocksOf, framesOf } from '../../fixtures/pcapng.ts';
import { packetRow } from '../../fixtures/rows.ts';

const FACTS = { filter: 'port 443', host: 'vm', os: 'Linux 6.1', application: 'nettop 1', ownNetns: 7 };
const OWNER = { uid: 33, unit: 'nginx.service', container: 'web 1' };

const frame = (packet: Partial<FrameRow['packet']> = {}, rest: Partial<FrameRow> = {}): FrameRow => ({
  packet: {
    ...packetRow(1),
    netns: 7,
    netnsName: null,
    interface: 'eth0',
    pid: 812,
    process: 'nginx',
    ...packet,
  },
  timeNs: 1_700_000_000_123_456_789n,
  bytes: Uint8Array.of(1, 2, 3),
  hasLink: true,
  length: 1514,
  direction: 'out',
  owner: OWNER,
  lost: 0,
  ...rest,
});

function written(frames: readonly FrameRow[], every = false, lost = 0): Buffer {
  const file = new CaptureFile({ ...FACTS, every, isMade: false }, 5);
  return Buffer.concat([file.begin(), ...frames.flatMap((one) => file.blocks(one)), ...file.end(lost, 9)]);
}

const numbers = (value: Buffer | undefined): number[] =>
  value ? Array.from({ length: value.length / 4 }, (_, index) => value.readUInt32LE(4 * index)) : [];

test('an interface for each device, network namespace and link type, in the order in which they come', () => {
  const frames = framesOf(
    written([
      frame(),
      frame({ netns: 8, netnsName: 'blue' }),
      frame({ netns: 9 }, { hasLink: false }),
      frame({}, { hasLink: false }),
      frame({ interface: '' }),
      frame(),
    ]),
  );
  assert.deepEqual(
    frames.map((one) => [one.interface, one.linkType]),
    [
      ['eth0', 1],
      ['eth0@blue', 1],
      ['eth0@9', 101],
      ['eth0', 101],
      ['unknown', 1],
      ['eth0', 1],
    ],
  );
});

test('with each sighting the functions are the interfaces', () => {
  const names = framesOf(written([frame({ function: 'ip_rcv' }), frame({ function: 'tcp_v4_rcv' })], true));
  assert.deepEqual(
    names.map((one) => one.interface),
    ['ip_rcv', 'tcp_v4_rcv'],
  );
});

test('the comment has what is known, in one line; a value has no space, no control character and no lone %', () => {
  const drop = { function: 'kfree_skb', reason: 'NO_SOCKET', place: 'tcp_v4_rcv+0x99' };
  const process = 'a b\n100%\u202e\u00a0é';
  const [one, other] = framesOf(
    written([
      frame({ ...drop, process }),
      frame({ pid: null, process: null, function: 'ip_rcv' }, { owner: null, direction: null }),
    ]),
  );
  assert.equal(
    one?.comment,
    'nettop process=a%20b%0A100%25%E2%80%AE%C2%A0é pid=812 uid=33 unit=nginx.service container=web%201 interface=eth0 dir=out function=kfree_skb reason=NO_SOCKET place=tcp_v4_rcv+0x99',
  );
  assert.equal(other?.comment, 'nettop interface=eth0 function=ip_rcv');
});

test('who is not known is no process; direction, identity and losses stand where they belong', () => {
  const frames = framesOf(
    written([
      frame({ packet: 'ff00000001' }, { lost: 3 }),
      frame({ pid: null, process: null, packet: '' }, { lost: 3, direction: null }),
      frame({}, { lost: 2 ** 32 - 1 - 2 ** 31, direction: 'in' }),
      frame({}, { lost: 1 }), // of another processor: older than the one before
    ]),
  );
  const options = frames.map(({ options }) => [
    numbers(options.get(2)),
    numbers(options.get(4)),
    numbers(options.get(5)),
    numbers(options.get(8)),
  ]);
  const id = numbers(frames[2]?.options.get(5));
  assert.deepEqual(options, [
    [[2], [3, 0], [1, 0xff], [812, 0]],
    [[], [], [], []],
    [[1], [2 ** 31 - 4, 0], id, [812, 0]],
    [[2], [], id, [812, 0]],
  ]);
});

test('statistics at the end: what each interface has, and with the first what was lost', () => {
  const blocks = blocksOf(written([frame(), frame(), frame({ interface: 'lo' })], false, 5));
  assert.deepEqual(
    blocks.map(({ type }) => type),
    [0x0a0d0d0a, 1, 6, 6, 1, 6, 5, 5],
  );
  const [one, other] = blocks.slice(-2).map(({ options }) => new Map(options));
  assert.deepEqual(
    [numbers(one?.get(8)), numbers(one?.get(7))],
    [
      [2, 0],
      [5, 0],
    ],
  );
  assert.deepEqual([numbers(other?.get(8)), other?.get(7)], [[1, 0], undefined]);
  assert.deepEqual(
    [numbers(one?.get(2)), numbers(one?.get(3))],
    [
      [0, 5000],
      [0, 9000],
    ],
  );
  assert.match(String(blocks[0]?.options[0]?.[1]), /host vm; filter port 443;/);
});
