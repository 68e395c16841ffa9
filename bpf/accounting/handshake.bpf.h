/* SPDX-License-Identifier: MIT */
/* SYNs, and their answers, that this kernel dropped: why a connection was not made. */
#pragma once
#include "abi/sizes.h"
#include "socket/socket.bpf.h"

const struct syn_drop *_syn_drop __attribute__((unused));

#define TCP_FLAG_SYN 0x02
#define TCP_FLAG_ACK 0x10
#define FRAGMENT_OFFSET 0x1fff /* RFC 791, 3.1 */

/*
 * Reasons for which a copy ends while the packet itself goes on: it was somebody else's to hear
 * (OTHERHOST), or a capture's buffer was full (PACKET_SOCK_ERROR). All bits: the kernel has none.
 */
const volatile __u32 reasons_of_copies[2] = { ~0, ~0 };
/* NOT_SPECIFIED: so ends too a SYN that came again while its answer was under way. */
const volatile __u32 no_reason = ~0;

/* LRU: a flood of SYNs from elsewhere ends here too. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, SYN_DROPS);
	__type(key, struct handshake);
	__type(value, struct syn_drop);
} syn_drops SEC(".maps");

/* Of a socket that connects. snd_una is its SYN's number until that is acknowledged: tcp_connect_init. */
static __always_inline int read_connecting(struct sock *sk, struct handshake *handshake)
{
	if (BPF_CORE_READ(sk, __sk_common.skc_state) != TCP_SYN_SENT || !is_inet(sk) ||
	    BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP)
		return 0;
	handshake->initial_sequence = BPF_CORE_READ((struct tcp_sock *)sk, snd_una);
	handshake->port = local_port(sk);
	return 1;
}

/* Where the TCP header is; 0: there is none. Behind extension headers none is looked for. */
static __always_inline unsigned char *find_tcp(struct sk_buff *skb)
{
	__u16 network = BPF_CORE_READ(skb, network_header);
	unsigned char *ip = BPF_CORE_READ(skb, head) + network;
	__u8 header[10];

	if (!network || network == 0xffff || bpf_probe_read_kernel(header, sizeof(header), ip))
		return 0;
	if (header[0] >> 4 == 6)
		return header[6] == IPPROTO_TCP ? ip + 40 : 0;
	if (header[0] >> 4 != 4 || header[9] != IPPROTO_TCP)
		return 0;
	return ((header[6] << 8 | header[7]) & FRAGMENT_OFFSET) ? 0 : ip + (header[0] & 15) * 4;
}

/* Of a SYN, or of the SYN-ACK that answers it, by the first words of its header. */
static __always_inline void read_syn(const __be32 header[4], struct handshake *handshake)
{
	if (bpf_ntohl(header[3]) >> 16 & TCP_FLAG_ACK) {
		handshake->initial_sequence = bpf_ntohl(header[2]) - 1;
		handshake->port = bpf_ntohl(header[0]) & 0xffff;
	} else {
		handshake->initial_sequence = bpf_ntohl(header[1]);
		handshake->port = bpf_ntohl(header[0]) >> 16;
	}
}

static __always_inline int note_syn(struct sk_buff *skb, struct sock *sk, const struct handshake *handshake,
				    struct syn_drop *drop)
{
	struct syn_drop *before = bpf_map_lookup_elem(&syn_drops, handshake);

	if (before && drop->reason == no_reason && before->reason != no_reason)
		return 0;
	if (before && (drop->reason == no_reason) == (before->reason == no_reason)) {
		drop->segments += before->segments;
		drop->blamed = before->blamed;
	}
	drop->netns = BPF_CORE_READ(skb, dev, nd_net.net, ns.inum); /* on its way out it has no device yet */
	if (!drop->netns && sk)
		drop->netns = socket_netns(sk);
	bpf_map_update_elem(&syn_drops, handshake, drop, BPF_ANY);
	return 0;
}
