/* SPDX-License-Identifier: MIT */
/* What a conversation speaks, from turn to turn, and whether it is still of interest. */
#pragma once
#include "packet/identity.bpf.h"
#include "requests/conversation.bpf.h"
#include "requests/wanted.bpf.h"

#define TURNS_TRIED 8 /* a socket of which none of the first ones begins like something known is passed over */
#define TLS_TURNS 8 /* so many a handshake has, with another hello and TLS 1.2's tickets */
#define LONGEST_FLIGHT 65536 /* of a handshake: certificates of a chain */

/*
 * What begins with these `n` bytes, as far as there are as many in `head`. Of a few a request of HTTP alone is known: an
 * H may be that of an answer.
 */
static __always_inline enum speech beginning(__u64 head, __u32 n)
{
	if (n >= HEAD_BYTES)
		return speech_of(head);
	return head != 'H' && begins_request(head, n) ? SPEECH_HTTP : SPEECH_UNKNOWN;
}

/* Whether something known begins here. */
static __always_inline int is_known(struct __sk_buff *skb, struct bpf_sock *sk, struct conversation *talk,
				    const struct about *about, __u64 head, int in_turn)
{
	__u32 n = about->segment.length - about->skip;
	enum speech speech = is_of_dns(&about->segment) ? SPEECH_DNS : beginning(head, n);

	if (in_turn) /* a probe of the tail may bring the end of a head first */
		return 0;
	if (speech == SPEECH_UNKNOWN) {
		if (++talk->turns >= TURNS_TRIED)
			pass_over(talk);
		return 0;
	}
	talk->cookie = identity(skb, sk);
	talk->speech = speech;
	talk->turns = 0;
	if (speech == SPEECH_HTTP && n < SURE_BYTES) {
		talk->unsure = n;
		talk->begun = head;
		talk->asker = 1 + about->direction;
	}
	return 1;
}

/* Whether what began with too few bytes goes on as a request. If not it was none. */
static __always_inline int goes_on(struct conversation *talk, const struct about *about, __u64 head, __u32 in_turn)
{
	__u32 n = about->segment.length - about->skip, known = talk->unsure & 3;

	talk->begun |= (__u32)head << 8 * known;
	talk->unsure = 0;
	if (talk->asker == 1 + about->direction && in_turn == known && begins_request(talk->begun, known + n)) {
		if (known + n < SURE_BYTES)
			talk->unsure = known + n;
		return 1;
	}
	talk->speech = SPEECH_UNKNOWN;
	talk->asker = 0;
	skip(talk, SKIPS_NOTHING, about->direction);
	if (++talk->turns >= TURNS_TRIED)
		pass_over(talk);
	return 0;
}

/* Whether a handshake of TLS is over: what follows it is encrypted, and costs no more than a look-up. */
static __always_inline int is_encrypted(struct conversation *talk, struct about *about, __u64 head, __u32 in_turn)
{
	if (!in_turn && AT(head, 0) == TLS_APPLICATION_DATA)
		return 1;
	if (about->flags & PIECE_TURN)
		talk->turns++;
	return talk->turns > TLS_TURNS || in_turn > LONGEST_FLIGHT;
}

/* Whether the answer to how a client begins, or a server's end: names are not learned of what follows. */
static __always_inline int is_named(struct conversation *talk, struct about *about)
{
	return talk->speech != SPEECH_UNKNOWN && talk->speech != SPEECH_DNS && about->direction == PIECE_RECEIVED &&
	       are_names_alone();
}

/* A connection that was taken for what it is not is passed over; one may go on encrypted. */
static __always_inline void check_speech(struct conversation *talk, __u64 head, __u32 length)
{
	if (may_speak(talk->speech, head, length)) {
		talk->turns = 0;
	} else if (is_hello(head)) {
		talk->speech = SPEECH_TLS;
		talk->turns = 0;
		talk->streams[PIECE_SENT].number = talk->streams[PIECE_RECEIVED].number = 0;
	} else if (++talk->turns >= TURNS_TRIED) {
		pass_over(talk);
	}
}

static __always_inline int is_told_at_length(__u8 speech)
{
	return speech == SPEECH_TLS || speech == SPEECH_REDIS || speech == SPEECH_DNS;
}

static __always_inline int is_database(enum speech speech)
{
	return speech == SPEECH_REDIS || speech == SPEECH_POSTGRESQL || speech == SPEECH_MYSQL;
}
