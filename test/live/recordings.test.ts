import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PacketRow } from '../../src/model/model.ts';
import type { Answer } from '../../src/model/question.ts';
import { live } from './nettop.ts';
import { ALL, everything, plain, recordRun, replayed } from './recorded-run.ts';
import { startTalk } from './talk.ts';

const LOOKS = 8;

/** Without how long ago things were: another question is answered some milliseconds earlier in its tick. */
const timeless = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, member) =>
      /^seenSeconds$|^secondsAgo$|^ageSeconds$/.test(name) ? 0 : member,
    ),
  );

/** What answers have of what the test made: others have connections too. */
function ownOf(answer: Answer, port: number, pids: readonly number[]) {
  const { processes, connections, listeners, status } = answer;
  return {
    processes: processes?.rows.filter(({ pid }) => pids.includes(pid)),
    connections: connections?.rows.filter(
      ({ localPort, remotePort }) => localPort === port || remotePort === port,
    ),
    listeners: listeners?.rows.filter(({ localPort }) => localPort === port),
    status: { ...status, warnings: [] },
  };
}

test(
  'what a recording answers is what the live run answered, to the same question and to a part of it',
  live(async (t) => {
    const { server, client, port } = await startTalk(t);
    const { file, answers, trace: packets } = await recordRun(everything, LOOKS);
    const again = replayed(file, everything);
    const mine = (answer: Answer) => ownOf(answer, port, [server.pid, client.pid]);
    const ofPort = ({ sourcePort, destinationPort }: PacketRow) =>
      [sourcePort, destinationPort].includes(port);
    assert.ok(packets.some(ofPort));
    assert.deepEqual(plain(again.trace.filter(ofPort)), plain(packets.filter(ofPort)));
    assert.equal(answers.length, LOOKS);
    assert.equal(answers.at(-1)?.connections?.rows.filter(({ remotePort }) => remotePort === port).length, 1);
    assert.deepEqual(again.answers.map(mine).map(plain), answers.map(mine).map(plain));
    const part = replayed(file, { ...everything, views: { connections: { ...ALL, closed: true } } });
    const connections = (answer: Answer) => timeless(mine(answer).connections);
    assert.deepEqual(part.answers.map(connections), answers.map(connections));
  }),
);
