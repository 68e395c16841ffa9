/* SPDX-License-Identifier: MIT */
/* Frames and bytes on the wire, by process or by the reason why they have none. */
#include <linux/bpf.h>
#include <bpf/bpf_tracing.h>
#include "wire/tally.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const struct wire_key *_wire_key __attribute__((unused));
const struct wire_count *_wire_count __attribute__((unused));
const struct wire_waiting *_wire_waiting __attribute__((unused));
const struct wire_loss *_wire_loss __attribute__((unused));
const struct owner *_owner __attribute__((unused));

/* `transmit`, a constant, also says which scratch: softirq may come between, on the same CPU. */
static __always_inline void count_frame(struct sk_buff *skb, const _Bool transmit)
{
	struct packet *packet = scratch(transmit);
	struct at at = { .shape = transmit ? SHAPE_TRANSMIT : SHAPE_RECEIVE, .scratch = transmit };
	struct found found = { .cause = WIRE_OTHER };
	struct wire_waiting place = {};
	struct frame frame = {};
	struct wire_count *count;
	__u32 waits;

	if (!packet)
		return;
	read_skb(&at, skb, 1);
	read_place(&at, packet, skb, 0, 1);
	read_packet_flow(&found, packet, transmit);
	if (transmit)
		attribute_transmit(&found, packet, skb, BPF_CORE_READ(skb, sk));
	else
		attribute_receive(&found, packet, skb);
	measure(skb, packet, transmit, &frame);
	name_key(&place.key, &found, packet, skb);
	count = place_of(&found, &place, &waits);
	if (!count) {
		lose(&frame);
		return;
	}
	if (transmit) {
		add_sent(count, &frame);
		if (found.cause == WIRE_FORWARDED)
			move_arrival(skb);
		else if (found.owner.cookie && packet->words[WORD_FAMILY])
			remember_flow(&found, packet, 1);
		return;
	}
	add_received(count, &frame);
	if (found.cause == WIRE_OWNED && packet->words[WORD_FAMILY])
		remember_flow(&found, packet, 0);
	if (found.unsure)
		remember_arrival(skb, &place, waits, &frame);
}

SEC("tp_btf/netif_receive_skb")
int count_received(__u64 *ctx)
{
	count_frame((struct sk_buff *)ctx[0], 0);
	return 0;
}

SEC("tp_btf/net_dev_queue")
int count_sent(__u64 *ctx)
{
	count_frame((struct sk_buff *)ctx[0], 1);
	return 0;
}
