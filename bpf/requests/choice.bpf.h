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

/* What choose_request() is told above HOW(), and answers above the flags: enum skips, and whether requests mix. */
#define CHOSEN_SKIPS_SHIFT 24
#define CHOSEN_SKIPS(chosen) ((chosen) >> CHOSEN_SKIPS_SHIFT & 3)
#define CHOSEN_MIXES (1 << 26)
#define CHOSEN(skips, mixes) ((__u32)(skips) << CHOSEN_SKIPS_SHIFT | ((mixes) ? CHOSEN_MIXES : 0))

/*
 * enum decided, or-ed: what is decided of a request at the first of its ends, of which a part of the limit is taken.
 * `skipped`: the request that it `goes_with`, or the last one before it.
 */
static __always_inline __u32 decide(struct __sk_buff *skb, enum skips skipped, struct beginning *begins, int goes_with)
{
	__u32 decided = DECIDED;

	if (is_over_limit(bpf_ktime_get_ns()) ? !goes_with || skipped : goes_with && skipped == SKIPS_HELD)
		decided |= DECIDED_HELD;
	if (decided & DECIDED_HELD && has_next(skb, begins->offset, begins->length))
		decided |= DECIDED_SEVERAL;
	return decided;
}

/*
 * A request of HTTP begins: whether it is told (CHOSEN), and what is said with it (PIECE_AFTER, PIECE_HEAD). One that
 * `follows` another without waiting goes with it, as their answers come together. Two halves a number: struct beginning;
 * above HOW() how many bytes of it came before the segment: no text is looked for in what is left. A global function of
 * numbers alone: the verifier would walk through all that comes behind it for each way through it.
 */
__noinline int choose_request(struct __sk_buff *skb, __u64 head, __u64 ports_sequence, __u64 offset_length, __u64 how)
{
	struct beginning begins = { ports_sequence >> 32, ports_sequence, offset_length >> 32, offset_length };
	int follows = how >> 8 & PIECE_HEAD, is_first_end = (how & 1) == PIECE_SENT, mixes = how & CHOSEN_MIXES;
	enum skips skipped = CHOSEN_SKIPS(how), skips = SKIPS_NOTHING;
	int goes_with = follows && skipped != SKIPS_UNWANTED;
	__u32 decided = is_first_end ? 0 : decided_before(begins.ports, begins.sequence), flags = 0;

	if (!decided && !(goes_with && !skipped) &&
	    !is_wanted_request(skb, begins.ports, head, begins.offset, how >> 32 ? 0 : begins.length)) {
		skips = SKIPS_UNWANTED;
		count_unwanted();
	} else {
		if (!decided) {
			decided = decide(skb, skipped, &begins, goes_with);
			if (is_first_end)
				note_decided(begins.ports, begins.sequence, decided);
			if (decided & DECIDED_HELD)
				count_held_back();
		}
		if (decided & DECIDED_HELD)
			skips = SKIPS_HELD;
	}
	if (skips && (follows || decided & DECIDED_SEVERAL))
		mixes = 1;
	if (!skips && (skipped == SKIPS_UNWANTED || skipped == SKIPS_HELD))
		flags = mixes ? PIECE_AFTER | PIECE_HEAD : PIECE_AFTER;
	return CHOSEN(skips, mixes) | flags;
}

/* A request of HTTP begins, `in_turn` bytes before. */
static __always_inline void choose(struct __sk_buff *skb, struct conversation *talk, struct about *about, __u64 head,
				   __u32 in_turn)
{
	struct segment *segment = &about->segment;
	__u32 sequence = segment->sequence + about->skip - in_turn;
	__u32 offset = segment->offset + about->skip, length = segment->length - about->skip;
	__u32 how = HOW(about) | CHOSEN(talk->skips, talk->mixes);
	__u32 chosen =
		choose_request(skb, head, PAIR(PORTS(segment), sequence), PAIR(offset, length), PAIR(in_turn, how));

	about->flags |= chosen;
	if (chosen & CHOSEN_MIXES)
		talk->mixes = 1;
	skip(talk, CHOSEN_SKIPS(chosen), about->direction);
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
