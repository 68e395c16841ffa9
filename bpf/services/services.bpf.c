/* SPDX-License-Identifier: MIT */
/*
 * How long servers take to answer, whatever they speak: from the end of what a client said to the first byte of what
 * the server said next. Counted here; no byte leaves the kernel.
 */
#include "abi/packet.h"
#include "abi/service.h"
#include "abi/sizes.h"
#include "packet/identity.bpf.h"
#include "packet/segment.bpf.h"
#include "socket/owners.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const struct service_key *_service_key __attribute__((unused));
const struct service *_service __attribute__((unused));
const struct service_control *_service_control __attribute__((unused));
const enum service_slot _service_slot __attribute__((unused));

#define PASS 1
#define LAST_SLOT (SERVICE_SLOTS - 1)
#define STEPS (1 << SERVICE_STEP_BITS)

enum side { SIDE_UNKNOWN, SIDE_SERVER, SIDE_OTHER };

/* Two CPUs may be at it at once, receiving and sending: each writes one word. */
struct turn {
	__u64 asked_ns; /* when the client's last byte so far came; 0: nothing waits for an answer */
	__u64 side; /* enum side */
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct turn);
} turns SEC(".maps");

/* A hash and no LRU, which would forget counts in silence. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SERVICES);
	__type(key, struct service_key);
	__type(value, struct service);
} services SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct service_control);
} service_controls SEC(".maps");

/* Too large for the stack. */
static const struct service nothing;

static __always_inline struct service_control *service_control(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&service_controls, &zero);
}

/* Without a branch for each bit: the verifier would walk all ways. */
static __always_inline __u32 slot_of(__u64 ns)
{
	__u64 units = ns >> SERVICE_UNIT_BITS, rest = units;
	__u32 bits, slot;

	bits = (rest > 0xffffffff) << 5, rest >>= bits;
	bits |= (rest > 0xffff) << 4, rest = units >> bits;
	bits |= (rest > 0xff) << 3, rest = units >> bits;
	bits |= (rest > 0xf) << 2, rest = units >> bits;
	bits |= (rest > 0x3) << 1, rest = units >> bits;
	bits |= rest > 0x1;
	if (bits < SERVICE_STEP_BITS)
		return units;
	slot = ((bits - SERVICE_STEP_BITS + 1) << SERVICE_STEP_BITS) +
	       ((units >> (bits - SERVICE_STEP_BITS)) & (STEPS - 1));
	return slot < LAST_SLOT ? slot : LAST_SLOT;
}

/* The port is listened at, in the packet's network namespace: which end of an older connection this is nothing else says. */
static __always_inline int is_served(struct __sk_buff *skb, int received)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *listener;
	__u8 version = 0;
	__u32 size = sizeof(tuple.ipv4);
	int listens;

	bpf_skb_load_bytes(skb, 0, &version, 1);
	if (version >> 4 == 4) {
		bpf_skb_load_bytes(skb, received ? 16 : 12, &tuple.ipv4.daddr, 4);
		bpf_skb_load_bytes(skb, (version & 15) * 4 + (received ? 2 : 0), &tuple.ipv4.dport, 2);
	} else {
		size = sizeof(tuple.ipv6);
		bpf_skb_load_bytes(skb, received ? 24 : 8, tuple.ipv6.daddr, 16);
		bpf_skb_load_bytes(skb, sizeof(struct ipv6hdr) + (received ? 2 : 0), &tuple.ipv6.dport, 2);
	}
	listener = bpf_sk_lookup_tcp(skb, &tuple, size, BPF_F_CURRENT_NETNS, 0);
	if (!listener)
		return 0;
	listens = listener->state == BPF_TCP_LISTEN;
	bpf_sk_release(listener);
	return listens;
}

static __always_inline struct service *service_of(const struct service_key *key)
{
	struct service *service = bpf_map_lookup_elem(&services, key);

	if (service)
		return service;
	bpf_map_update_elem(&services, key, &nothing, BPF_NOEXIST);
	return bpf_map_lookup_elem(&services, key);
}

static __always_inline void count_answer(struct service_control *control, __u64 cookie, __u16 port, __u64 ns)
{
	struct owner *owner = bpf_map_lookup_elem(&owners, &cookie);
	struct service_key key = { .pid = owner ? owner->pid : 0, .port = port };
	struct service *service = service_of(&key);
	__u32 slot = slot_of(ns);

	if (!service) {
		__sync_fetch_and_add(&control->no_room, 1);
		return;
	}
	__sync_fetch_and_add(&service->answers, 1);
	__sync_fetch_and_add(&service->total_ns, ns);
	service->cookie = cookie;
	if (slot < SERVICE_SLOTS)
		__sync_fetch_and_add(&service->slots[slot], 1);
}

/* What is sent again is behind where the direction stands. */
static __always_inline int is_new(const struct segment *segment, __u32 next)
{
	return (__s32)(segment->sequence + segment->length - next) > 0;
}

static __always_inline void on_said(struct __sk_buff *skb, struct bpf_sock *sk, struct turn *turn, int received)
{
	struct service_control *control = service_control();
	struct bpf_tcp_sock *tcp = bpf_tcp_sock(sk);
	struct segment segment = {};
	__u64 now, asked;

	if (!control || !tcp || !read_segment(skb, &segment) || !segment.length)
		return;
	if (!is_new(&segment, received ? tcp->rcv_nxt : tcp->snd_nxt))
		return;
	now = bpf_ktime_get_ns();
	if (received) {
		turn->asked_ns = now;
		return;
	}
	asked = turn->asked_ns;
	if (!asked)
		return;
	turn->asked_ns = 0;
	if (asked < control->since_ns || now < asked)
		return;
	count_answer(control, identity(skb, sk), segment.source, now - asked);
}

/* Most packets of most machines end at its first tests. */
static __always_inline int on_packet(struct __sk_buff *skb, int received)
{
	struct bpf_sock *sk = skb->sk;
	struct turn *turn;

	sk = sk ? bpf_sk_fullsock(sk) : 0;
	if (!sk || sk->protocol != IPPROTO_TCP || sk->state == BPF_TCP_LISTEN)
		return PASS;
	turn = bpf_sk_storage_get(&turns, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!turn) {
		struct service_control *control = service_control();

		if (control)
			__sync_fetch_and_add(&control->no_storage, 1);
		return PASS;
	}
	if (turn->side == SIDE_UNKNOWN)
		turn->side = is_served(skb, received) ? SIDE_SERVER : SIDE_OTHER;
	if (turn->side == SIDE_SERVER)
		on_said(skb, sk, turn, received);
	return PASS;
}

SEC("cgroup_skb/egress")
int time_answer(struct __sk_buff *skb)
{
	return on_packet(skb, 0);
}

SEC("cgroup_skb/ingress")
int time_question(struct __sk_buff *skb)
{
	return on_packet(skb, 1);
}
