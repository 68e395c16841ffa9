/* SPDX-License-Identifier: MIT */
/* Requests that come before their socket does. */
#pragma once
#include "requests/speech.bpf.h"
#include "requests/wanted.bpf.h"

static __always_inline void fill_listeners(struct __sk_buff *skb, struct piece *piece, __u32 length, __u32 sequence)
{
	__u32 protocol_at = sizeof(struct ipv6hdr);
	__be16 ports[2] = {};
	__u8 version = 0;

	__builtin_memset(piece, 0, sizeof(*piece));
	read_packet_ends(skb, piece->remote, piece->local);
	bpf_skb_load_bytes(skb, 0, &version, 1);
	if (version >> 4 == 4)
		protocol_at = (version & 15) * 4;
	bpf_skb_load_bytes(skb, protocol_at, ports, sizeof(ports));
	piece->remote_port = bpf_ntohs(ports[0]);
	piece->local_port = bpf_ntohs(ports[1]);
	piece->at_ns = bpf_ktime_get_ns();
	piece->sequence = piece->turn = sequence;
	piece->length = length;
	piece->direction = PIECE_RECEIVED;
	piece->flags = PIECE_TURN | PIECE_LISTENER;
	piece->protocol = IPPROTO_TCP;
}

#define TELL_LISTENERS(SIZE)                                                                  \
	do {                                                                                  \
		struct piece *piece = bpf_ringbuf_reserve(&pieces, sizeof(*piece) + SIZE, 0); \
		__u32 n = length > SIZE ? SIZE : length;                                      \
                                                                                              \
		if (!piece) {                                                                 \
			count_ring_full(1);                                                   \
			return 0;                                                             \
		}                                                                             \
		fill_listeners(skb, piece, length, sequence);                                 \
		piece->speech = speech;                                                       \
		COPY(skb, offset, piece, n, SIZE);                                            \
		bpf_ringbuf_submit(piece, BPF_RB_NO_WAKEUP);                                  \
	} while (0)

/*
 * Data that came with the end of the handshake (TCP_DEFER_ACCEPT, a lost ACK, SYN cookies) is shown with the
 * listener, which has no state of the connection: it is told by its addresses.
 */
static __noinline int tell_listeners(struct __sk_buff *skb, __u32 offset, __u32 length, __u32 sequence)
{
	__u64 head = 0;
	enum speech speech;

	if (are_names_alone() || length < HEAD_BYTES || bpf_skb_load_bytes(skb, offset, &head, HEAD_BYTES))
		return 0;
	speech = speech_of(head);
	if (speech == SPEECH_UNKNOWN || !is_wanted_speech(speech))
		return 0;
	if (speech == SPEECH_TLS || speech == SPEECH_HTTP2)
		TELL_LISTENERS(LARGE);
	else
		TELL_LISTENERS(USUAL);
	return 0;
}
