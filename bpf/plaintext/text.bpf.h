/* SPDX-License-Identifier: MIT */
/* What a call moved: its place in the session, and whether it is told. */
#pragma once
#include "plaintext/join.bpf.h"
#include "plaintext/text_frames.bpf.h"

/* The socket that the call used is the session's; another one than before: the session was used again. */
static __always_inline void place_session(struct session *session, struct place *place)
{
	if (place->cookie == session->place.cookie)
		return;
	if (session->place.cookie) {
		__builtin_memset(session, 0, sizeof(*session));
		session->since_ns = bpf_ktime_get_ns();
	}
	session->place = *place;
}

/* The socket of what was told when the call began. */
static __always_inline void place_written(struct call *call, struct session_key *key, __u32 length)
{
	struct session *session = bpf_map_lookup_elem(&sessions, key);
	int is_new = session && !session->place.cookie;

	if (!session || !is_proved(call, length))
		return;
	place_session(session, &call->place);
	if (is_new)
		tell_place(key, session);
}

/* What the text is, and whether a turn or a head begins with it. */
static __always_inline __u32 classify(struct session *session, struct text_stream *stream, __u64 head)
{
	__u32 in_turn = stream->next - stream->turn, flags = 0;

	if (!in_turn)
		flags = PIECE_TURN;
	if (session->speech == SPEECH_UNKNOWN && !in_turn) {
		if (is_request(head) || is_response(head))
			session->speech = SPEECH_HTTP;
		else if (begins_frames(bpf_be64_to_cpu(head)))
			session->speech = SPEECH_HTTP2;
		else if (++session->turns >= TURNS_TRIED)
			session->speech = SPEECH_OTHER;
	} else if (session->speech == SPEECH_HTTP && in_turn && (is_request(head) || is_response(head))) {
		flags = PIECE_HEAD;
		stream->turn = stream->next;
	}
	return flags;
}

/* `n` bytes of a program's memory, 1 to SIZE: the verifier believes a mask. */
#define TELL_TEXT(SIZE)                                                                         \
	do {                                                                                    \
		struct text_piece *text = bpf_ringbuf_reserve(&texts, sizeof(*text) + SIZE, 0); \
		__u64 last = captured - 1;                                                      \
                                                                                                \
		if (!text) {                                                                    \
			lose_text(session, direction);                                          \
			return;                                                                 \
		}                                                                               \
		stream->number++;                                                               \
		fill_text(text, key, session, direction);                                       \
		text->piece.flags = flags;                                                      \
		text->piece.length = length;                                                    \
		asm volatile("" : "+r"(last));                                                  \
		last &= SIZE - 1;                                                               \
		if (!bpf_probe_read_user(text + 1, last + 1, (void *)call->buffer))             \
			text->piece.captured = captured;                                        \
		bpf_ringbuf_submit(text, BPF_RB_NO_WAKEUP);                                     \
	} while (0)

static __always_inline void tell_text(struct session_key *key, struct session *session, struct call *call, __u32 length,
				      __u32 flags)
{
	__u32 direction = call->direction & 1;
	struct text_stream *stream = &session->streams[direction];
	__u32 in_turn = stream->next - stream->turn;
	__u32 captured = length;

	if (in_turn >= USUAL)
		return;
	if (captured > USUAL - in_turn)
		captured = USUAL - in_turn;
	if (captured <= SMALL)
		TELL_TEXT(SMALL);
	else
		TELL_TEXT(USUAL);
}

#define IS_UNSENT 1
#define HAS_FRAMES 2

/* Whether the text was written, and the session has no socket yet. */
static __always_inline int is_unsent(struct session *session, struct call *call)
{
	return !session->place.cookie && call->direction == PIECE_SENT && !call->place.cookie ? IS_UNSENT : 0;
}

/* IS_UNSENT; HAS_FRAMES: these are to be told, which has no room on this stack. */
static __noinline int on_text(struct call *call, struct session_key *key, __u32 length)
{
	__u32 direction = call->direction & 1, flags;
	struct session *session = bpf_map_lookup_elem(&sessions, key);
	struct text_stream *stream;
	__u64 head = 0;
	__u32 other;

	if (!session) {
		struct session fresh = { .since_ns = bpf_ktime_get_ns() };

		bpf_map_update_elem(&sessions, key, &fresh, BPF_NOEXIST);
		session = bpf_map_lookup_elem(&sessions, key);
		if (!session)
			return 0;
	}
	if (is_proved(call, length))
		place_session(session, &call->place);
	if (!length || session->speech == SPEECH_OTHER)
		return 0;
	stream = &session->streams[direction];
	other = session->streams[!direction].next;
	if (!stream->seen || stream->other != other) {
		stream->seen = 1;
		stream->other = other;
		stream->turn = stream->next;
	}
	if (length >= HEAD_BYTES)
		bpf_probe_read_user(&head, HEAD_BYTES, (void *)call->buffer);
	flags = classify(session, stream, head);
	if (session->speech == SPEECH_HTTP2)
		return HAS_FRAMES | is_unsent(session, call);
	if (session->speech > SPEECH_OTHER)
		tell_text(key, session, call, length, flags);
	stream->next += length;
	stream->last_ns = bpf_ktime_get_ns();
	return is_unsent(session, call);
}
