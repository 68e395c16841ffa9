/* SPDX-License-Identifier: MIT */
/* Segments that this kernel dropped: of connections that are not made, and what will have to be sent again. */
#pragma once
#include "accounting/handshake.bpf.h"
#include "accounting/segments.bpf.h"

#define TCP_FLAG_FIN 0x01
#define TCP_FLAG_RST 0x04
#define SKB_FCLONE_UNAVAILABLE 0 /* include/linux/skbuff.h; what TCP sends is a clone */
#define MOST_BYTES (1 << 20) /* more is no segment, but a header that was damaged */

/*
 * Reasons for which a segment ends whose data had arrived before: TCP_OLD_DATA, TCP_OFOMERGE and
 * TCP_OFO_DROP. All bits: the kernel has none.
 */
const volatile __u32 reasons_of_duplicates[3] = { ~0, ~0, ~0 };

/* A segment that was dropped, as far as its headers say it. */
struct headers {
	__be32 tcp[4]; /* RFC 9293, 3.1: ports, sequence, acknowledgment, flags */
	__u32 length; /* of the payload */
};

/* Payload, by the length in the IP header; where that is 0 by the buffer's: it is larger than 64 kB. */
static __always_inline __u32 payload_of(struct sk_buff *skb, unsigned char *start, __u32 flags)
{
	unsigned char *ip = BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, network_header);
	unsigned char *end = 0, *payload = start + (flags >> 12) * 4;
	__be16 lengths[3]; /* the first of both versions: IPv4's is the second, IPv6's, without its header, the third */
	__u8 version;
	__u64 length;

	if (bpf_probe_read_kernel(lengths, sizeof(lengths), ip) || bpf_probe_read_kernel(&version, sizeof(version), ip))
		return 0;
	if (version >> 4 == 4 && lengths[1])
		end = ip + bpf_ntohs(lengths[1]);
	else if (version >> 4 == 6 && lengths[2])
		end = ip + 40 + bpf_ntohs(lengths[2]);
	else
		end = BPF_CORE_READ(skb, data) + BPF_CORE_READ(skb, len);
	length = end - payload;
	return length <= MOST_BYTES ? length : 0;
}

static __always_inline void read_qdisc(struct sk_buff *skb, struct dropped_at *at)
{
	void *queues = BPF_CORE_READ(skb, dev, _tx);
	struct netdev_queue *queue;

	if (!queues)
		return;
	queue = queues + BPF_CORE_READ(skb, queue_mapping) * bpf_core_type_size(struct netdev_queue);
	BPF_CORE_READ_INTO(&at->qdisc, queue, qdisc, ops, id);
}

static __always_inline int is_whole(struct sock *sk)
{
	__u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);

	return is_inet(sk) && state != TCP_TIME_WAIT && state != TCP_NEW_SYN_RECV &&
	       BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP;
}

/* Of the socket that a packet is for, by its addresses; 0: it is not this host's. */
static __always_inline __u64 find_receiver(struct sk_buff *skb, const struct headers *headers, __u32 netns)
{
	unsigned char *ip = BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, network_header);
	__u32 ports = bpf_ntohl(headers->tcp[0]);
	struct flow_key flow = {
		.netns = netns,
		.protocol = IPPROTO_TCP,
		.local_port = ports & 0xffff,
		.remote_port = ports >> 16,
	};
	__be32 ipv4[2];
	__u8 version = 0;
	__u64 *cookie;

	bpf_probe_read_kernel(&version, sizeof(version), ip);
	if (version >> 4 == 4) {
		bpf_probe_read_kernel(ipv4, sizeof(ipv4), ip + 12);
		map_ipv4(flow.remote_address, ipv4[0]);
		map_ipv4(flow.local_address, ipv4[1]);
	} else {
		bpf_probe_read_kernel(flow.remote_address, 16, ip + 8);
		bpf_probe_read_kernel(flow.local_address, 16, ip + 24);
	}
	cookie = bpf_map_lookup_elem(&flows, &flow);
	return cookie ? *cookie : 0;
}

/* One that acknowledges what was dropped before keeps that one's time. */
static __always_inline void note_acknowledgment(__u64 cookie, __u32 acknowledged, const struct dropped_at *at)
{
	struct retransmit_faults *faults = faults_of(cookie);

	if (!faults)
		return;
	faults->acknowledgment_at = *at;
	if (!faults->acknowledgment_ns || faults->acknowledged != acknowledged)
		faults->acknowledgment_ns = bpf_ktime_get_ns();
	faults->acknowledged = acknowledged;
}

