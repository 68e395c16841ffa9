/* SPDX-License-Identifier: MIT */
/* Who has a flow, or had it. */
#pragma once
#include "kernel/compat.h"
#include "abi/sizes.h"
#include "abi/wire.h"
#include "wire/frame.bpf.h"
#include "packet/skb.bpf.h"

#define TCP_FIN 1
#define MORE_FRAGMENTS 0x2000 /* RFC 791, 3.1 */
#define FRAGMENT_FLOW 0x100 /* or-ed to the protocol: the ports are the packet's number */

/* Who had a flow; stays when the socket is gone. */
struct flow_owner {
	__u64 cookie;
	__u64 start_ns;
	__u32 pid;
	__u32 uid;
	char comm[16];
};

/* What was found out about a packet. */
struct found {
	struct flow_owner owner; /* pid 0 and a cookie: not learned yet */
	struct flow_key flow;
	__u32 cause;
	__u32 waits; /* its process may become known */
	__u32 unsure; /* it may yet be forwarded */
};

/*
 * Flows of which more comes when their socket is gone or has no port of its own: TCP connections from
 * their SYN or FIN on, echoes by their identifier, the fragments behind a first one.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, FINISHED_FLOWS);
	__type(key, struct flow_key);
	__type(value, struct flow_owner);
} flow_owners SEC(".maps");

/* Others stand below it, and the same packets pass there: a bridge, a bond, a VLAN. */
static __always_inline int is_stacked(struct sk_buff *skb)
{
	struct net_device___below *device = (void *)BPF_CORE_READ(skb, dev);

	return has_stacked_devices(device) && BPF_CORE_READ(device, adj_list.lower.next) != &device->adj_list.lower;
}

static __always_inline void take_owner(struct found *found, __u64 cookie)
{
	struct owner *owner = bpf_map_lookup_elem(&owners, &cookie);

	found->owner.cookie = cookie;
	if (!owner || !owner->pid) {
		found->waits = 1;
		found->cause = WIRE_CLOSED;
		return;
	}
	found->cause = WIRE_OWNED;
	found->owner.pid = owner->pid;
	found->owner.uid = owner->uid;
	found->owner.start_ns = owner->start_ns;
	__builtin_memcpy(found->owner.comm, owner->comm, sizeof(owner->comm));
}

/* A flow that the map above has. */
static __always_inline int take_flow_owner(struct found *found)
{
	struct flow_owner *known = bpf_map_lookup_elem(&flow_owners, &found->flow);

	if (!known)
		return 0;
	if (known->pid) {
		found->owner = *known;
		found->cause = WIRE_OWNED;
	} else
		take_owner(found, known->cookie);
	return 1;
}

/* An echo request that goes out, or the reply to one that comes in (RFC 792, RFC 4443). */
static __always_inline int is_echo(const __u32 *words, int transmit)
{
	__u32 type = words[WORD_ICMP_TYPE] >> 8;

	if (words[WORD_PROTOCOL] == IPPROTO_ICMP)
		return type == (transmit ? 8 : 0);
	return words[WORD_PROTOCOL] == IPPROTO_ICMPV6 && type == (transmit ? 128 : 129);
}

static __always_inline void read_packet_flow(struct found *found, const struct packet *packet, int transmit)
{
	const __u32 *words = packet->words;

	if (!words[WORD_FAMILY])
		return;
	if (transmit)
		set_flow(&found->flow, words, WORD_SOURCE_PORT, WORD_DESTINATION_PORT, WORD_SOURCE, WORD_DESTINATION);
	else
		set_flow(&found->flow, words, WORD_DESTINATION_PORT, WORD_SOURCE_PORT, WORD_DESTINATION, WORD_SOURCE);
	if (is_echo(words, transmit))
		found->flow.local_port = words[WORD_ICMP_ID];
}

/* What fragments of one packet share (RFC 791, 3.2). */
static __always_inline void name_fragment(struct flow_key *flow, const struct packet *packet)
{
	flow->protocol |= FRAGMENT_FLOW;
	flow->local_port = load16(packet, 4);
	flow->remote_port = 0;
}

/* Once a packet's owner is known: what comes later of its flow, and would not be joined by itself. */
static __always_inline void remember_flow(const struct found *found, const struct packet *packet, int transmit)
{
	const __u32 *words = packet->words;
	__u32 protocol = words[WORD_PROTOCOL];
	struct flow_key flow;

	if (words[WORD_FAMILY] == 4 && load16(packet, 6) & MORE_FRAGMENTS && !(packet->status & PACKET_FRAGMENT)) {
		flow = found->flow;
		name_fragment(&flow, packet);
		bpf_map_update_elem(&flow_owners, &flow, &found->owner, BPF_ANY);
	}
	if ((protocol == IPPROTO_TCP && words[WORD_TCP_FLAGS] & (TCP_SYN | TCP_FIN)) || (transmit && is_echo(words, 1)))
		bpf_map_update_elem(&flow_owners, &found->flow, &found->owner, BPF_ANY);
}
