/* SPDX-License-Identifier: MIT */
/* Every dropped packet, counted in the kernel, whatever the trace's ring and rate limit let through. */
#include <linux/bpf.h>
#include <bpf/bpf_tracing.h>
#include "kernel/compat.h"
#include "abi/sizes.h"
#include "abi/drop.h"
#include "drops/protocol.bpf.h"
#include "drops/refusal.bpf.h"
#include "drops/resets.bpf.h"
#include "drops/rule.bpf.h"
#include "packet/filter.bpf.h"
#include "packet/skb.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const struct drop_key *_drop_key __attribute__((unused));
const struct drop *_drop __attribute__((unused));
const struct last_drop *_last_drop __attribute__((unused));
const struct control *_control __attribute__((unused));
const enum drop_size _drop_size __attribute__((unused));

#define SCRATCH 0 /* the only one of this object */
#define STACK_NS 100000000ULL /* unwinding costs more than all the rest: not at every packet of a flood */

/* Whether the tracepoint says these. */
const volatile _Bool has_drop_reason = 0;
const volatile _Bool has_receiver = 0;

/* A hash and no LRU, which would forget counts in silence: what finds no room is counted as lost. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, DROPS);
	__type(key, struct drop_key);
	__type(value, struct drop);
} drops SEC(".maps");

/* Apart from the counts, as an update changes the whole element at once: no packet is a mix of two. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, LAST_DROPS);
	__type(key, struct drop_key);
	__type(value, struct last_drop);
} last_drops SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, DROP_STACKS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, DROP_FRAMES * sizeof(__u64));
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, __u64);
} lost_drops SEC(".maps");

/* In include/uapi/linux/in_route.h and ipv6_route.h: the packet's way ends on this host. */
#define ROUTE_LOCAL 0x80000000
#define DST_PTRMASK (~1UL)

/* Whether a route says that the packet is this host's to receive; before a route is sought, nothing does. */
static __always_inline int is_for_here(struct sk_buff *skb, const __u32 *words)
{
	void *route = (void *)(skb->_skb_refdst & DST_PTRMASK);

	if (words[WORD_INTERFACE] == LOOPBACK_IFINDEX)
		return 1;
	if (!route)
		return 0;
	if (words[WORD_FAMILY] == 6)
		return (BPF_CORE_READ((struct rt6_info *)route, rt6i_flags) & ROUTE_LOCAL) != 0;
	return (BPF_CORE_READ((struct rtable *)route, rt_flags) & ROUTE_LOCAL) != 0;
}

/*
 * The socket whose packet it was: its receiver's, or the sender's, where it did not get that far. On the
 * loopback both are here. A socket that is bound to a port of all addresses has it only if it is for an
 * address of this host: what is forwarded, or comes to a group that nobody joined, has the same port.
 */
static __always_inline __u64 find_owner(struct sk_buff *skb, struct sock *sk, const __u32 *words)
{
	__u64 cookie = sk ? known_identity(sk) : 0;

	if (cookie)
		return cookie;
	if (is_for_here(skb, words))
		cookie = find_flow(SCRATCH, 0);
	else
		cookie = find_bound(words, WORD_DESTINATION_PORT, WORD_SOURCE_PORT, WORD_DESTINATION, WORD_SOURCE);
	if (!cookie && words[WORD_INTERFACE] == LOOPBACK_IFINDEX)
		cookie = find_flow(SCRATCH, 1);
	return cookie;
}

/* In include/uapi/linux/if_packet.h. */
#define PACKET_HOST 0
#define PACKET_BROADCAST 1

static __always_inline int is_multicast(const __u32 *words)
{
	if (words[WORD_FAMILY] == 6)
		return words[WORD_DESTINATION] >> 24 == 0xff;
	return words[WORD_FAMILY] == 4 && words[WORD_DESTINATION + 3] >> 28 == 0xe;
}

/* Whether somebody asks this host alone for something; where no route was sought yet the frame says it. */
static __always_inline int is_asked(struct sk_buff *skb, const __u32 *words, __u32 traits)
{
	if (traits & (DROP_MULTICAST | DROP_BROADCAST) || BPF_CORE_READ_BITFIELD(skb, pkt_type) != PACKET_HOST)
		return 0;
	return is_for_here(skb, words) || !(skb->_skb_refdst & DST_PTRMASK);
}

static __always_inline __u32 traits_of(struct sk_buff *skb, struct sock *sk, const __u32 *words)
{
	__u32 traits = 0;

	if (sk && BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_LISTEN && words[WORD_PROTOCOL] == IPPROTO_TCP)
		traits |= DROP_AT_LISTENER;
	if (has_conntrack(skb) && !skb->_nfct)
		traits |= DROP_UNTRACKED;
	if (is_multicast(words))
		traits |= DROP_MULTICAST;
	else if (BPF_CORE_READ_BITFIELD(skb, pkt_type) == PACKET_BROADCAST)
		traits |= DROP_BROADCAST;
	return traits;
}

