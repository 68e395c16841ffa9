/* SPDX-License-Identifier: MIT */
/* What UDP carries: messages of DNS, and what opens connections of QUIC. */
#pragma once
#include "requests/initial.bpf.h"
#include "requests/wanted.bpf.h"

#define DNS_FLAGS 2 /* RFC 1035, 4.1.1: behind the number */
#define DNS_ANSWER 0x80

/* Of DNS, of multicast DNS and of LLMNR: RFC 1035, 6762, 4795. */
static __always_inline int is_dns(__u16 port)
{
	return port == DNS_PORT || port == 5353 || port == 5355;
}

/* Of a query to many it is not known whether this machine has a row. */
static __always_inline void lose_message(struct __sk_buff *skb, const struct segment *segment)
{
	__u8 flags = DNS_ANSWER;

	bpf_skb_load_bytes(skb, segment->offset + DNS_FLAGS, &flags, 1);
	count_message_lost(is_of_dns(segment) && !(flags & DNS_ANSWER));
}

#define TELL_MESSAGE(SIZE)                                                                    \
	do {                                                                                  \
		struct piece *piece = bpf_ringbuf_reserve(&pieces, sizeof(*piece) + SIZE, 0); \
		__u32 n = segment.length > SIZE ? SIZE : segment.length;                      \
                                                                                              \
		if (!piece) {                                                                 \
			lose_message(skb, &segment);                                          \
			return 1;                                                             \
		}                                                                             \
		fill_datagram(piece, skb, &segment, direction);                               \
		piece->cookie = identity(skb, sk);                                            \
		piece->speech = SPEECH_DNS;                                                   \
		COPY(skb, segment.offset, piece, n, SIZE);                                    \
		bpf_ringbuf_submit(piece, BPF_RB_NO_WAKEUP);                                  \
	} while (0)

/* A global function: the verifier walks through it once. */
__noinline int tell_message(struct __sk_buff *skb, __u32 direction)
{
	struct segment segment = {};
	struct bpf_sock *sk = skb->sk;

	sk = sk ? bpf_sk_fullsock(sk) : 0;
	if (!sk || !read_segment(skb, &segment) || !segment.length)
		return 1;
	if (segment.length <= SMALL)
		TELL_MESSAGE(SMALL);
	else if (segment.length <= USUAL)
		TELL_MESSAGE(USUAL);
	else
		TELL_MESSAGE(LARGE);
	return 1;
}

/* A global function, which has a stack of its own beside that of segments. */
__noinline int on_datagram(struct __sk_buff *skb, int direction)
{
	int sent = direction == PIECE_SENT;
	struct bpf_sock *sk = skb->sk;
	struct segment segment = {};

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
	return tell_message(skb, direction);
}
