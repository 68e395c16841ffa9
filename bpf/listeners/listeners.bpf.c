/* SPDX-License-Identifier: MIT */
/* Whom SYNs to listeners come from: attached only while a SYN queue is high. */
#include "abi/sizes.h"
#include "abi/syn.h"
#include "packet/identity.bpf.h"
#include "packet/segment.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const struct syn_source *_syn_source __attribute__((unused));
const struct syn_total *_syn_total __attribute__((unused));

#define PASS 1

/* Hashes and no LRU: made-up addresses would push out those that come again. What finds no room is the rest. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SYN_ADDRESSES);
	__type(key, struct syn_source);
	__type(value, __u64);
} syn_addresses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SYN_NETWORKS);
	__type(key, struct syn_source);
	__type(value, __u64);
} syn_networks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SYN_LISTENERS);
	__type(key, __u64); /* IDENTITY of the listener */
	__type(value, struct syn_total);
} syn_totals SEC(".maps");

/* 0: there is no room. */
static __always_inline int count_in(void *map, const void *key)
{
	__u64 one = 1, *count = bpf_map_lookup_elem(map, key);

	if (!count) {
		if (!bpf_map_update_elem(map, key, &one, BPF_NOEXIST))
			return 1;
		count = bpf_map_lookup_elem(map, key); /* another CPU was first */
	}
	if (count)
		__sync_fetch_and_add(count, 1);
	return count != 0;
}

static __always_inline struct syn_total *total_of(__u64 listener)
{
	struct syn_total none = {}, *total = bpf_map_lookup_elem(&syn_totals, &listener);

	if (total)
		return total;
	bpf_map_update_elem(&syn_totals, &listener, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&syn_totals, &listener);
}

static __always_inline void name_network(struct syn_source *source)
{
	__u32 *words = (__u32 *)source->address;

	if (!words[0] && !words[1] && words[2] == bpf_htonl(0xffff)) {
		words[3] &= bpf_htonl(0xffffff00);
		return;
	}
	words[2] = 0;
	words[3] = 0;
}

/* Most packets end at its first tests. */
SEC("cgroup_skb/ingress")
int count_syn(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;
	struct segment segment = {};
	struct syn_source source = {};
	struct syn_total *total;
	__u8 destination[16];

	sk = sk ? bpf_sk_fullsock(sk) : 0;
	if (!sk || sk->protocol != IPPROTO_TCP || sk->state != BPF_TCP_LISTEN)
		return PASS;
	if (!read_segment(skb, &segment) || (segment.flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
		return PASS;
	source.listener = identity(skb, sk);
	read_packet_ends(skb, source.address, destination);
	total = total_of(source.listener);
	if (!total)
		return PASS;
	__sync_fetch_and_add(&total->syns, 1);
	if (!count_in(&syn_addresses, &source))
		__sync_fetch_and_add(&total->rest, 1);
	name_network(&source);
	count_in(&syn_networks, &source);
	return PASS;
}
