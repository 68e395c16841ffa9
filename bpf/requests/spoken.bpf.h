/* SPDX-License-Identifier: MIT */
/* What a conversation speaks, from turn to turn, and whether it is still of interest. */
#pragma once
#include "packet/identity.bpf.h"
#include "requests/conversation.bpf.h"
#include "requests/speech.bpf.h"
#include "requests/wanted.bpf.h"

#define TURNS_TRIED 8 /* a socket of which none of the first ones begins like something known is passed over */
#define TLS_TURNS 8 /* so many a handshake has, with another hello and TLS 1.2's tickets */
#define LONGEST_FLIGHT 65536 /* of a handshake: certificates of a chain */

static __always_inline int is_database(enum speech speech)
{
	return speech == SPEECH_REDIS || speech == SPEECH_POSTGRESQL || speech == SPEECH_MYSQL;
}

/*
 * Whether something known begins here, or did `early` bytes before, where it had too few. What databases say is not told
 * apart by so little.
 */
static __always_inline int is_known(struct __sk_buff *skb, struct bpf_sock *sk, struct conversation *talk, __u64 head,
				    struct segment *segment, __u32 in_turn, __u32 early)
{
	enum speech speech = is_of_dns(segment) ? SPEECH_DNS : speech_of(head);

	if (in_turn != early) /* a probe of the tail may bring the end of a head first */
		return 0;
	if (speech == SPEECH_UNKNOWN || (early && is_database(speech))) {
		if (!early && ++talk->turns >= TURNS_TRIED)
			pass_over(talk);
		return 0;
	}
	talk->cookie = identity(skb, sk);
	note_skipped(talk->cookie, 0); /* where it is an address, another one may have had it */
	talk->speech = speech;
	talk->turns = 0;
	return 1;
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

/*
 * Bytes of a turn that are told; of a hello all, as its names may come last, of Redis as much as commands that follow
 * each other without waiting may have, and of DNS as much as is told of a datagram.
 */
const volatile __u32 turn_budget = USUAL;
const volatile __u32 large_budget = LARGE;

static __always_inline __u32 budget_of(__u8 speech)
{
	return speech == SPEECH_TLS || speech == SPEECH_REDIS || speech == SPEECH_DNS ? large_budget : turn_budget;
}
