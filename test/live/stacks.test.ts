import assert from 'node:assert/strict';
import { test } from 'node:test';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';
import { seenAt, startTrace } from './tracing.ts';
import { until } from './until.ts';

const PLACE = /^([\w.]+\+0x[0-9a-f]+( \[\w+\])?|0x[0-9a-f]+)$/;

test(
  '--kernel-stack: how each function was reached; a drop by way of the place that the kernel names',
  live(async (t) => {
    const peer = await startPeer(t);
    await peer.ask('bindUdp', '127.0.0.1');
    const send = () => peer.ask('sendUdp', 1, 10, '127.0.0.1', 9);
    const nettop = await startTrace(t, ['udp and dst port 9', '--kernel-stack'], send);
    await until('a drop', () => seenAt(nettop.packets, 'kfree_skb').length > 0);
    await nettop.end();
    const { packets } = nettop;
    assert.deepEqual(
      packets.filter(
        ({ stack }) => stack === null || stack.length < 3 || !stack.every((one) => PLACE.test(one)),
      ),
      [],
    );
    const [sent] = seenAt(packets, '__dev_queue_xmit');
    assert.match(sent?.stack?.[0] ?? '', /^__dev_queue_xmit\+0x/);
    assert.ok(
      sent?.stack?.some((place) => place.startsWith('udp_sendmsg+')),
      `${sent?.stack}`,
    );
    const [dropped] = seenAt(packets, 'kfree_skb');
    assert.ok(dropped?.stack?.includes(dropped.dropPlace ?? ''), `${dropped?.stack}, ${dropped?.dropPlace}`);
  }),
);

test(
  'without it there is none',
  live(async (t) => {
    const peer = await startPeer(t);
    await peer.ask('bindUdp', '127.0.0.1');
    const send = () => peer.ask('sendUdp', 1, 10, '127.0.0.1', 9);
    const nettop = await startTrace(t, ['udp and dst port 9'], send);
    await nettop.end();
    assert.deepEqual(
      nettop.packets.filter(({ stack }) => stack !== null),
      [],
    );
  }),
);
