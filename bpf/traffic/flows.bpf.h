/* SPDX-License-Identifier: MIT */
/* Which flow a frame belongs to, and whose that is. */
#pragma once
#include "abi/sizes.h"
#include "abi/traffic.h"
#include "packet/skb.bpf.h"
#include "wire/frame.bpf.h"
#include "wire/sender.bpf.h"

/* A socket's owner may be learned only when its first call returns: user space goes on looking. */
#define MOST_TRIES 8

/* A hash and no LRU, which would forget counts in silence. Flows that rest are taken out by user space, with their counts. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, TRAFFIC_FLOWS);
	__type(key, struct traffic_key);
	__type(value, struct traffic_flow);
} traffic_flows SEC(".maps");

/* What finds no room there: the sum stays the device's. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, TRAFFIC_DEVICES);
	__type(key, struct traffic_device);
	__type(value, struct traffic_sum);
} traffic_others SEC(".maps");

/* Of devices that found no room there either. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct traffic_sum);
} traffic_rest SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct traffic_control);
} traffic_controls SEC(".maps");

/* Too large for the stack. */
static const struct traffic_flow no_flow;
static const struct traffic_sum no_sum;

static __always_inline int is_wanted(__u32 netns)
{
	__u32 zero = 0;
	struct traffic_control *control = bpf_map_lookup_elem(&traffic_controls, &zero);

	return !control || !control->netns || control->netns == netns;
}

static __always_inline void name_flow(struct traffic_key *key, const struct packet *packet, struct sk_buff *skb,
				      int transmit)
{
	const __u32 *words = packet->words;

	key->netns = words[WORD_NETNS];
	key->interface = words[WORD_INTERFACE];
	key->family = words[WORD_FAMILY];
	if (!key->family) {
		key->protocol = bpf_ntohs(skb->protocol);
		return;
	}
	key->protocol = words[WORD_PROTOCOL];
	key->status = packet->status & (PACKET_PARTIAL | PACKET_FRAGMENT | PACKET_HIDDEN);
	set_address(key->near_address, words + (transmit ? WORD_SOURCE : WORD_DESTINATION));
	set_address(key->far_address, words + (transmit ? WORD_DESTINATION : WORD_SOURCE));
	key->near_port = words[transmit ? WORD_SOURCE_PORT : WORD_DESTINATION_PORT];
	key->far_port = words[transmit ? WORD_DESTINATION_PORT : WORD_SOURCE_PORT];
}

static __always_inline struct traffic_flow *flow_of(const struct traffic_key *key)
{
	struct traffic_flow *flow = bpf_map_lookup_elem(&traffic_flows, key);

	if (flow)
		return flow;
	bpf_map_update_elem(&traffic_flows, key, &no_flow, BPF_NOEXIST);
	return bpf_map_lookup_elem(&traffic_flows, key);
}

static __always_inline struct traffic_sum *others_of(const struct traffic_key *key)
{
	struct traffic_device device = { .netns = key->netns, .interface = key->interface };
	struct traffic_sum *sum = bpf_map_lookup_elem(&traffic_others, &device);
	__u32 zero = 0;

	if (sum)
		return sum;
	bpf_map_update_elem(&traffic_others, &device, &no_sum, BPF_NOEXIST);
	sum = bpf_map_lookup_elem(&traffic_others, &device);
	return sum ?: bpf_map_lookup_elem(&traffic_rest, &zero);
}

/* By the sending socket of the same namespace, else by the flow. */
static __always_inline __u64 find_near(const struct packet *packet, struct sk_buff *skb, int transmit)
{
	const __u32 *words = packet->words;
	struct sock *raw = transmit ? BPF_CORE_READ(skb, sk) : 0;
	__u64 cookie = 0;

	if (raw && is_inet(raw) && socket_netns(raw) == words[WORD_NETNS] && is_full(raw)) {
		cookie = sender_identity(skb, raw);
		if (cookie && is_kernels(raw) && !bpf_map_lookup_elem(&owners, &cookie))
			cookie = 0;
	}
	if (cookie || (words[WORD_PROTOCOL] != IPPROTO_TCP && words[WORD_PROTOCOL] != IPPROTO_UDP) || packet->status)
		return cookie;
	return find_flow(transmit, transmit);
}

/* Whether the near end is of this machine at all, user space knows. */
static __always_inline void learn_owner(struct traffic_flow *flow, const struct packet *packet, struct sk_buff *skb,
					int transmit)
{
	__u64 cookie = packet->words[WORD_FAMILY] ? find_near(packet, skb, transmit) : 0;
	struct owner *owner = cookie ? bpf_map_lookup_elem(&owners, &cookie) : 0;

	flow->tries++;
	if (cookie)
		flow->cookie = cookie;
	if (!owner || !owner->pid)
		return;
	flow->start_ns = owner->start_ns;
	flow->uid = owner->uid;
	__builtin_memcpy(flow->comm, owner->comm, sizeof(flow->comm));
	flow->pid = owner->pid;
}