static __always_inline void remember(const struct drop_key *key, const struct packet *packet, struct sk_buff *skb,
				     __u64 cookie, __u64 now)
{
	const __u32 *words = packet->words;
	struct last_drop last = {
		.at_ns = now,
		.cookie = cookie,
		.sequence = packet->sequence,
		.acknowledgment = packet->acknowledgment,
		.length = words[WORD_LENGTH],
		.source_port = words[WORD_SOURCE_PORT],
		.destination_port = words[WORD_DESTINATION_PORT],
		.icmp_id = words[WORD_ICMP_ID],
		.ether_type = bpf_ntohs(skb->protocol),
		.family = words[WORD_FAMILY],
		.protocol = words[WORD_PROTOCOL],
		.tcp_flags = words[WORD_TCP_FLAGS],
		.status = packet->status,
	};

	set_address(last.source, words + WORD_SOURCE);
	set_address(last.destination, words + WORD_DESTINATION);
	bpf_map_update_elem(&last_drops, key, &last, BPF_ANY);
}

static __always_inline void take_stack(void *ctx, struct drop *drop, __u64 now)
{
	long stack;

	if (drop->stack && now - drop->stack_at_ns < STACK_NS)
		return;
	stack = bpf_get_stackid(ctx, &stacks, 0);
	drop->stack_at_ns = now;
	if (stack >= 0)
		drop->stack = stack + 1;
}

static __always_inline struct drop *drop_of(const struct drop_key *key)
{
	struct drop *drop = bpf_map_lookup_elem(&drops, key), none = {};

	if (drop)
		return drop;
	bpf_map_update_elem(&drops, key, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&drops, key);
}

static __always_inline void count(void *ctx, const struct drop_key *key, const struct packet *packet,
				  struct sk_buff *skb, __u64 cookie)
{
	struct drop *drop = drop_of(key);
	__u64 now = bpf_ktime_get_ns();
	__u32 zero = 0;

	if (!drop) {
		__u64 *lost = bpf_map_lookup_elem(&lost_drops, &zero);

		if (lost)
			(*lost)++;
		return;
	}
	__sync_fetch_and_add(&drop->bytes, packet->words[WORD_LENGTH]);
	remember(key, packet, skb, cookie, now);
	take_stack(ctx, drop, now);
	/* last: the verifier walks through what follows once for each protocol */
	__sync_fetch_and_add(&drop->counts[protocol_of(packet->words)], 1);
}

SEC("tp_btf/kfree_skb")
int count_drop(__u64 *ctx)
{
	struct sk_buff *skb = (struct sk_buff *)ctx[0];
	struct packet *packet = scratch(SCRATCH);
	struct control *control_now = control();
	struct sock *sk = has_receiver ? untyped((void *)ctx[3]) : 0;
	struct at at = { .shape = SHAPE_ANY, .scratch = SCRATCH };
	struct drop_key key = { .place = ctx[1], .reason = has_drop_reason ? ctx[2] : 0 };
	__u64 cookie;
	__u32 *words;

	if (!packet || !control_now || !control_now->ready)
		return 0;
	if (is_netfilter_reason(key.reason))
		take_rule(skb, &key);
	if (!sk)
		sk = BPF_CORE_READ(skb, sk);
	words = packet->words;
	if (!read_skb(&at, skb, 1))
		words[WORD_LENGTH] = skb->len;
	/* without the socket, which may be its sender's in another namespace than the device */
	read_place(&at, packet, skb, 0, 1);
	if (!words[WORD_NETNS] && sk)
		words[WORD_NETNS] = socket_netns(sk);
	if (!words[WORD_FAMILY] && !words[WORD_INTERFACE])
		return 0; /* a message of a unix or netlink socket */
	words[WORD_MARK] = skb->mark;
	words[WORD_DROP_REASON] = key.reason;
	words[WORD_DROPPED] = 1;
	cookie = find_owner(skb, sk, words);
	key.traits = traits_of(skb, sk, words);
	words[WORD_PID] = owner_pid(cookie);
	key.generation = control_now->generation;
	if (is_asked(skb, words, key.traits)) {
		tell_refusal(words, key.reason);
		count_reset(words, key.reason);
	}
	if (!filter_accepts(SCRATCH, key.generation))
		return 0;
	key.interface = words[WORD_INTERFACE];
	key.netns = words[WORD_NETNS];
	key.pid = words[WORD_PID];
	count(ctx, &key, packet, skb, cookie);
	return 0;
}
