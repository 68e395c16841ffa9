import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BothEnds } from '../../../src/capture/exchanges/both-ends.ts';
import { Exchange, type Talker } from '../../../src/capture/exchanges/exchange.ts';
import { TALKER } from '../../fixtures/talker.ts';

const CLIENT: Talker = {
  ...TALKER,
  local: [0, 0, 0xffff, 0x0a00_0001],
  remote: [0, 0, 0xffff, 0x0a00_0002],
};
const SERVER: Talker = {
  ...CLIENT,
  cookie: 2,
  local: CLIENT.remote,
  remote: CLIENT.local,
  localPort: CLIENT.remotePort,
  remotePort: CLIENT.localPort,
};

const asked = (start: number | null, talker = CLIENT) => new Exchange('http', talker, true, 1e9, start);
const served = (start: number | null, talker = SERVER) => new Exchange('http', talker, false, 1e9, start);

function areJoined(one: Exchange, other: Exchange): boolean {
  const ends = new BothEnds();
  const found = [ends.join(one), ends.join(other)];
  assert.equal(found[0], false);
  assert.deepEqual([one.peer, other.peer], found[1] ? [other, one] : [null, null]);
  return found[1] as boolean;
}

test('two ends with mirrored addresses and the same place in the stream are one request, whichever comes first', () => {
  for (const start of [0, 7, -7, -(2 ** 31), 2 ** 31 - 1]) {
    assert.ok(areJoined(asked(start), served(start)));
    assert.ok(areJoined(served(start), asked(start)));
  }
});

test('where something between changes addresses, ports or the stream, or the place is not known, each stays alone', () => {
  const other: Talker['local'] = [0, 0, 0xffff, 0x0a00_0003];
  assert.ok(!areJoined(asked(7), served(8)));
  assert.ok(!areJoined(asked(7), served(7, { ...SERVER, local: other })));
  assert.ok(!areJoined(asked(7), served(7, { ...SERVER, remote: other })));
  assert.ok(!areJoined(asked(7), served(7, { ...SERVER, localPort: 8080 })));
  assert.ok(!areJoined(asked(7), served(7, { ...SERVER, remotePort: 50_001 })));
  assert.ok(!areJoined(asked(null), served(null)));
  assert.ok(!areJoined(asked(7), asked(7)));
  assert.ok(!areJoined(asked(7), new Exchange('tls', SERVER, false, 1e9, 7)));
});

test('each request of a connection has its own other end', () => {
  const ends = new BothEnds();
  const one = [100, 200, 300].map((start) => asked(start));
  const other = [300, 100, 200].map((start) => served(start));
  for (const exchange of [...one, ...other]) ends.join(exchange);
  for (const exchange of one) assert.equal(exchange.peer?.start, exchange.start);
  assert.ok(!ends.join(served(100))); // told once more
});
