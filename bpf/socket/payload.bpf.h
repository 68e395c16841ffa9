/* SPDX-License-Identifier: MIT */
/* How much a TCP connection has moved. */
#pragma once
#include "kernel/compat.h"
#include "socket/socket.bpf.h"

/*
 * `typed`, a constant: the verifier knows what the pointer leads to, so that a field is one instruction.
 * Else each is a call of a helper.
 */
#define FIELD(pointer, field) (typed ? (pointer)->field : BPF_CORE_READ(pointer, field))
#define BITS(pointer, field) \
	(typed ? BPF_CORE_READ_BITFIELD(pointer, field) : BPF_CORE_READ_BITFIELD_PROBED(pointer, field))

/* Whether it has sent its FIN, which has a place in the sequence. */
static __always_inline int has_sent_fin(struct tcp_sock *tcp, const _Bool typed)
{
	struct sock *sk = (struct sock *)tcp;
	__u8 state = FIELD(sk, __sk_common.skc_state);

	return (state == TCP_FIN_WAIT1 || state == TCP_FIN_WAIT2 || state == TCP_CLOSING || state == TCP_LAST_ACK) &&
	       FIELD(tcp, snd_nxt) == FIELD(tcp, write_seq);
}

/*
 * Payload that was sent, once. The socket counts as sent what the kernel itself then refuses (a full
 * queue of the device, a rule of a firewall), and again when it goes: where its counters are not where
 * it is in the sequence, the sequence is right. The sequence begins with the SYN of who connected; a
 * socket that was accepted has its listener's backlog.
 */
static __always_inline __u64 read_payload_sent(struct tcp_sock *tcp, const _Bool typed)
{
	struct sock *sk = (struct sock *)tcp;
	__u64 counted = FIELD(tcp, bytes_sent) - FIELD(tcp, bytes_retrans);
	__u64 passed = FIELD(tcp, bytes_acked) + (__u32)(FIELD(tcp, snd_nxt) - FIELD(tcp, snd_una));

	passed -= has_sent_fin(tcp, typed);
	if (passed == counted || passed == counted + 1)
		return counted;
	return FIELD(sk, sk_max_ack_backlog) || !passed ? passed : passed - 1;
}

/* The same of the socket at an address. A global function: the verifier walks through it once, and on in one state. */
__noinline __u64 payload_sent_at(__u64 address)
{
	return read_payload_sent((struct tcp_sock *)address, 0);
}

static __always_inline __u64 payload_sent(struct tcp_sock *tcp, const _Bool typed)
{
	return typed ? read_payload_sent(tcp, 1) : payload_sent_at((__u64)untyped(tcp));
}

/* bytes_received counts a FIN as one byte: rcv_nxt is moved past it (tcp_queue_rcv, tcp_fin). */
static __always_inline __u64 payload_received(struct tcp_sock *tcp, const _Bool typed)
{
	struct sock *sk = (struct sock *)tcp;
	__u64 fin = FIELD(sk, __sk_common.skc_flags) >> SOCK_DONE_BIT & 1;
	__u64 received = FIELD(tcp, bytes_received);

	return received > fin ? received - fin : 0;
}
