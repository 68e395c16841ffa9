/* SPDX-License-Identifier: MIT */
/* What a segment has of frames of HTTP/2. */
#pragma once
#include "requests/conversation.bpf.h"
#include "requests/wanted.bpf.h"

#define FRAMES_WALKED 160 /* of one segment; then it is told as it is */
#define RUN_PIECES 4 /* of a run: what is longer has a hole */

struct frame_source {
	struct __sk_buff *skb;
	__u64 now;
	__u32 offset; /* of its first byte in the packet */
	__u32 skip; /* bytes of the segment before that */
	__u32 direction;
};

/* Up to eight bytes as a number, the first one highest. */
static __always_inline __u64 load_frame_bytes(struct frame_source *source, __u32 at, __u32 count)
{
	__u64 word = 0, last = (count > 8 ? 8 : count) - 1;

	asm volatile("" : "+r"(last));
	last &= 7;
	bpf_skb_load_bytes(source->skb, source->offset + at, &word, last + 1);
	return bpf_be64_to_cpu(word);
}

/* `length` bytes of a segment's payload behind `skip`, of which the first ones are told. A global function, as tell_piece. */
__noinline int tell_parts(struct __sk_buff *skb, __u64 now, __u32 skip, __u32 captured, __u64 how)
{
	__u32 length = how >> 32, direction = how & 1, n, i;

	for (i = 0; i < RUN_PIECES; i++) {
		n = captured > LARGE ? LARGE : captured;
		if (i < RUN_PIECES - 1 && captured > n) {
			tell_piece(skb, now, skip, n, (__u64)n << 32 | direction);
		} else {
			tell_piece(skb, now, skip, n, (__u64)length << 32 | direction);
			break;
		}
		skip += n;
		captured -= n;
		length -= n;
	}
	return 0;
}

static __always_inline void tell_run(struct frame_source *source, __u32 from, __u32 to, __u32 end)
{
	tell_parts(source->skb, source->now, source->skip + from, to - from,
		   (__u64)(end - from) << 32 | source->direction);
}

#include "requests/frame_walk.bpf.h"

/* One frame of `place.n` bytes; a global function, as its caller comes by here with each. */
__noinline int on_frame(struct __sk_buff *skb, __u64 now, __u64 skip_offset, __u64 sequence_n, __u32 direction)
{
	struct frame_source source = {
		.skb = skb, .now = now, .skip = skip_offset >> 32, .offset = skip_offset, .direction = direction & 1
	};
	struct bpf_sock *sk = skb->sk;
	struct conversation *talk;

	sk = sk ? bpf_sk_fullsock(sk) : 0;
	talk = sk ? bpf_sk_storage_get(&conversations, sk, 0, 0) : 0;
	return talk && walk_frame(&source, &talk->frames[source.direction], sequence_n >> 32, sequence_n);
}

/* Tells a segment of such a connection. A global function: the verifier walks through it once. */
__noinline int tell_frames(struct __sk_buff *skb, __u32 direction)
{
	struct frame_source source = { .skb = skb, .now = bpf_ktime_get_ns(), .direction = direction & 1 };
	struct bpf_sock *sk = skb->sk;
	struct segment segment = {};
	struct conversation *talk;
	struct bpf_tcp_sock *tcp;
	struct frames *frames;
	__u32 sequence, sent, received, next, n, i, skip = 0;
	__s32 gap;

	sk = sk ? bpf_sk_fullsock(sk) : 0;
	tcp = sk ? bpf_tcp_sock(sk) : 0;
	talk = tcp ? bpf_sk_storage_get(&conversations, sk, 0, 0) : 0;
	if (!talk || !read_segment(skb, &segment))
		return 0;
	frames = &talk->frames[source.direction];
	sent = tcp->snd_nxt;
	received = tcp->rcv_nxt;
	asm volatile("" : "+r"(sent), "+r"(received)); /* clang would choose between their places, which is forbidden */
	next = source.direction == PIECE_SENT ? sent : received;
	sequence = segment.sequence;
	gap = sequence - frames->end;
	if (gap > 0 && (__s32)(next - frames->end) > 0) { /* it came out of order, and was told as it was */
		frames->end = (__s32)(next - sequence) > 0 ? sequence : next;
		frames->is_framed = frames->have = 0;
		gap = sequence - frames->end;
	}
	if (gap < 0) {
		skip -= gap;
		sequence -= gap;
	}
	if (skip >= segment.length)
		return 0;
	n = segment.length - skip;
	source.skip = skip;
	source.offset = segment.offset + skip;
	if (gap <= 0)
		find_frames(&source, frames, sequence, n);
	for (i = 0; i < FRAMES_WALKED && frames->is_framed && gap <= 0; i++)
		if (!on_frame(skb, source.now, (__u64)skip << 32 | source.offset, (__u64)sequence << 32 | n, direction))
			break;
	if (i == FRAMES_WALKED)
		frames->is_framed = 0;
	if (gap > 0)
		tell_run(&source, 0, n, n);
	else if (n > frames->run || segment.flags & (TCP_FIN | TCP_RST))
		tell_run(&source, frames->run, n, n);
	note_moved(talk->cookie, source.direction, gap > 0 ? next : sequence + n, source.now);
	talk->streams[source.direction].last_ns = source.now;
	return 0;
}

/* A segment of such a connection that is the first one seen. */
static __always_inline void begin_frames(struct __sk_buff *skb, struct conversation *talk, struct about *about,
					 __u32 other)
{
	struct segment *segment = &about->segment;

	talk->frames[about->direction & 1].end = segment->sequence + about->skip;
	talk->frames[!about->direction].end = other;
	talk->frames[0].is_framed = talk->frames[1].is_framed = 0;
	talk->frames[0].have = talk->frames[1].have = 0;
	talk->frames[0].unframed = talk->frames[1].unframed = 0;
	talk->skips = !is_wanted_between(skb, PORTS(segment), SPEECH_HTTP2);
	talk->passes = talk->skips ? BOTH_PASS : 0;
	note_skipped(talk->cookie, 0);
	if (talk->skips)
		count_unwanted();
}
