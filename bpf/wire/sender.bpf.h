/* SPDX-License-Identifier: MIT */
/* The socket that sends a packet, by its identity. */
#pragma once
#include "kernel/frame.h"
#include "socket/owners.bpf.h"
#include "packet/packet.bpf.h"

/* A socket that is whole: not that of a handshake or of TIME_WAIT, which have an owner by their flow. */
static __always_inline int is_full(struct sock *sk)
{
	__u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);

	return state != TCP_TIME_WAIT && state != TCP_NEW_SYN_RECV;
}

static __always_inline int is_kernels(struct sock *sk)
{
	struct sock___kernels *kernels = (void *)sk;

	return BPF_CORE_READ_BITFIELD_PROBED(kernels, sk_kern_sock);
}

/*
 * Asked for by way of the socket's own file: the pointer in an skb is one that the helper does not take
 * (MEM_RCU), on kernels that tell these apart.
 */
static __always_inline __u64 sender_identity(struct sk_buff *skb, struct sock *raw)
{
	__u64 cookie = known_identity(raw);
	struct sock___kernels *sk = (void *)skb->sk;
	struct socket *socket;

	if (!has_socket_cookie)
		return address_identity(raw);
	if (cookie || !sk)
		return cookie;
	socket = sk->sk_socket;
	return socket ? bpf_get_socket_cookie(socket->sk) : 0;
}
