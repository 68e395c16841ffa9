import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { endOfCall } from '../../../src/capture/ledger/ending.ts';
import { RouteRefusals, toldByRoute } from '../../../src/capture/ledger/route-refusals.ts';
import { parseAddress } from '../../../src/filter/address.ts';

const { EACCES, EADDRINUSE, EAGAIN, EHOSTUNREACH, EINVAL, ENETUNREACH, EPERM } = constants.errno;

function told(error: number, refused: number) {
  const sample = { error, reset: 0, reason: 0, unsent: true, icmp: null };
  const { cause, reason, route } = toldByRoute(endOfCall(sample, 'connect'), refused);
  return [cause, reason, route?.type ?? null];
}

test('the route’s kind is told where its error is the call’s, or the call’s is not known', () => {
  assert.deepEqual(
    [
      told(ENETUNREACH, ENETUNREACH),
      told(EINVAL, EINVAL),
      told(0, EACCES),
      told(0, EHOSTUNREACH),
      told(EACCES, 0),
      told(EACCES, ENETUNREACH),
      told(0, 0),
      told(0, EADDRINUSE),
      told(ENETUNREACH, EAGAIN),
      told(EACCES, EAGAIN),
    ],
    [
      ['unreachable', 'no route: ENETUNREACH', 'none'],
      ['unreachable', 'blackhole route: EINVAL', 'blackhole'],
      ['unreachable', 'prohibit route', 'prohibit'],
      ['unreachable', 'unreachable route', 'unreachable'],
      ['unreachable', 'EACCES', null],
      ['unreachable', 'EACCES', null],
      ['failed', null, null],
      ['failed', null, null],
      ['unreachable', 'throw route: ENETUNREACH', 'throw'],
      ['unreachable', 'EACCES', null],
    ],
  );
});

test('bind() is never unreachable; a datagram that is not permitted was refused here', () => {
  const sample = { error: EACCES, reset: 0, reason: 0, unsent: true, icmp: null };
  assert.deepEqual(
    [endOfCall(sample, 'bind'), endOfCall({ ...sample, error: EPERM }, 'send')].map(({ cause, reason }) => [
      cause,
      reason,
    ]),
    [
      ['failed', 'EACCES'],
      ['unreachable', 'refused by a rule or a program on this machine: EPERM'],
    ],
  );
});

test('each destination is asked for once between two drains, and not very many of them', () => {
  const asked: string[] = [];
  const routes = new RouteRefusals({
    routeError(netns, address, device) {
      asked.push(`${netns} ${address} ${device}`);
      return netns === 7 ? ENETUNREACH : 0;
    },
  });
  const of = (text: string, netns = 7, device = 0) =>
    routes.of({ remote: parseAddress(text) ?? assert.fail(), netns, device });
  assert.deepEqual(
    [of('192.0.2.1'), of('192.0.2.1'), of('192.0.2.1', 8), of('192.0.2.1', 7, 9), of('2001:db8::1')],
    [ENETUNREACH, ENETUNREACH, 0, ENETUNREACH, ENETUNREACH],
  );
  assert.deepEqual(asked, [
    '7 c0000201 0',
    '8 c0000201 0',
    '7 c0000201 9',
    '7 20010db8000000000000000000000001 0',
  ]);
  for (let nth = 2; nth < 50; nth++) of(`192.0.2.${nth}`);
  assert.equal(asked.length, 16);
  routes.forget();
  assert.equal(of('192.0.2.49'), ENETUNREACH);
});
