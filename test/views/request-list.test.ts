import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BothEnds } from '../../src/capture/exchanges/both-ends.ts';
import { Exchange, type Talker } from '../../src/capture/exchanges/exchange.ts';
import { RequestGroups } from '../../src/views/requests/request-groups.ts';
import { RequestList } from '../../src/views/requests/request-list.ts';
import { TALKER } from '../fixtures/talker.ts';

const CLIENT: Talker = {
  ...TALKER,
  remote: [0, 0, 0xffff, 0x7f00_0002],
};
const { local, remote, localPort, remotePort } = CLIENT;
const mirrored = { local: remote, remote: local, localPort: remotePort, remotePort: localPort };
const SERVER: Talker = { ...CLIENT, ...mirrored, cookie: 2 };

test('what was seen at both ends is listed and counted once, as its client saw it, and told as it ended at each', () => {
  const processes = ['', 'curl', 'nginx'];
  const list = new RequestList(
    ({ cookie }) => ({
      pid: cookie,
      process: processes[cookie] ?? '',
      uid: 0,
      netns: 1,
    }),
    () => null,
  );
  list.isStreamed = true;
  const ends = new BothEnds();
  const see = (talker: Talker, start: number) => {
    const exchange = new Exchange('http', talker, talker === CLIENT, 1e9, start);
    list.began(exchange);
    if (ends.join(exchange)) list.joined(exchange);
    list.done(Object.assign(exchange, { isDone: true, firstNs: talker === CLIENT ? 3e9 : 2e9 }));
  };
  for (const start of [7, 8]) {
    see(SERVER, start);
    see(CLIENT, start);
  }
  see(CLIENT, 9);
  assert.deepEqual(
    list.matching(() => true).map(({ isClient, start }) => [isClient, start]),
    [
      [true, 7],
      [true, 8],
      [true, 9],
    ],
  );
  assert.deepEqual([list.counts.http, list.joinedEnds], [3, 2]);
  const told = Array.from({ length: 6 }, () => list.next(4e9)).map((exchange) => exchange?.start);
  assert.deepEqual(told, [7, 7, 8, 8, 9, undefined]);
  const groups = new RequestGroups('process').of(
    list.matching(() => true),
    5e9,
    0,
  );
  assert.deepEqual(
    groups.map(({ group }) => [group.name, group.count, group.p50Us]),
    [
      ['curl → nginx', 2, 2e6],
      ['curl', 1, 2e6],
    ],
  );
});

test('an owner that is learned after the end is waited for from when that was seen, however long after it', () => {
  let isLearned = false;
  const owner = { pid: 7, process: 'curl', uid: 0, netns: 1 };
  const list = new RequestList(
    () => (isLearned ? owner : null),
    () => null,
  );
  list.isStreamed = true;
  const end = (start: number) => {
    const exchange = new Exchange('http', { ...CLIENT, owner: null, ownerUntilNs: 0 }, true, 1e9, start);
    list.began(exchange);
    list.done(Object.assign(exchange, { isDone: true, firstNs: 1e9 }));
  };
  end(7);
  assert.equal(list.next(9e9), undefined); // the worker stood still for seconds
  assert.equal(list.next(9.2e9), undefined);
  isLearned = true;
  const known = list.next(9.2e9);
  assert.deepEqual([known?.start, known?.owner], [7, owner]);
  isLearned = false;
  end(8);
  end(9);
  assert.equal(list.next(9.3e9), undefined);
  const unknown = [list.next(9.7e9), list.next(9.7e9), list.next(9.7e9)];
  assert.deepEqual(
    unknown.map((exchange) => [exchange?.start, exchange?.owner]),
    [
      [8, null],
      [9, null],
      [undefined, undefined],
    ],
  );
});
