/* SPDX-License-Identifier: MIT */
/* Requests that come before their socket does. */
#pragma once
#include "requests/limit.bpf.h"
#include "requests/speech.bpf.h"
#include "requests/wanted.bpf.h"

static __always_inline void fill_listeners(struct __sk_buff *skb, struct piece *piece, const struct segment *segment)
{
	__builtin_memset(piece, 0, sizeof(*piece));
	read_packet_ends(skb, piece->remote, piece->local);
	piece->remote_port = segment->source;
	piece->local_port = segment->destination;
	piece->at_ns = bpf_ktime_get_ns();
	piece->sequence = piece->turn = segment->sequence;
	piece->length = segment->length;
	piece->direction = PIECE_RECEIVED;
	piece->flags = PIECE_TURN | PIECE_LISTENER;
	piece->protocol = IPPROTO_TCP;
}

#define TELL_LISTENERS(SIZE)                                                                  \
	do {                                                                                  \
		struct piece *piece = bpf_ringbuf_reserve(&pieces, sizeof(*piece) + SIZE, 0); \
		__u32 n = segment.length > SIZE ? SIZE : segment.length;                      \
                                                                                              \
		if (!piece) {                                                                 \
			if (speech == SPEECH_DNS)                                             \
				count_message_lost(1);                                        \
			else                                                                  \
				count_ring_full(1);                                           \
			return 0;                                                             \
		}                                                                             \
		fill_listeners(skb, piece, &segment);                                         \
		piece->speech = speech;                                                       \
		COPY(skb, segment.offset, piece, n, SIZE);                                    \
		bpf_ringbuf_submit(piece, BPF_RB_NO_WAKEUP);                                  \
	} while (0)

/*
 * Data that came with the end of the handshake (TCP_DEFER_ACCEPT, a lost ACK, SYN cookies) is shown with the
 * listener, which has no state of the connection: it is told by its addresses.
 */
static __noinline int tell_listeners(struct __sk_buff *skb)
{
	struct segment segment = {};
	enum speech speech;
	__u32 ports;
	__u64 head = 0;

	if (are_names_alone() || !read_segment(skb, &segment) || segment.length < HEAD_BYTES ||
	    bpf_skb_load_bytes(skb, segment.offset, &head, HEAD_BYTES))
		return 0;
	speech = is_of_dns(&segment) ? SPEECH_DNS : speech_of(head);
	if (speech == SPEECH_UNKNOWN || !is_wanted_speech(speech))
		return 0;
	ports = PORTS(&segment);
	if (speech == SPEECH_HTTP && is_wanted_request(skb, ports, head, segment.offset, segment.length) &&
	    is_listeners_held_back(ports, segment.sequence, segment.length, bpf_ktime_get_ns()))
		return 0;
	if (speech == SPEECH_TLS || speech == SPEECH_HTTP2 || speech == SPEECH_DNS)
		TELL_LISTENERS(LARGE);
	else
		TELL_LISTENERS(USUAL);
	return 0;
}
