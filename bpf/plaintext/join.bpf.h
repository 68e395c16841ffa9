/* SPDX-License-Identifier: MIT */
/*
 * Which socket a session of TLS is spoken over. Callbacks of a library may do anything within its calls, so that a
 * socket that moves bytes there is not yet the session's. It is if it is the only one, and moved what the text has once
 * it is encrypted: in a call to write exactly that, in one to read that at least. A program that moves the encrypted
 * bytes itself (a memory BIO) sends them after the call: the next send of the same thread is the session's if it has
 * exactly that length.
 */
#pragma once
#include "plaintext/goroutine.bpf.h"

/* Header, type and tag of a record in TLS 1.3; header, number and tag in TLS 1.2, by cipher. RFC 8446, 5.2; RFC 5288; RFC 7905. */
#define RECORD_13 22
#define RECORD_12_GCM 29
#define RECORD_12_CHACHA 21
#define TAG 16
#define MOST_TEXT 16384 /* of a record */
#define LEAST_TEXT 1024 /* of a record of Go but the last: it begins with those that fit into a packet */
#define SOON_NS 1000000000ULL

/* Text that a thread wrote, and that no send of it was seen to carry. */
struct unsent {
	struct session_key key;
	__u64 at_ns;
	__u32 length;
	__u32 records;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, TEXT_CALLS);
	__type(key, __u64);
	__type(value, struct unsent);
} unsent_texts SEC(".maps");

static __always_inline __u32 records_of(__u32 length)
{
	return (length + MOST_TEXT - 1) / MOST_TEXT;
}

static __always_inline int is_encrypted(__u32 bytes, __u32 length, __u32 records)
{
	__u32 over = bytes - length;

	return over == records * RECORD_13 || over == records * RECORD_12_GCM || over == records * RECORD_12_CHACHA;
}

static __always_inline int is_split(__u32 over, __u32 record, __u32 length)
{
	__u32 records = over / record;

	return over == records * record && records >= records_of(length) && records <= length / LEAST_TEXT + 1;
}

/* In records of Go, of which only the bounds are known. */
static __always_inline int is_encrypted_by_go(__u32 bytes, __u32 length)
{
	__u32 over = bytes - length;

	return is_split(over, RECORD_13, length) || is_split(over, RECORD_12_GCM, length) ||
	       is_split(over, RECORD_12_CHACHA, length);
}

/* Whether the call's socket is the session's. */
static __always_inline int is_proved(struct call *call, __u32 length)
{
	if (!call->place.cookie || call->is_mixed || !length)
		return 0;
	if (call->direction == PIECE_SENT && call->is_go)
		return is_encrypted_by_go(call->carried, length);
	if (call->direction == PIECE_SENT)
		return is_encrypted(call->carried, length, records_of(length));
	return call->carried >= length + TAG;
}

static __always_inline void note_unsent(__u64 thread, struct session_key *key, __u32 length)
{
	struct unsent *known = bpf_map_lookup_elem(&unsent_texts, &thread);
	struct unsent unsent = { .key = *key };

	if (known && known->key.session == key->session && known->key.pid == key->pid)
		unsent = *known;
	unsent.at_ns = bpf_ktime_get_ns();
	unsent.length += length;
	unsent.records += records_of(length);
	bpf_map_update_elem(&unsent_texts, &thread, &unsent, BPF_ANY);
}

static __always_inline void read_place(struct sock *sk, struct place *place)
{
	place->cookie = IDENTITY(sk);
	read_addresses(sk, place->local, place->remote);
	place->local_port = local_port(sk);
	place->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
}

static __always_inline void carry(struct call *call, struct sock *sk, __u32 bytes)
{
	if (!call->place.cookie)
		read_place(sk, &call->place);
	else if (call->place.cookie != IDENTITY(sk))
		call->is_mixed = 1;
	call->carried += bytes;
}

/* A socket of TCP moved bytes for the thread that runs. */
static __always_inline int on_moved(struct sock *sk, long bytes, __u32 direction)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct call_key actor = { .actor = thread }, goroutine = {};
	struct call *call, *other;
	struct session *session;
	struct session_key key;
	struct unsent unsent, *found;

	if (find_goroutine(&goroutine) && (find_call(&goroutine, direction) || find_call(&goroutine, !direction)))
		actor = goroutine;
	call = find_call(&actor, direction);
	other = find_call(&actor, !direction);
	if (call && other && other->stack < call->stack)
		call = 0; /* the other one is within it */
	found = !call && direction == PIECE_SENT ? bpf_map_lookup_elem(&unsent_texts, &thread) : 0;
	if ((!call && !found) || bytes <= 0 || !sk || BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP || !is_inet(sk))
		return 0;
	if (call) {
		carry(call, sk, bytes);
		return 0;
	}
	unsent = *found;
	key = unsent.key;
	bpf_map_delete_elem(&unsent_texts, &thread);
	if (bpf_ktime_get_ns() - unsent.at_ns > SOON_NS || !is_encrypted(bytes, unsent.length, unsent.records))
		return 0;
	session = bpf_map_lookup_elem(&sessions, &key);
	if (session && !session->place.cookie) {
		read_place(sk, &session->place);
		tell_place(&key, session);
	}
	return 0;
}
