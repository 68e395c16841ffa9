/* SPDX-License-Identifier: MIT */
/*
 * ICMP messages about TCP connections that are open. The kernel makes no more of one than the socket's soft error,
 * which it reports if the connection ends for it much later, or a smaller segment: who sent which message is known
 * only as it comes.
 */
#pragma once
#include "abi/sizes.h"
#include "socket/socket.bpf.h"

/* Types of messages, include/uapi/linux/icmp.h and icmpv6.h. */
enum {
	ICMP_UNREACHABLE = 3,
	ICMP_FRAGMENTATION_NEEDED = 4, /* a code of it */
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER_PROBLEM = 12,
	ICMPV6_UNREACHABLE = 1,
	ICMPV6_TOO_BIG = 2,
	ICMPV6_TIME_EXCEEDED = 3,
	ICMPV6_PARAMETER_PROBLEM = 4,
};

/* By code: icmp_err_convert, net/ipv4/icmp.c; tab_unreach, net/ipv6/icmp.c. */
const __u8 unreachable_errors[16] = {
	ENETUNREACH, EHOSTUNREACH, ENOPROTOOPT,	 ECONNREFUSED, EMSGSIZE,     EOPNOTSUPP,   ENETUNREACH,	 EHOSTDOWN,
	ENONET,	     ENETUNREACH,  EHOSTUNREACH, ENETUNREACH,  EHOSTUNREACH, EHOSTUNREACH, EHOSTUNREACH, EHOSTUNREACH,
};
const __u8 unreachable6_errors[8] = {
	ENETUNREACH, EACCES, EHOSTUNREACH, EHOSTUNREACH, ECONNREFUSED, EACCES, EACCES, EPROTO,
};

/* By their ends: a flow of TCP without a network namespace, as a router's may show it before its own does. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, HEARD_MESSAGES);
	__type(key, struct flow_key);
	__type(value, struct heard_message);
} heard_messages SEC(".maps");

/* What the kernel makes of a message; 0: it is about nothing that was sent, or nothing is made of it. */
static __always_inline __u8 error_of(__u8 family, __u8 type, __u8 code)
{
	if (family == 6) {
		if (type == ICMPV6_UNREACHABLE)
			return unreachable6_errors[code & 7];
		if (type == ICMPV6_TOO_BIG)
			return EMSGSIZE;
		return type == ICMPV6_TIME_EXCEEDED ? EHOSTUNREACH : type == ICMPV6_PARAMETER_PROBLEM ? EPROTO : 0;
	}
	if (type == ICMP_UNREACHABLE)
		return unreachable_errors[code & 15];
	return type == ICMP_TIME_EXCEEDED ? EHOSTUNREACH : type == ICMP_PARAMETER_PROBLEM ? EPROTO : 0;
}

/* The connection that a message quotes a segment of; 0: it is about something else. */
static __always_inline int read_quoted(unsigned char *quoted, struct flow_key *flow, __u32 *sequence)
{
	__u8 header[40];
	__be32 ipv4[2];
	__be32 tcp[2];
	__u32 length = 40;

	if (bpf_probe_read_kernel(header, sizeof(header), quoted))
		return 0;
	if (header[0] >> 4 == 6 && header[6] == IPPROTO_TCP) {
		__builtin_memcpy(flow->local_address, header + 8, 16);
		__builtin_memcpy(flow->remote_address, header + 24, 16);
	} else if (header[0] >> 4 == 4 && header[9] == IPPROTO_TCP) {
		__builtin_memcpy(ipv4, header + 12, sizeof(ipv4));
		map_ipv4(flow->local_address, ipv4[0]);
		map_ipv4(flow->remote_address, ipv4[1]);
		length = (header[0] & 15) * 4;
	} else {
		return 0;
	}
	bpf_probe_read_kernel(tcp, sizeof(tcp), quoted + length);
	flow->protocol = IPPROTO_TCP;
	flow->local_port = bpf_ntohl(tcp[0]) >> 16;
	flow->remote_port = bpf_ntohl(tcp[0]);
	*sequence = bpf_ntohl(tcp[1]);
	return 1;
}

/* A message comes to the network namespace `netns`: `ip` and `icmp` are where its headers begin. */
static __always_inline void hear(unsigned char *ip, unsigned char *icmp, __u8 family, __u32 netns)
{
	struct heard_message heard = {}, *before;
	struct flow_key flow = {};
	__be32 header[2] = {}, sender;
	__u64 *cookie;

	bpf_probe_read_kernel(header, sizeof(header), icmp);
	heard.message.type = bpf_ntohl(header[0]) >> 24;
	heard.message.code = bpf_ntohl(header[0]) >> 16;
	heard.message.family = family;
	heard.message.error = error_of(family, heard.message.type, heard.message.code);
	if (!heard.message.error || !read_quoted(icmp + 8, &flow, &heard.sequence))
		return;
	if (family == 6) {
		bpf_probe_read_kernel(heard.message.sender, 16, ip + 8);
	} else {
		bpf_probe_read_kernel(&sender, sizeof(sender), ip + 12);
		map_ipv4(heard.message.sender, sender);
	}
	if (heard.message.error == EMSGSIZE)
		heard.mtu = family == 6 ? bpf_ntohl(header[1]) : bpf_ntohl(header[1]) & 0xffff;
	flow.netns = netns;
	cookie = bpf_map_lookup_elem(&flows, &flow);
	flow.netns = 0;
	before = bpf_map_lookup_elem(&heard_messages, &flow);
	if (before) {
		heard.cookie = before->cookie;
		if (before->message.error == heard.message.error)
			heard.held_ns = before->held_ns;
	}
	if (cookie)
		heard.cookie = *cookie;
	heard.at_ns = bpf_ktime_get_ns();
	bpf_map_update_elem(&heard_messages, &flow, &heard, BPF_ANY);
}

/* The message from which the socket has its error: about a segment that nobody has acknowledged, as in tcp_v4_err. */
static __always_inline struct heard_message *find_heard(struct sock *sk, __u32 error, struct flow_key *flow)
{
	struct tcp_sock *tcp = (struct tcp_sock *)sk;
	struct heard_message *heard;
	__u32 first;

	read_flow(sk, flow);
	flow->netns = 0;
	heard = bpf_map_lookup_elem(&heard_messages, flow);
	if (!heard || heard->message.error != error)
		return 0;
	first = BPF_CORE_READ(tcp, snd_una);
	return heard->sequence - first <= BPF_CORE_READ(tcp, snd_nxt) - first ? heard : 0;
}

/* What ended a connection for its soft error. */
static __always_inline int read_heard(struct sock *sk, __u32 error, struct icmp_message *message)
{
	struct flow_key flow;
	struct heard_message *heard = find_heard(sk, error, &flow);

	if (!heard || !heard->message.family)
		return 0;
	__builtin_memcpy(message, &heard->message, sizeof(*message));
	return 1;
}

/*
 * In a sweep: the connection `address` has a soft error. A global function: the iterators would be walked through
 * with it.
 */
__noinline int hold_heard(__u64 address, __u64 cookie, __u32 error)
{
	struct heard_message unheard = { .cookie = cookie }, *heard;
	__u64 now = bpf_ktime_get_ns();
	struct flow_key flow;

	heard = find_heard((struct sock *)address, error, &flow);
	if (heard) {
		heard->cookie = cookie;
		heard->held_ns = now;
		return 0;
	}
	unheard.message.error = error;
	unheard.held_ns = now;
	bpf_map_update_elem(&heard_messages, &flow, &unheard, BPF_ANY);
	return 0;
}
