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

/*
 * A request of HTTP begins: whether it is told. One that `follows` another without waiting goes with it, as their answers
 * come together.
 */
static __always_inline void choose_request(struct __sk_buff *skb, struct conversation *talk, struct about *about,
					   __u64 head, __u32 n)
{
	__u32 ports = PORTS(&about->segment), sequence = about->segment.sequence + about->skip - about->early;
	__u32 offset = about->segment.offset + about->skip;
	int follows = about->flags & PIECE_HEAD, goes_with = follows && talk->skips != SKIPS_UNWANTED;
	int is_first_end = about->direction == PIECE_SENT;
	__u32 decided = is_first_end ? 0 : decided_before(ports, sequence);
	enum skips skips = SKIPS_NOTHING;

	if (!decided && !(goes_with && !talk->skips) &&
	    !is_wanted_request(skb, ports, head, offset, about->early ? 0 : n)) {
		skips = SKIPS_UNWANTED;
		count_unwanted();
	} else {
		if (!decided) {
			decided = DECIDED;
			if (is_over_limit(bpf_ktime_get_ns()) ? !goes_with || talk->skips
							      : goes_with && talk->skips == SKIPS_HELD)
				decided |= DECIDED_HELD;
			if (decided & DECIDED_HELD && has_next(skb, offset, n))
				decided |= DECIDED_SEVERAL;
			if (is_first_end)
				note_decided(ports, sequence, decided);
			if (decided & DECIDED_HELD)
				count_held_back();
		}
		if (decided & DECIDED_HELD)
			skips = SKIPS_HELD;
	}
	if (skips && (follows || decided & DECIDED_SEVERAL))
		talk->mixes = 1;
	if (!skips && (talk->skips == SKIPS_UNWANTED || talk->skips == SKIPS_HELD))
		about->flags |= talk->mixes ? PIECE_AFTER | PIECE_HEAD : PIECE_AFTER;
	skip(talk, skips, about->direction);
}

/* Something else than HTTP begins: whether it is told. */
static __always_inline void choose_connection(struct __sk_buff *skb, struct conversation *talk, struct about *about)
{
	__u32 ports = PORTS(&about->segment), sequence = about->segment.sequence + about->skip - about->early;

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
