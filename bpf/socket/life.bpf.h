/* SPDX-License-Identifier: MIT */
/* What happens to TCP connections: the life of each, and events as they come where somebody asks for them. */
#pragma once
#include "abi/sizes.h"
#include "socket/record.bpf.h"
#include "socket/icmp.bpf.h"

/* No LRU: one that finds no room is counted. An entry goes with its socket. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, LIVES);
	__type(key, __u64); /* IDENTITY of the socket */
	__type(value, struct life);
} lives SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, LIFE_EVENTS_BYTES);
} life_events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct life_count);
} life_counts SEC(".maps");

/* What somebody asks for; where nobody does, nothing is counted, and only what the rows need is told. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, __u32); /* enum life_gate */
} life_gate SEC(".maps");

static __always_inline enum life_gate what_is_told(void)
{
	__u32 zero = 0, *gate = bpf_map_lookup_elem(&life_gate, &zero);

	return gate ? *gate : TELL_NOTHING;
}

static __always_inline int are_events_wanted(void)
{
	return what_is_told() == TELL_EVENTS;
}

/* Atomic, as softirq may come between a process's read and write on the same CPU. */
static __always_inline void count_event(enum life_kind kind, int told)
{
	__u32 zero = 0;
	struct life_count *count = bpf_map_lookup_elem(&life_counts, &zero);

	if (count)
		__sync_fetch_and_add(told ? &count->told[kind] : &count->untold[kind], 1);
}

/* `size`: of the record that begins with the event, a constant. */
static __always_inline struct life_event *begin_sized_event(enum life_kind kind, const __u64 size)
{
	struct life_event *event = bpf_ringbuf_reserve(&life_events, size, 0);

	/* Apart: an older verifier forgets from one test to the next that the record is there. */
	if (!event) {
		count_event(kind, 0);
		return 0;
	}
	count_event(kind, 1);
	__builtin_memset(event, 0, size);
	event->at_ns = bpf_ktime_get_ns();
	event->kind = kind;
	event->protocol = IPPROTO_TCP;
	return event;
}

static __always_inline struct life_event *begin_event(enum life_kind kind)
{
	return begin_sized_event(kind, sizeof(struct life_event));
}

