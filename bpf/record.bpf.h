/* SPDX-License-Identifier: MIT */
/* A socket as user space reads it: in a sweep, and a last time when it closes. */
#pragma once
#include "socket.bpf.h"

static __always_inline void read_socket(struct sock *sk, __u64 cookie, struct socket_record *record)
{
	struct owner *owner = bpf_map_lookup_elem(&owners, &cookie);

	__builtin_memset(record, 0, sizeof(*record));
	record->cookie = cookie;
	read_addresses(sk, record->local_address, record->remote_address);
	record->local_port = local_port(sk);
	record->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	record->netns = socket_netns(sk);
	record->state = BPF_CORE_READ(sk, __sk_common.skc_state);
	record->protocol = BPF_CORE_READ(sk, sk_protocol);
	if (owner) {
		record->pid = owner->pid;
		record->uid = owner->uid;
		record->start_ns = owner->start_ns;
		record->opened_ns = owner->opened_ns;
		__builtin_memcpy(record->comm, owner->comm, sizeof(record->comm));
	}
}

/* bytes_received counts a FIN as one byte: rcv_nxt is moved past it (tcp_queue_rcv, tcp_fin). */
static __always_inline void read_tcp(struct tcp_sock *tcp, struct socket_record *record)
{
	__u64 fin = BPF_CORE_READ((struct sock *)tcp, __sk_common.skc_flags) >> SOCK_DONE_BIT & 1;
	__u64 received = BPF_CORE_READ(tcp, bytes_received);

	record->rx_bytes = received > fin ? received - fin : 0;
	record->tx_bytes = BPF_CORE_READ(tcp, bytes_sent) - BPF_CORE_READ(tcp, bytes_retrans);
	record->rtt_us = BPF_CORE_READ(tcp, srtt_us) >> 3;
	record->retransmits = BPF_CORE_READ(tcp, total_retrans);
}
