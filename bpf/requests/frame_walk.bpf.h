/* SPDX-License-Identifier: MIT */
/*
 * The frames of one direction: heads of all are told, and what DATA carries is not. Who includes it defines struct
 * frame_source, load_frame_bytes() and tell_run() before, for what its bytes are of.
 */
#pragma once
#include "requests/frames.bpf.h"

#define KEPT 256 /* shorter bodies cost less than a piece of their own */
#define UNFRAMED_TOLD 64 /* segments that are told as they are, until a frame is seen to begin */

/* A head, or what has come of it, at a place of `n` bytes; returns the place behind it. */
static __always_inline __u32 take_frame_head(struct frame_source *source, struct frames *frames, __u32 sequence,
					     __u32 at, __u32 n)
{
	__u32 have = frames->have, count = FRAME_HEAD - have;
	__u64 word;

	if (count > n - at)
		count = n - at;
	word = load_frame_bytes(source, at, count);
	if (!have)
		frames->head = word;
	else if (have < 8)
		frames->head |= word >> 8 * (have & 7);
	at += count;
	frames->have = have + count;
	if (frames->have < FRAME_HEAD)
		return at;
	frames->have = 0;
	frames->next = sequence + at + FRAME_LENGTH(frames->head);
	frames->shows = FRAME_TYPE(frames->head) != FRAME_DATA ? SHOWS_ALL
			: FRAME_FLAGS(frames->head) & 1	       ? SHOWS_LAST
							       : SHOWS_NONE;
	return at;
}

/* On by one frame of `n` bytes; 0: they end with it. */
static __always_inline int walk_frame(struct frame_source *source, struct frames *frames, __u32 sequence, __u32 n)
{
	__u32 at = frames->at, left = frames->next - sequence - at, is_whole = left <= n - at, hole_end;

	if (!frames->have) {
		if (!is_whole)
			left = n - at;
		if (frames->shows != SHOWS_ALL && left > KEPT) {
			hole_end = at + left - (is_whole && frames->shows == SHOWS_LAST);
			if (at > frames->run)
				tell_run(source, frames->run, at, hole_end);
			frames->run = hole_end;
		}
		at += left;
	}
	frames->at = at < n ? take_frame_head(source, frames, sequence, at, n) : n;
	return at < n && !frames->have;
}

/* Begins with `n` bytes that follow what was walked through. They are told as they are while no frame is known to begin. */
static __always_inline void find_frames(struct frame_source *source, struct frames *frames, __u32 sequence, __u32 n)
{
	__u64 head = n >= FRAME_HEAD ? load_frame_bytes(source, 0, 8) : 0;

	if (!frames->is_framed && is_preface(head))
		frame_at(frames, sequence, sequence + PREFACE);
	else if (!frames->is_framed && is_frame(head))
		frame_at(frames, sequence, sequence);
	frames->run = frames->at = 0;
	frames->end = sequence + n;
	if (frames->is_framed)
		frames->unframed = 0;
	else if (frames->unframed < UNFRAMED_TOLD)
		frames->unframed++;
	else
		frames->run = n; /* nothing of it is told */
}
