import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcome, resultOf } from '../../src/views/trace/results.ts';

/** How a packet ends that went through these functions; "kfree_skb:REASON" has a reason. */
function ends(...functions: string[]): string {
  const events = functions.map((text) => {
    const [name = '', reason = null] = text.split(':');
    return { function: name, reason };
  });
  const { end, reason } = outcome(events);
  return reason === null ? String(end) : `${end}: ${reason}`;
}

test('a packet’s end, by the functions that it was seen at', () => {
  assert.deepEqual(
    [
      ends('netif_receive_skb', 'ip_rcv_finish', 'tcp_v4_do_rcv', 'tcp_queue_rcv'),
      ends('netif_receive_skb', 'sock_def_readable', 'skb_copy_datagram_iter', 'consume_skb'),
      ends('__dev_queue_xmit', 'dev_hard_start_xmit', 'consume_skb'),
      ends('__dev_queue_xmit', 'dev_hard_start_xmit'),
      ends('netif_receive_skb', 'ip_forward', '__dev_queue_xmit', 'consume_skb'),
      ends('netif_receive_skb', 'consume_skb'),
      ends('ip_output'),
    ],
    ['delivered', 'delivered', 'sent', 'null', 'forwarded', 'consumed', 'null'],
  );
});

test('on loopback a packet is sent and received: delivered where it reached a socket', () => {
  assert.deepEqual(
    [
      ends(
        '__dev_queue_xmit',
        'dev_hard_start_xmit',
        'netif_rx',
        'netif_receive_skb',
        'tcp_v4_do_rcv',
        'consume_skb',
      ),
      ends('__dev_queue_xmit', 'dev_hard_start_xmit', 'netif_rx', 'netif_receive_skb', 'consume_skb'),
      ends('__dev_queue_xmit', 'netif_rx', 'netif_receive_skb', 'kfree_skb:NO_SOCKET'),
    ],
    ['delivered', 'consumed', 'dropped: NO_SOCKET'],
  );
});

test('what is freed last decides between dropped and not', () => {
  assert.deepEqual(
    [
      ends('netif_receive_skb', 'tcp_v4_do_rcv', 'kfree_skb:TCP_OLD_DATA'),
      ends('netif_receive_skb', 'kfree_skb:NO_SOCKET', 'tcp_v4_do_rcv', 'consume_skb'),
      ends('netif_receive_skb', 'kfree_skb'),
      ends('__dev_queue_xmit', 'consume_skb', 'dev_hard_start_xmit'),
      ends('__dev_queue_xmit', 'kfree_skb', 'dev_hard_start_xmit', 'consume_skb'),
    ],
    ['dropped: TCP_OLD_DATA', 'delivered', 'dropped', 'null', 'sent'],
  );
});

test('a packet without an end is on its way for a second', () => {
  const open = outcome([{ function: 'ip_output', reason: null }]);
  assert.deepEqual([resultOf(open, 999_999), resultOf(open, 1_000_000)], ['on its way', 'not seen to end']);
});
