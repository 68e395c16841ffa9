/* SPDX-License-Identifier: MIT */
/* What text within TLS has of frames of HTTP/2. */
#pragma once
#include "plaintext/session.bpf.h"

#define LARGE 4096
#define FRAMES_WALKED 1024 /* of one call; then it is told as it is */
#define RUN_PIECES 4 /* of a run: what is longer has a hole */

/* Text of a call, in the memory of a program. `owner`: pid << 1 | direction. */
struct frame_source {
	__u64 session;
	__u64 owner;
	__u64 buffer;
};

static __always_inline struct session *session_of(__u64 session, __u64 owner)
{
	struct session_key key = { .session = session, .pid = owner >> 1 };

	return bpf_map_lookup_elem(&sessions, &key);
}

#define TELL_PART(SIZE)                                                                         \
	do {                                                                                    \
		struct text_piece *text = bpf_ringbuf_reserve(&texts, sizeof(*text) + SIZE, 0); \
                                                                                                \
		if (!text) {                                                                    \
			lose_text(known, direction);                                            \
			return 0;                                                               \
		}                                                                               \
		known->streams[direction].number++;                                             \
		fill_text(text, &key, known, direction);                                        \
		text->piece.sequence += from;                                                   \
		text->piece.length = length;                                                    \
		asm volatile("" : "+r"(last));                                                  \
		last &= SIZE - 1;                                                               \
		if (!bpf_probe_read_user(text + 1, last + 1, (void *)(buffer + from)))          \
			text->piece.captured = captured;                                        \
		bpf_ringbuf_submit(text, BPF_RB_NO_WAKEUP);                                     \
	} while (0)

/* Of `place` >> 32 bytes behind `place`, which begin with `captured` ones. A global function: the verifier walks through it once. */
__noinline int tell_text_part(__u64 session, __u64 owner, __u64 buffer, __u32 captured, __u64 place)
{
	struct session_key key = { .session = session, .pid = owner >> 1 };
	struct session *known = session_of(session, owner);
	__u32 direction = owner & 1, from = place, length = place >> 32;
	__u64 last = (__u64)captured - 1;

	if (!known || !captured)
		return 0;
	if (captured <= SMALL)
		TELL_PART(SMALL);
	else if (captured <= USUAL)
		TELL_PART(USUAL);
	else
		TELL_PART(LARGE);
	return 0;
}

/* The same for a run of any length, by parts. */
__noinline int tell_text_parts(__u64 session, __u64 owner, __u64 buffer, __u32 captured, __u64 place)
{
	__u32 from = place, length = place >> 32, n, i;

	for (i = 0; i < RUN_PIECES; i++) {
		n = captured > LARGE ? LARGE : captured;
		if (i == RUN_PIECES - 1 || captured == n) {
			tell_text_part(session, owner, buffer, n, (__u64)length << 32 | from);
			break;
		}
		tell_text_part(session, owner, buffer, n, (__u64)n << 32 | from);
		from += n;
		captured -= n;
		length -= n;
	}
	return 0;
}

static __always_inline void tell_run(struct frame_source *source, __u32 from, __u32 to, __u32 end)
{
	tell_text_parts(source->session, source->owner, source->buffer, to - from, (__u64)(end - from) << 32 | from);
}

/* Up to eight bytes as a number, the first one highest. */
static __always_inline __u64 load_frame_bytes(struct frame_source *source, __u32 at, __u32 count)
{
	__u64 word = 0, last = (count > 8 ? 8 : count) - 1;

	asm volatile("" : "+r"(last));
	last &= 7;
	bpf_probe_read_user(&word, last + 1, (void *)(source->buffer + at));
	return bpf_be64_to_cpu(word);
}

#include "requests/frame_walk.bpf.h"

/* One frame of `n` bytes; a global function, as its caller comes by here with each. */
__noinline int on_text_frame(__u64 session, __u64 owner, __u64 buffer, __u32 n)
{
	struct frame_source source = { .session = session, .owner = owner, .buffer = buffer };
	struct session *known = session_of(session, owner);
	__u32 direction = owner & 1;

	return known && walk_frame(&source, &known->frames[direction], known->streams[direction].next, n);
}

/* Tells `n` bytes that a call moved. */
__noinline int tell_text_frames(__u64 session, __u64 owner, __u64 buffer, __u32 n)
{
	struct frame_source source = { .session = session, .owner = owner, .buffer = buffer };
	struct session *known = session_of(session, owner);
	__u32 direction = owner & 1, i;
	struct text_stream *stream;
	struct frames *frames;

	if (!known || !n)
		return 0;
	stream = &known->streams[direction];
	frames = &known->frames[direction];
	find_frames(&source, frames, stream->next, n);
	for (i = 0; i < FRAMES_WALKED && frames->is_framed; i++)
		if (!on_text_frame(session, owner, buffer, n))
			break;
	if (i == FRAMES_WALKED)
		frames->is_framed = 0;
	if (n > frames->run)
		tell_run(&source, frames->run, n, n);
	stream->next += n;
	stream->last_ns = bpf_ktime_get_ns();
	return 0;
}
