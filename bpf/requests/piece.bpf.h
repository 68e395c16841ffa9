/* SPDX-License-Identifier: MIT */
/* The ring of pieces, and what is counted of them. */
#pragma once
#include "abi/request.h"
#include "abi/sizes.h"
#include "packet/segment.bpf.h"

/* The record is as long as one of these: the verifier wants a constant. */
#define SMALL 128
#define USUAL 512
#define LARGE 4096

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, PIECES_BYTES);
} pieces SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct piece_count);
} piece_counts SEC(".maps");

static __always_inline struct piece_count *counts(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&piece_counts, &zero);
}

static __always_inline void count_ring_full(int asks)
{
	struct piece_count *count = counts();

	if (!count)
		return;
	__sync_fetch_and_add(&count->ring_full, 1);
	if (asks)
		__sync_fetch_and_add(&count->requests_lost, 1);
}

/* Of DNS: a query, or what else. */
static __always_inline void count_message_lost(int asks)
{
	struct piece_count *count = counts();

	if (!count)
		return;
	__sync_fetch_and_add(&count->ring_full, 1);
	__sync_fetch_and_add(&count->messages_lost, 1);
	if (asks)
		__sync_fetch_and_add(&count->queries_lost, 1);
}

static __always_inline void count_unwanted(void)
{
	struct piece_count *count = counts();

	if (count)
		__sync_fetch_and_add(&count->unwanted, 1);
}

/* `n` bytes of the payload from `offset` on, 1 to SIZE: the verifier believes a mask. */
#define COPY(skb, offset, piece, n, SIZE)                                    \
	do {                                                                 \
		__u64 last = (n) - 1;                                        \
                                                                             \
		asm volatile("" : "+r"(last));                               \
		last &= (SIZE) - 1;                                          \
		if (!bpf_skb_load_bytes(skb, offset, (piece) + 1, last + 1)) \
			(piece)->captured = n;                               \
	} while (0)

/* All but the payload of a piece that is a datagram. */
static __always_inline void fill_datagram(struct piece *piece, struct __sk_buff *skb, const struct segment *segment,
					  int direction)
{
	int sent = direction == PIECE_SENT;

	__builtin_memset(piece, 0, sizeof(*piece));
	piece->at_ns = bpf_ktime_get_ns();
	read_packet_ends(skb, sent ? piece->local : piece->remote, sent ? piece->remote : piece->local);
	piece->local_port = sent ? segment->source : segment->destination;
	piece->remote_port = sent ? segment->destination : segment->source;
	piece->length = segment->length;
	piece->direction = direction;
	piece->flags = PIECE_TURN;
	piece->protocol = IPPROTO_UDP;
}
