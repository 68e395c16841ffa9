/* SPDX-License-Identifier: MIT */
/* Where frames of HTTP/2 begin (RFC 9113, 4.1). */
#pragma once
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

#define FRAME_HEAD 9
#define PREFACE 24 /* how a client begins: RFC 9113, 3.4 */
#define MOST_SENT 16384 /* a frame has no more where nothing else was agreed */

enum shows { SHOWS_NONE, SHOWS_LAST, SHOWS_ALL };

struct frames {
	__u64 head; /* its first bytes, the first one highest, as far as they have come */
	__u32 end; /* all before it was walked through */
	__u32 next; /* another frame begins there */
	__u8 have; /* bytes of its head that came in segments before */
	__u8 is_framed; /* 0: it is not known where frames begin */
	__u8 shows; /* of the frame before `next`: enum shows */
	__u8 unframed;
	__u32 run; /* within a segment: what is to be told next begins there */
	__u32 at; /* and so far it was walked through */
	__u32 _pad;
};

enum frame { FRAME_DATA, FRAME_HEADERS, FRAME_PRIORITY, FRAME_RESET, FRAME_SETTINGS, FRAME_PING = 6, FRAME_UPDATE = 8 };

#define HEADERS_FLAGS 0x2d
#define END_HEADERS 4

/* The first eight bytes of a frame, the first one highest; the last of its stream's four is not among them. */
#define FRAME_LENGTH(head) ((__u32)((head) >> 40))
#define FRAME_TYPE(head) ((__u8)((head) >> 32))
#define FRAME_FLAGS(head) ((__u8)((head) >> 24))
#define FRAME_STREAM(head) ((__u32)(head) & 0xffffff)

static __always_inline int is_preface(__u64 head)
{
	return head >> 32 == 0x50524920; /* "PRI " */
}

/* Whether a whole frame begins here that other bytes do not look like: of DATA they might. */
static __always_inline int is_frame(__u64 head)
{
	__u32 length = FRAME_LENGTH(head), flags = FRAME_FLAGS(head), stream = FRAME_STREAM(head);

	switch (FRAME_TYPE(head)) {
	case FRAME_HEADERS:
		return length && length <= MOST_SENT && flags & END_HEADERS && !(flags & ~HEADERS_FLAGS) &&
		       stream >> 16 == 0;
	case FRAME_SETTINGS:
		return length <= 120 && flags <= 1 && !stream;
	case FRAME_PING:
		return length == 8 && flags <= 1 && !stream;
	case FRAME_UPDATE:
		return length == 4 && !flags && stream >> 16 == 0;
	case FRAME_RESET:
		return length == 4 && !flags && stream >> 16 == 0;
	}
	return 0;
}

/* A connection may be seen first in its middle: then it is known by frames that others do not begin with. */
static __always_inline int begins_frames(__u64 head)
{
	return is_preface(head) ||
	       (is_frame(head) && FRAME_TYPE(head) <= FRAME_SETTINGS && FRAME_TYPE(head) != FRAME_RESET);
}

static __always_inline void frame_at(struct frames *frames, __u32 begin, __u32 next)
{
	frames->end = begin;
	frames->next = next;
	frames->have = 0;
	frames->unframed = 0;
	frames->is_framed = 1;
	frames->shows = SHOWS_ALL;
}
