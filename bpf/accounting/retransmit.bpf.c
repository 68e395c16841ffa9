/* SPDX-License-Identifier: MIT */
/* Segments that are sent again, and whose fault that is. */
#pragma once
#include "accounting/handshake.bpf.h"
#include "accounting/judgment.bpf.h"
#include "socket/owner.bpf.h"

const struct retransmit_faults *_retransmit_faults __attribute__((unused));
const struct retransmit_event *_retransmit_event __attribute__((unused));

/* It comes too where sending failed, and has the error. */
const volatile _Bool has_retransmit_error = 0;
/* Drops are seen. */
const volatile _Bool has_segment_drops = 0;
/* From when on they are, in seconds. What an older connection had sent before may have been dropped unseen. */
const volatile __u32 segment_drops_since_s = 0;

#define UNSEEN_S 4 /* until then it has been sent again, in all likelihood */
#define SECOND_NS 1000000000ULL

/* Nothing was sent, and nothing is counted: -EBUSY, -EAGAIN, -ENOMEM, -EINVAL. */
static __always_inline int came_to_nothing(int error)
{
	return error == -16 || error == -EAGAIN || error == -12 || error == -EINVAL;
}

/* Of a SYN. How often it was dropped is known, and how often it was sent again for that. */
static __always_inline int judge_syn(struct sock *sk, __u64 begun_ns, struct dropped_at *cause)
{
	struct handshake handshake = {};
	struct syn_drop *drop;
	__u32 before;

	if (!read_connecting(sk, &handshake))
		return FAULT_UNKNOWN;
	drop = bpf_map_lookup_elem(&syn_drops, &handshake);
	if (!drop)
		return FAULT_PATH;
	before = drop->segments - (drop->at_ns >= begun_ns);
	if (before <= drop->blamed)
		return FAULT_PATH;
	drop->blamed = before;
	cause->place = drop->place;
	cause->reason = drop->reason;
	cause->netns = drop->netns;
	return FAULT_LOCAL;
}

static __always_inline int judge_data(struct judgment *now)
{
	const struct again *again = &now->again;
	struct retransmit_faults *faults;
	__u32 last = again->end - 1;
	int fault = judge_segment(again->start), other;

	if (last >> BLOCK_BITS != again->start >> BLOCK_BITS) {
		other = judge_segment(last);
		if (fault != FAULT_LOCAL && other != FAULT_PATH)
			fault = other;
	}
	if (fault == FAULT_LOCAL)
		return fault;
	faults = bpf_map_lookup_elem(&retransmit_faults, &again->cookie);
	if (faults && is_kept(faults->acknowledgment_ns, again->now) && faults->acknowledgment_ns < again->begun_ns &&
	    is_before(again->start, faults->acknowledged)) {
		now->cause = faults->acknowledgment_at;
		return FAULT_LOCAL;
	}
	if (again->now < (segment_drops_since_s + UNSEEN_S) * SECOND_NS && !bpf_map_lookup_elem(&lives, &again->cookie))
		return FAULT_UNKNOWN;
	return fault;
}

static __always_inline int judge(struct sock *sk, struct sk_buff *skb, __u64 cookie, struct dropped_at *cause)
{
	struct tcp_skb_cb *segment = (void *)skb->cb;
	struct again again = {
		.cookie = cookie,
		.begun_ns = BPF_CORE_READ((struct tcp_sock *)sk, tcp_clock_cache),
		.now = bpf_ktime_get_ns(),
		.start = BPF_CORE_READ(segment, seq),
		.end = BPF_CORE_READ(segment, end_seq),
		.netns = socket_netns(sk),
		.refused = refused_bytes((struct tcp_sock *)sk),
		.port = local_port(sk),
	};
	struct judgment *now = judgment();
	int fault;

	if (BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_SYN_SENT)
		return judge_syn(sk, again.begun_ns, cause);
	if (!now)
		return FAULT_UNKNOWN;
	now->again = again;
	fault = judge_data(now);
	if (fault == FAULT_LOCAL)
		*cause = now->cause;
	return fault;
}

static __always_inline void count_fault(__u64 cookie, int fault, const struct dropped_at *cause, __u32 segments)
{
	struct retransmit_faults *faults = fault == FAULT_UNKNOWN ? 0 : faults_of(cookie);

	if (!faults)
		return;
	if (fault == FAULT_LOCAL) {
		faults->local += segments;
		faults->newest = *cause;
	} else {
		faults->path += segments;
	}
}

SEC("tp_btf/tcp_retransmit_skb")
int BPF_PROG(on_retransmit, struct sock *sk, struct sk_buff *skb)
{
	struct tcp_skb_cb *segment = (void *)skb->cb;
	int error = has_retransmit_error ? (int)ctx[2] : 0, fault = FAULT_UNKNOWN;
	struct retransmit_event *event;
	struct dropped_at cause = {};
	__u64 cookie;

	if (came_to_nothing(error))
		return 0;
	cookie = IDENTITY(sk);
	if (has_segment_drops) {
		fault = judge(sk, skb, cookie, &cause);
		count_fault(cookie, fault, &cause, BPF_CORE_READ(segment, tcp_gso_segs));
	}
	if (!are_events_wanted() || error)
		return 0;
	event = (void *)begin_sized_event(LIFE_RETRANSMIT, sizeof(*event));
	if (!event)
		return 0;
	fill_socket_event(&event->event, sk, cookie);
	event->event.state = BPF_CORE_READ(sk, __sk_common.skc_state);
	event->fault = fault;
	event->at = cause;
	end_event(&event->event);
	return 0;
}

/* The connection has no socket of its own yet: its owner is the listener's. */
SEC("tp_btf/tcp_retransmit_synack")
int BPF_PROG(on_retransmit_synack, struct sock *sk, struct request_sock *request)
{
	struct sock *common = (struct sock *)request; /* its sock_common alone may be read */
	struct life_event *event;

	if (!are_events_wanted())
		return 0;
	event = begin_sized_event(LIFE_RETRANSMIT, sizeof(struct retransmit_event));
	if (!event)
		return 0;
	name_owner(event, IDENTITY(sk));
	event->cookie = 0;
	read_addresses(common, event->local_address, event->remote_address);
	event->local_port = BPF_CORE_READ(common, __sk_common.skc_num);
	event->remote_port = bpf_ntohs(BPF_CORE_READ(common, __sk_common.skc_dport));
	event->netns = socket_netns(sk);
	event->state = TCP_NEW_SYN_RECV;
	event->accepted = 1;
	end_event(event);
	return 0;
}
