/* SPDX-License-Identifier: MIT */
/* Whether what begins is told: the filter first, then the rate limit. */
#pragma once
#include "requests/conversation.bpf.h"
#include "requests/http.bpf.h"
#include "requests/limit.bpf.h"
#include "requests/wanted.bpf.h"

#define EACH 0x0101010101010101ULL
#define WORD_BYTES 8

/*
 * Whether another request follows the head that begins there, within its first bytes. A blank line is found by words:
 * where a CR comes behind an LF, a byte of the sum of their differences is 0. A global function: the verifier walks
 * through it once.
 */
__noinline int has_next(struct __sk_buff *skb, __u32 offset, __u32 length)
{
	__u64 words[PART / WORD_BYTES], before = 0, differing, below, head = 0;
	__u32 at, i, end;

	for (at = 0; at < USUAL && at < length; at += PART) {
		if (load_part(skb, offset + at, length - at, (__u8 *)words))
			return 0;
		for (i = 0; i < PART / WORD_BYTES; i++) {
			differing = ((words[i] << 8 | before >> 56) ^ '\n' * EACH) | (words[i] ^ '\r' * EACH);
			before = words[i];
			differing = (differing - EACH) & ~differing & 0x80 * EACH;
			if (!differing)
				continue;
			below = (differing & -differing) - 1; /* all bits of the bytes before, and 7 of that one */
			end = at + i * WORD_BYTES + 1 + ((below & EACH) * EACH >> 56);
			return end + HEAD_BYTES <= length &&
			       !bpf_skb_load_bytes(skb, offset + end, &head, HEAD_BYTES) && is_request(head);
		}
	}
	return 0;
}

#define PAIR(high, low) ((__u64)(high) << 32 | (__u32)(low))

/* Its ports and the number of its first byte; where what a segment has of it begins there, and how long it is. */
struct beginning {
	__u32 ports;
	__u32 sequence;
	__u32 offset;
	__u32 length;
};

/* enum decided, or-ed: what is decided of a request at the first of its ends, of which a part of the limit is taken. */
static __always_inline __u32 decide(struct __sk_buff *skb, struct conversation *talk, struct beginning *begins,
				    int goes_with)
{
	__u32 decided = DECIDED;

	if (is_over_limit(bpf_ktime_get_ns()) ? !goes_with || talk->skips : goes_with && talk->skips == SKIPS_HELD)
		decided |= DECIDED_HELD;
	if (decided & DECIDED_HELD && has_next(skb, begins->offset, begins->length))
		decided |= DECIDED_SEVERAL;
	return decided;
}

/*
 * A request of HTTP begins: whether it is told, and what is said with it (PIECE_AFTER, PIECE_HEAD). One that `follows`
 * another without waiting goes with it, as their answers come together. Two halves a number: struct beginning; above
 * HOW() how many bytes of it came before the segment: no text is looked for in what is left. A global function, which finds
 * the conversation anew: the verifier would walk through all that comes behind it for each way
 * through it.
 */
__noinline int choose_request(struct __sk_buff *skb, __u64 head, __u64 ports_sequence, __u64 offset_length, __u64 how)
{
	struct beginning begins = { ports_sequence >> 32, ports_sequence, offset_length >> 32, offset_length };
	int direction = how & 1, follows = how >> 8 & PIECE_HEAD, is_first_end = direction == PIECE_SENT, goes_with;
	struct conversation *talk = talk_of(skb);
	__u32 decided, flags = 0;
	enum skips skips = SKIPS_NOTHING;

	if (!talk)
		return 0;
	decided = is_first_end ? 0 : decided_before(begins.ports, begins.sequence);
	goes_with = follows && talk->skips != SKIPS_UNWANTED;
	if (!decided && !(goes_with && !talk->skips) &&
	    !is_wanted_request(skb, begins.ports, head, begins.offset, how >> 32 ? 0 : begins.length)) {
		skips = SKIPS_UNWANTED;
		count_unwanted();
	} else {
		if (!decided) {
			decided = decide(skb, talk, &begins, goes_with);
			if (is_first_end)
				note_decided(begins.ports, begins.sequence, decided);
			if (decided & DECIDED_HELD)
				count_held_back();
		}
		if (decided & DECIDED_HELD)
			skips = SKIPS_HELD;
	}
	if (skips && (follows || decided & DECIDED_SEVERAL))
		talk->mixes = 1;
	if (!skips && (talk->skips == SKIPS_UNWANTED || talk->skips == SKIPS_HELD))
		flags = talk->mixes ? PIECE_AFTER | PIECE_HEAD : PIECE_AFTER;
	skip(talk, skips, direction);
	return flags;
}

/* Something else than HTTP begins, `in_turn` bytes before: whether it is told. */
static __always_inline void choose_connection(struct __sk_buff *skb, struct conversation *talk, struct about *about,
					      __u32 in_turn)
{
	__u32 ports = PORTS(&about->segment), sequence = about->segment.sequence + about->skip - in_turn;

	talk->skips = SKIPS_NOTHING;
	if (!is_wanted_between(skb, ports, talk->speech)) {
		talk->skips = SKIPS_UNWANTED;
		talk->passes = BOTH_PASS;
		count_unwanted();
	} else if (talk->speech == SPEECH_TLS && is_held_back(ports, sequence, bpf_ktime_get_ns())) {
		talk->skips = SKIPS_HELD;
		talk->passes = BOTH_PASS;
	}
}
