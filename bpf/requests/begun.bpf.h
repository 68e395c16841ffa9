/* SPDX-License-Identifier: MIT */
/* Turns whose first segments are shorter than what tells them apart: their bytes are kept until there are enough. */
#pragma once
#include "requests/conversation.bpf.h"
#include "requests/http.bpf.h"
#include "requests/wanted.bpf.h"

/* Whether a segment, `in_turn` bytes behind the turn's beginning, goes on with what was too short, or is. */
static __always_inline int is_short(struct stream *stream, __u32 in_turn, __u32 length)
{
	return in_turn ? stream->gathered == in_turn : length < HEAD_BYTES;
}

/*
 * The first HEAD_BYTES of a turn, of which a segment brings some; 0: they are not all there, or are of HTTP/2, whose
 * frames are walked through from the first one on, or, on a connection of HTTP, no request: one may follow them in this
 * segment. A global function: the verifier walks through it once.
 */
__noinline __u64 gather(struct __sk_buff *skb, __u32 offset, __u32 in_turn, __u32 length, __u32 direction)
{
	struct conversation *talk = talk_of(skb);
	struct stream *stream;
	__u64 bytes = 0, last;

	if (!talk || !length || in_turn >= HEAD_BYTES)
		return 0;
	stream = &talk->streams[direction & 1];
	last = (length < HEAD_BYTES - in_turn ? length : HEAD_BYTES - in_turn) - 1;
	asm volatile("" : "+r"(last));
	last &= HEAD_BYTES - 1;
	if (bpf_skb_load_bytes(skb, offset, &bytes, last + 1))
		return 0;
	if (!in_turn) {
		stream->begun = 0;
		stream->begun_ns = bpf_ktime_get_ns();
	}
	stream->begun |= bytes << 8 * in_turn;
	stream->gathered = in_turn + last + 1;
	if (stream->gathered < HEAD_BYTES)
		return 0;
	stream->gathered = 0;
	if (begins_frames(bpf_be64_to_cpu(stream->begun)) ||
	    (talk->speech == SPEECH_HTTP && !is_request(stream->begun)))
		return 0;
	return stream->begun;
}

static __always_inline int tell_gathered(struct bpf_sock *sk, struct conversation *talk, struct about *about)
{
	struct piece *piece = bpf_ringbuf_reserve(&pieces, sizeof(*piece) + SMALL, 0);
	struct stream *stream = &talk->streams[about->direction & 1];

	if (!piece) {
		lose(talk, stream, about->asks);
		return 0;
	}
	piece->captured = HEAD_BYTES;
	*(__u64 *)(piece + 1) = stream->begun;
	stream->number++;
	fill(piece, sk, talk, stream, about);
	bpf_ringbuf_submit(piece, BPF_RB_NO_WAKEUP);
	return 1;
}

/* 1: it told what was gathered as if it had come at once; `left` bytes follow in this segment. A global function too. */
__noinline int tell_begun(struct __sk_buff *skb, __u32 ports, __u32 left, __u64 how)
{
	struct about about = {
		.segment = { .length = HEAD_BYTES, .source = ports >> 16, .destination = ports },
		.direction = how & 1,
		.flags = how >> 8 | PIECE_TURN,
		.asks = how >> 16,
	};
	struct conversation *talk = talk_of(skb);
	struct bpf_sock *sk = skb->sk;
	struct stream *stream;

	sk = sk ? bpf_sk_fullsock(sk) : 0;
	if (!talk || !sk)
		return 0;
	stream = &talk->streams[about.direction];
	about.now = stream->begun_ns;
	about.segment.sequence = stream->turn;
	about.next[PIECE_SENT] = about.direction == PIECE_SENT ? stream->turn : stream->other;
	about.next[PIECE_RECEIVED] = about.direction == PIECE_SENT ? stream->other : stream->turn;
	if (!tell_gathered(sk, talk, &about))
		return 0;
	stream->last_ns = bpf_ktime_get_ns();
	note_moved(talk->cookie, about.direction, stream->turn + HEAD_BYTES + left, stream->last_ns);
	return 1;
}

/* What was gathered is told, with the rest of the segment that has its last byte, `n` bytes of it. */
static __always_inline int tell_from_start(struct __sk_buff *skb, struct about *about, __u32 in_turn, __u32 n,
					   __u32 budget)
{
	struct segment *segment = &about->segment;
	__u32 last = HEAD_BYTES - in_turn, left = n - last, captured = budget - HEAD_BYTES;

	if (!tell_begun(skb, PORTS(segment), left, HOW(about)))
		return 0;
	about->now = bpf_ktime_get_ns();
	about->skip += last;
	about->flags &= PIECE_GAP;
	about->asks = 0;
	if (left || segment->flags & (TCP_FIN | TCP_RST))
		tell(skb, about, left < captured ? left : captured);
	return 0;
}
