/* SPDX-License-Identifier: MIT */
/* ICMP messages about what a socket sent. */
#pragma once
#include "abi/sizes.h"
#include "socket/handled.bpf.h"

/* include/uapi/linux/errqueue.h */
#define SO_EE_ORIGIN_ICMP 2
#define SO_EE_ORIGIN_ICMP6 3

/*
 * The message that was queued last; 0: there is none. A socket that connects gets each, whoever asks for them
 * (ip_icmp_error and ipv6_icmp_error in tcp_v4_err and tcp_v6_err); others with IP_RECVERR.
 */
static __always_inline int read_queued(struct sock *sk, struct icmp_message *message)
{
	struct sk_buff *last = BPF_CORE_READ(sk, sk_error_queue.prev);
	struct sock_exterr_skb *report = (void *)&last->cb;
	__u8 origin;

	if (!BPF_CORE_READ(sk, sk_error_queue.qlen))
		return 0;
	origin = BPF_CORE_READ(report, ee.ee_origin);
	if (origin != SO_EE_ORIGIN_ICMP && origin != SO_EE_ORIGIN_ICMP6)
		return 0;
	message->type = BPF_CORE_READ(report, ee.ee_type);
	message->code = BPF_CORE_READ(report, ee.ee_code);
	message->error = BPF_CORE_READ(report, ee.ee_errno);
	read_sender(last, origin == SO_EE_ORIGIN_ICMP6 ? 6 : 4, message);
	return 1;
}

/*
 * Before the end of a connection that is not made is told: what its message is, if there is one. Where a reset
 * came it was that, and nothing is looked for.
 */
static __always_inline void note_handled(void *stack, struct sock *sk, struct life *life)
{
	__u32 zero = 0, error = BPF_CORE_READ(sk, sk_err);
	struct handled *handled = bpf_map_lookup_elem(&handled_message, &zero);

	if (!handled)
		return;
	handled->sk = 0;
	if (error && !(life && life->reset) && BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET6 &&
	    find_handled(stack, sk, error, handled))
		handled->sk = sk;
}

/* The last message about each UDP socket that is connected, until a call returns its error. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, DATAGRAM_MESSAGES);
	__type(key, __u64); /* IDENTITY of the socket */
	__type(value, struct icmp_message);
} datagram_messages SEC(".maps");

static __always_inline void note_datagram(void *stack, struct sock *sk)
{
	__u32 zero = 0, error = BPF_CORE_READ(sk, sk_err);
	struct handled *handled = bpf_map_lookup_elem(&handled_message, &zero);
	struct icmp_message message;
	__u64 cookie;

	if (!error || !handled)
		return;
	handled->sk = 0;
	if (!find_handled(stack, sk, error, handled))
		return;
	cookie = IDENTITY(sk);
	__builtin_memcpy(&message, &handled->message, sizeof(message));
	bpf_map_update_elem(&datagram_messages, &cookie, &message, BPF_ANY);
}

static __always_inline void take_datagram(__u64 cookie, __u8 error, struct icmp_message *message)
{
	struct icmp_message *noted = bpf_map_lookup_elem(&datagram_messages, &cookie);

	if (!noted || noted->error != error)
		return;
	__builtin_memcpy(message, noted, sizeof(*message));
	bpf_map_delete_elem(&datagram_messages, &cookie);
}

/*
 * Whether a message ended the socket `ended`, which had this error; it then is the one in handled_message. A global
 * function: it would be walked through for each of the ways to an end.
 */
__noinline int find_end_message(__u32 error)
{
	struct icmp_message queued = {};
	__u32 zero = 0;
	struct handled *handled = bpf_map_lookup_elem(&handled_message, &zero);

	if (!handled)
		return 0;
	if (!read_queued(handled->ended, &queued) || queued.error != error) {
		if (handled->sk == handled->ended && handled->message.error == error)
			return 1;
		return read_heard(handled->ended, error, &handled->message);
	}
	handled->sk = handled->ended;
	__builtin_memcpy(&handled->message, &queued, sizeof(queued));
	return 1;
}

static __always_inline void read_end_message(struct sock *sk, __u8 error, struct icmp_message *message)
{
	__u32 zero = 0;
	struct handled *handled = bpf_map_lookup_elem(&handled_message, &zero);

	if (!error || !handled)
		return;
	handled->ended = sk;
	if (find_end_message(error))
		__builtin_memcpy(message, &handled->message, sizeof(*message));
}
