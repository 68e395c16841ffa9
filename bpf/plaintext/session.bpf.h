/* SPDX-License-Identifier: MIT */
/* Sessions of TLS, calls that are under way, and how text of them is told. */
#pragma once
#include "abi/plaintext.h"
#include "requests/frames.bpf.h"
#include "requests/http.bpf.h"
#include "socket/socket.bpf.h"

#define SMALL 128
#define USUAL 512
#define TURNS_TRIED 8 /* a session of which none of the first ones begins like something known is passed over */

struct place {
	__u64 cookie; /* 0: not known */
	__u8 local[16];
	__u8 remote[16];
	__u16 local_port;
	__u16 remote_port;
	__u32 _pad;
};

struct call {
	__u64 session;
	__u64 buffer;
	__u64 length_at; /* where the call says how much it moved; 0: it returns it. Of Go: how much it is to move */
	__u64 stack; /* the return has this too: that of a call within it has another one */
	__u64 start_ns; /* of the thread, the goroutine's process: another one may have its number later */
	__u32 direction;
	__u32 carried; /* bytes that sockets moved within the call, in its direction */
	struct place place; /* of the first one that did */
	__u32 is_mixed; /* there was another one */
	__u32 is_go;
};

/* No LRU: a call that is forgotten would leave a hole that nobody knows of. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, TEXT_CALLS);
	__type(key, struct call_key);
	__type(value, struct call);
} calls SEC(".maps");

static __always_inline struct call *find_call(struct call_key *actor, __u32 direction)
{
	struct call_key key = { .actor = actor->actor, .direction = direction, .process = actor->process };

	return bpf_map_lookup_elem(&calls, &key);
}

struct session_key {
	__u64 session;
	__u32 pid;
	__u32 _pad;
};

struct text_stream {
	__u64 last_ns;
	__u32 next; /* bytes so far */
	__u32 turn;
	__u32 other;
	__u16 number;
	__u16 seen;
};

struct session {
	__u64 since_ns;
	struct place place;
	struct text_stream streams[2];
	__u8 speech;
	__u8 turns;
	__u8 _pad[6];
	struct frames frames[2]; /* of HTTP/2 */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, TEXT_SESSIONS);
	__type(key, struct session_key);
	__type(value, struct session);
} sessions SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, TEXTS_BYTES);
} texts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct text_count);
} text_counts SEC(".maps");

static __always_inline struct text_count *text_count(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&text_counts, &zero);
}

static __always_inline void fill_text(struct text_piece *text, struct session_key *key, struct session *session,
				      __u32 direction)
{
	struct text_stream *sent = &session->streams[PIECE_SENT], *received = &session->streams[PIECE_RECEIVED];
	struct text_stream *stream = direction == PIECE_SENT ? sent : received;
	struct piece *piece = &text->piece;

	__builtin_memset(text, 0, sizeof(*text));
	text->session = key->session;
	text->since_ns = session->since_ns;
	text->pid = key->pid;
	text->uid = bpf_get_current_uid_gid();
	piece->at_ns = bpf_ktime_get_ns();
	piece->cookie = session->place.cookie;
	__builtin_memcpy(piece->local, session->place.local, 16);
	__builtin_memcpy(piece->remote, session->place.remote, 16);
	piece->local_port = session->place.local_port;
	piece->remote_port = session->place.remote_port;
	piece->last_sent_ns = sent->last_ns;
	piece->last_received_ns = received->last_ns;
	piece->next_sent = sent->next;
	piece->next_received = received->next;
	piece->sequence = stream->next;
	piece->turn = stream->turn;
	piece->number = stream->number;
	piece->direction = direction;
	piece->speech = session->speech;
	piece->protocol = IPPROTO_TCP;
}

static __always_inline void lose_text(struct session *session, __u32 direction)
{
	struct text_count *count = text_count();

	session->streams[direction & 1].number++;
	if (count)
		__sync_fetch_and_add(&count->ring_full, 1);
}

/* Without text: the socket is known now, or the session is over. */
static __always_inline void tell_bare(struct session_key *key, struct session *session, __u32 direction, __u32 flags)
{
	struct text_piece *text = bpf_ringbuf_reserve(&texts, sizeof(*text), 0);

	session->streams[direction & 1].number++;
	if (!text) {
		lose_text(session, direction);
		return;
	}
	fill_text(text, key, session, direction);
	text->piece.flags = flags;
	bpf_ringbuf_submit(text, BPF_RB_NO_WAKEUP);
}

static __always_inline void tell_place(struct session_key *key, struct session *session)
{
	if (session->speech > SPEECH_OTHER)
		tell_bare(key, session, PIECE_SENT, 0);
}
