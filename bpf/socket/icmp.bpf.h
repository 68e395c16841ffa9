/* SPDX-License-Identifier: MIT */
/* ICMP messages about what a socket sent. */
#pragma once
#include "socket/socket.bpf.h"

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
	unsigned char *ip;
	__be32 ipv4 = 0;
	__u8 origin;

	if (!BPF_CORE_READ(sk, sk_error_queue.qlen))
		return 0;
	origin = BPF_CORE_READ(report, ee.ee_origin);
	if (origin != SO_EE_ORIGIN_ICMP && origin != SO_EE_ORIGIN_ICMP6)
		return 0;
	message->type = BPF_CORE_READ(report, ee.ee_type);
	message->code = BPF_CORE_READ(report, ee.ee_code);
	message->error = BPF_CORE_READ(report, ee.ee_errno);
	ip = BPF_CORE_READ(last, head) + BPF_CORE_READ(last, network_header);
	if (origin == SO_EE_ORIGIN_ICMP6) {
		message->family = 6;
		bpf_probe_read_kernel(message->sender, 16, ip + 8);
	} else {
		message->family = 4;
		bpf_probe_read_kernel(&ipv4, sizeof(ipv4), ip + 12);
		map_ipv4(message->sender, ipv4);
	}
	return 1;
}

/* What ended a socket that had this error. */
static __always_inline void read_end_message(struct sock *sk, __u8 error, struct icmp_message *message)
{
	struct icmp_message queued = {};

	if (error && read_queued(sk, &queued) && queued.error == error)
		__builtin_memcpy(message, &queued, sizeof(queued));
}
