/* SPDX-License-Identifier: MIT */
/* How a call of a thread or a goroutine begins and ends. */
#pragma once
#include "plaintext/text.bpf.h"

#define MOST_MOVED 0x7fffffff

struct task_struct___started {
	__u64 start_time;
	struct task_struct___started *group_leader;
} RELOCATE;

static __always_inline __u64 thread_start(void)
{
	struct task_struct___started *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, start_time);
}

static __always_inline __u64 process_start(void)
{
	struct task_struct___started *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, group_leader, start_time);
}

/* 0: it is not followed. A call within one of the same direction is left out: what it moves, the outer one tells. */
static __noinline int begin_call(struct call_key *key, struct call *call)
{
	struct call *under_way = bpf_map_lookup_elem(&calls, key);
	struct session_key session_key = { .session = call->session, .pid = bpf_get_current_pid_tgid() >> 32 };
	struct session *known;
	struct text_count *count;

	if (under_way && under_way->start_ns == call->start_ns && under_way->stack > call->stack)
		return 0;
	if (!bpf_map_update_elem(&calls, key, call, BPF_ANY))
		return 1;
	known = bpf_map_lookup_elem(&sessions, &session_key);
	count = text_count();
	if (known)
		known->streams[call->direction & 1].number++; /* a gap, from which on nothing is put together */
	if (count)
		__sync_fetch_and_add(&count->calls_full, 1);
	return 0;
}

/* The call that began with the same stack. */
static __always_inline int end_call(struct call_key *actor, __u64 stack, struct call *call)
{
	struct call_key key = { .actor = actor->actor, .direction = PIECE_SENT, .process = actor->process };
	struct call *under_way = bpf_map_lookup_elem(&calls, &key);

	if (!under_way || under_way->stack != stack) {
		key.direction = PIECE_RECEIVED;
		under_way = bpf_map_lookup_elem(&calls, &key);
	}
	if (!under_way || under_way->stack != stack)
		return 0;
	*call = *under_way;
	bpf_map_delete_elem(&calls, &key);
	return 1;
}

/* The session is gone; another one may take its place in memory. */
static __always_inline int forget_session(struct session_key *key)
{
	struct session *session = bpf_map_lookup_elem(&sessions, key);

	if (!session)
		return 0;
	if (session->speech > SPEECH_OTHER) {
		tell_bare(key, session, PIECE_SENT, PIECE_FIN);
		tell_bare(key, session, PIECE_RECEIVED, PIECE_FIN);
	}
	bpf_map_delete_elem(&sessions, key);
	return 0;
}