static __always_inline void end_event(struct life_event *event)
{
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

static __always_inline void name_owner(struct life_event *event, __u64 cookie)
{
	struct owner *owner = bpf_map_lookup_elem(&owners, &cookie);

	event->cookie = cookie;
	if (!owner)
		return;
	event->pid = owner->pid;
	__builtin_memcpy(event->comm, owner->comm, sizeof(event->comm));
}

/* Of a whole socket: addresses, owner, totals. */
static __always_inline struct life_event *fill_socket_event(struct life_event *event, struct sock *sk, __u64 cookie)
{
	struct tcp_sock *tcp = (struct tcp_sock *)sk;

	if (!event)
		return 0;
	name_owner(event, cookie);
	read_addresses(sk, event->local_address, event->remote_address);
	event->local_port = local_port(sk);
	event->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	event->netns = socket_netns(sk);
	event->protocol = socket_protocol(sk, 0);
	if (event->protocol != IPPROTO_TCP)
		return event;
	event->rx_bytes = payload_received(tcp, 0);
	event->tx_bytes = payload_sent(tcp, 0);
	event->retransmits = BPF_CORE_READ(tcp, total_retrans);
	return event;
}

static __always_inline struct life_event *begin_socket_event(struct sock *sk, __u64 cookie, enum life_kind kind)
{
	return fill_socket_event(begin_event(kind), sk, cookie);
}

static __always_inline struct life *begin_life(__u64 cookie)
{
	struct life fresh = {};
	struct life_count *count;
	__u32 zero = 0;

	if (bpf_map_update_elem(&lives, &cookie, &fresh, BPF_ANY)) {
		count = bpf_map_lookup_elem(&life_counts, &zero);
		if (count)
			__sync_fetch_and_add(&count->full, 1);
	}
	return bpf_map_lookup_elem(&lives, &cookie);
}

/* The life of a socket that now enters a state; 0: it is older than nettop, or there is no room. */
static __always_inline struct life *enter_state(__u64 cookie, int old, int state, __u64 now)
{
	struct life *life = bpf_map_lookup_elem(&lives, &cookie);
	__u32 place;

	if (state == TCP_LISTEN)
		return 0; /* what it has is of an attempt to connect */
	/* a socket may connect again; in older kernels an accepted one is first known when it is established */
	if (state == TCP_SYN_SENT || (!life && (state == TCP_SYN_RECV || old == TCP_SYN_RECV)))
		life = begin_life(cookie);
	if (!life)
		return 0;
	place = life->count;
	if (place < LIFE_STATES) {
		life->entered_ns[place] = now;
		life->states[place] = state;
		life->count = place + 1;
	}
	return life;
}

static __always_inline enum life_kind kind_of(int old, int state)
{
	if (old == TCP_LISTEN || state == TCP_LISTEN)
		return LIFE_STATE; /* no connection */
	if (state == TCP_SYN_SENT)
		return LIFE_CONNECT;
	if (state == TCP_ESTABLISHED)
		return LIFE_ESTABLISHED;
	if (state == TCP_CLOSE)
		return old == TCP_SYN_SENT ? LIFE_FAILED : LIFE_CLOSE;
	return LIFE_STATE;
}

/*
 * What came while connect() held the socket is a soft error, which a process takes from it as any other
 * (SO_ERROR). A connect() that found no free port gives its socket no error, and no port.
 */
static __always_inline __u8 end_error(struct sock *sk, int old, struct life *life)
{
	int error = BPF_CORE_READ(sk, sk_err);

	if (error || old != TCP_SYN_SENT)
		return error;
	if (life && life->soft_error)
		return life->soft_error;
	return local_port(sk) ? BPF_CORE_READ(sk, sk_err_soft) : EADDRNOTAVAIL;
}

/*
 * Tells of a change whose time is noted in the life, where the socket has one. This and the next one, of a socket by
 * its address, are global functions: the verifier walks through each once, and not for each way to a state.
 */
__noinline int tell_life(__u64 address, __u64 cookie, __u64 now, int old, int state)
{
	struct sock *sk = (void *)address;
	struct life_event *event = begin_socket_event(sk, cookie, kind_of(old, state));
	struct life *life;

	if (!event)
		return 0;
	event->at_ns = now;
	event->old_state = old;
	event->state = state;
	life = bpf_map_lookup_elem(&lives, &cookie);
	if (state == TCP_CLOSE) {
		event->error = end_error(sk, old, life);
		read_end_message(sk, event->error, &event->icmp);
		event->unsent = !BPF_CORE_READ((struct tcp_sock *)sk, segs_out);
	}
	if (life) {
		event->since_ns = now - life->entered_ns[0];
		event->reset = life->reset;
		event->reason = life->reason;
		event->accepted = life->states[0] != TCP_SYN_SENT;
	}
	end_event(event);
	return 0;
}

/* A socket changes its state. Its owner is known by now, where it can be. */
__noinline int on_life(__u64 address, __u64 cookie, int old, int state)
{
	struct tcp_sock *tcp = (void *)address;
	__u64 now = bpf_ktime_get_ns();
	struct life *life;

	life = enter_state(cookie, old, state, now);
	if (life && (old == TCP_SYN_SENT || state == TCP_SYN_RECV || state == TCP_ESTABLISHED))
		life->handshake_retransmits = BPF_CORE_READ(tcp, total_retrans);
	if (life && old == TCP_SYN_SENT && state == TCP_CLOSE)
		life->failed = BPF_CORE_READ(tcp, segs_out) ? FAILED : FAILED_UNSENT;
	if (are_events_wanted())
		tell_life(address, cookie, now, old, state);
	return 0;
}

/* Frees the entry: its socket is gone. */
static __always_inline void forget_life(__u64 cookie)
{
	bpf_map_delete_elem(&lives, &cookie);
}