static __always_inline void note_drop_of(__u64 cookie, const struct dropped_at *at)
{
	struct retransmit_faults *faults = faults_of(cookie);

	if (!faults)
		return;
	faults->newest = *at;
	__sync_fetch_and_add(&faults->dropped, 1);
}

static __always_inline void locate(struct sk_buff *skb, struct sock *sk, struct dropped_at *at)
{
	at->interface = BPF_CORE_READ(skb, dev, ifindex);
	at->netns = BPF_CORE_READ(skb, dev, nd_net.net, ns.inum); /* on its way out it has no device yet */
	if (!at->netns && sk)
		at->netns = socket_netns(sk);
	read_qdisc(skb, at);
}

/* What the far end has, and the socket is not told. */
static __noinline int on_acknowledgment_dropped(struct sk_buff *skb, struct sock *sk, const struct headers *headers,
						struct dropped_at *at)
{
	__u64 cookie = sk ? known_identity(sk) : find_receiver(skb, headers, at->netns);

	if (!cookie)
		return 0;
	at->acknowledgment = 1;
	note_acknowledgment(cookie, bpf_ntohl(headers->tcp[2]), at);
	at->acknowledgment = 0;
	return 0;
}

/* A segment of a connection that is made. Its skb has its sender's socket, its receiver's, or none. */
__noinline int on_data_dropped(__u64 address, const struct headers *headers, struct segment_drop *drop)
{
	struct sk_buff *skb = (void *)address;
	struct sock *sk = BPF_CORE_READ(skb, sk);
	int is_senders;
	__u32 flags;

	if (!headers || !drop)
		return 0;
	flags = bpf_ntohl(headers->tcp[3]) >> 16;
	if (sk && !is_whole(sk))
		sk = 0;
	/* it had arrived, and lay in the queue of its receiver, such as a FIN that came after close(); or its sender is gone */
	if (sk && BPF_CORE_READ(sk, __sk_common.skc_state) == TCP_CLOSE)
		return 0;
	drop->port = bpf_ntohl(headers->tcp[0]) >> 16;
	is_senders = sk && local_port(sk) == drop->port;
	locate(skb, sk, &drop->at);
	if (!is_senders)
		on_acknowledgment_dropped(skb, sk, headers, &drop->at);
	drop->start = bpf_ntohl(headers->tcp[1]);
	drop->end = drop->start + headers->length + !!(flags & TCP_FLAG_FIN);
	if (drop->start == drop->end)
		return 0;
	if (is_senders) {
		drop->cookie = known_identity(sk);
		drop->is_piece = BPF_CORE_READ_BITFIELD_PROBED(skb, fclone) == SKB_FCLONE_UNAVAILABLE;
		drop->pending =
			!drop->is_piece && !is_before(drop->start, BPF_CORE_READ((struct tcp_sock *)sk, snd_nxt));
		drop->refused = refused_bytes((struct tcp_sock *)sk);
		if (drop->cookie)
			note_drop_of(drop->cookie, &drop->at);
	}
	keep_drop(drop);
	return 0;
}

static __always_inline int is_duplicate(__u32 reason)
{
	return reason == reasons_of_duplicates[0] || reason == reasons_of_duplicates[1] ||
	       reason == reasons_of_duplicates[2];
}

SEC("tp_btf/kfree_skb")
int BPF_PROG(on_segment_dropped, struct sk_buff *skb, void *place, int reason)
{
	struct segment_drop drop = { .at = { .place = (__u64)place, .reason = reason }, .at_ns = bpf_ktime_get_ns() };
	struct syn_drop syn = { .place = (__u64)place, .reason = reason, .at_ns = drop.at_ns, .segments = 1 };
	struct sock *sk = BPF_CORE_READ(skb, sk);
	struct handshake handshake = {};
	struct headers headers;
	unsigned char *start;
	__u32 flags;

	if (syn.reason == reasons_of_copies[0] || syn.reason == reasons_of_copies[1])
		return 0;
	if (sk && read_connecting(sk, &handshake))
		return note_syn(skb, sk, &handshake, &syn);
	start = find_tcp(skb);
	if (!start || bpf_probe_read_kernel(headers.tcp, sizeof(headers.tcp), start))
		return 0;
	flags = bpf_ntohl(headers.tcp[3]) >> 16;
	if (flags & TCP_FLAG_SYN) {
		read_syn(headers.tcp, &handshake);
		return note_syn(skb, sk, &handshake, &syn);
	}
	if (!(flags & TCP_FLAG_ACK) || (flags & TCP_FLAG_RST) || is_duplicate(reason))
		return 0;
	headers.length = payload_of(skb, start, flags);
	return on_data_dropped((__u64)untyped(skb), &headers, &drop);
}
