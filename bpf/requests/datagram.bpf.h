/* SPDX-License-Identifier: MIT */
/* What UDP carries: messages of DNS, and what opens connections of QUIC. */
#pragma once
#include "requests/initial.bpf.h"
#include "requests/wanted.bpf.h"

/* Of DNS, of multicast DNS and of LLMNR: RFC 1035, 6762, 4795. */
static __always_inline int is_dns(__u16 port)
{
	return port == 53 || port == 5353 || port == 5355;
}

/* A global function, which has a stack of its own beside that of segments. */
__noinline int on_datagram(struct __sk_buff *skb, int direction)
{
	int sent = direction == PIECE_SENT;
	struct bpf_sock *sk = skb->sk;
	struct segment segment = {};
	struct piece *piece;
	__u32 n;

	sk = sk ? bpf_sk_fullsock(sk) : 0;
	if (!sk || !read_segment(skb, &segment) || !segment.length)
		return 1;
	if (!is_dns(segment.source) && !is_dns(segment.destination))
		return on_initials(skb, sk, &segment, direction);
	if (is_dns(sent ? segment.source : segment.destination) && are_names_alone()) /* a server's end */
		return 1;
	if (!is_wanted_between(skb, PORTS(&segment), SPEECH_DNS)) {
		count_unwanted();
		return 1;
	}
	piece = bpf_ringbuf_reserve(&pieces, sizeof(*piece) + LARGE, 0);
	if (!piece) {
		count_ring_full(1);
		return 1;
	}
	fill_datagram(piece, skb, &segment, direction);
	piece->cookie = identity(skb, sk);
	piece->speech = SPEECH_DNS;
	n = segment.length > LARGE ? LARGE : segment.length;
	COPY(skb, segment.offset, piece, n, LARGE);
	bpf_ringbuf_submit(piece, BPF_RB_NO_WAKEUP);
	return 1;
}
