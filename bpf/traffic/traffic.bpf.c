/* SPDX-License-Identifier: MIT */
/* Frames and bytes by flow and device, those that are forwarded and those that are nobody's too. */
#include <linux/bpf.h>
#include <bpf/bpf_tracing.h>
#include "traffic/flows.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const struct traffic_key *_traffic_key __attribute__((unused));
const struct traffic_flow *_traffic_flow __attribute__((unused));
const struct traffic_device *_traffic_device __attribute__((unused));
const struct traffic_control *_traffic_control __attribute__((unused));
const struct owner *_owner __attribute__((unused));

static __always_inline void add(struct traffic_sum *sum, const struct frame *frame, int transmit)
{
	__sync_fetch_and_add(transmit ? &sum->tx_frames : &sum->rx_frames, (__u64)frame->frames);
	__sync_fetch_and_add(transmit ? &sum->tx_bytes : &sum->rx_bytes, (__u64)frame->bytes);
}

/* `transmit`, a constant, also says which scratch: softirq may come between, on the same CPU. */
static __always_inline void count_frame(struct sk_buff *skb, const _Bool transmit)
{
	struct packet *packet = scratch(transmit);
	struct at at = { .shape = transmit ? SHAPE_TRANSMIT : SHAPE_RECEIVE, .scratch = transmit };
	struct traffic_key key = {};
	struct frame frame = {};
	struct traffic_flow *flow;
	struct traffic_sum *sum;

	if (!packet)
		return;
	read_place(&at, packet, skb, 0, 1);
	if (!is_wanted(packet->words[WORD_NETNS]))
		return;
	read_skb(&at, skb, 1);
	measure(skb, packet, transmit, &frame);
	name_flow(&key, packet, skb, transmit);
	flow = flow_of(&key);
	sum = flow ? &flow->sum : others_of(&key);
	if (!sum)
		return;
	add(sum, &frame, transmit);
	if (flow && !flow->pid && flow->tries < MOST_TRIES)
		learn_owner(flow, packet, skb, transmit);
}

SEC("tp_btf/netif_receive_skb")
int flow_received(__u64 *ctx)
{
	count_frame((struct sk_buff *)ctx[0], 0);
	return 0;
}

SEC("tp_btf/net_dev_queue")
int flow_sent(__u64 *ctx)
{
	count_frame((struct sk_buff *)ctx[0], 1);
	return 0;
}
