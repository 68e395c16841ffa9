/* SPDX-License-Identifier: MIT */
/*
 * Programs that can be preempted. The kernel skips a program that already runs on that CPU; from 7.0 that may be the
 * program of another task, which was preempted halfway. So from there each tracepoint gets two programs: the second
 * handles the calls that the first was skipped for. Where the maps show that the work is done it returns; a counted
 * call leaves a mark. A call that both are skipped for is lost. If only the second is skipped, the first one's mark
 * stays, and one later call may be lost by it. So no more calls are lost than the second was skipped for.
 */
#pragma once
#include "socket/life.bpf.h"

/* Whether the second ones are attached. */
const volatile _Bool has_again = 0;

/* Calls of a task that the first program has seen to, and the second not yet looked at. */
struct seen_calls {
	__u8 sent;
	__u8 received;
};

/* Not made without the second programs: older kernels do not know it. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct seen_calls);
} seen_calls SEC(".maps");

/* Whether the program, its tracepoint's first or second one, is to see to this call. */
static __always_inline int is_its_turn(int receive, int again)
{
	struct seen_calls *seen;
	__u8 *mark;

	if (!has_again)
		return 1;
	seen = bpf_task_storage_get(&seen_calls, bpf_get_current_task_btf(), 0,
				    again ? 0 : BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!seen)
		return again;
	mark = receive ? &seen->received : &seen->sent;
	if (again && *mark) {
		*mark = 0;
		return 0;
	}
	*mark = !again;
	return 1;
}

/*
 * Whether the first program saw to a change of state: then it is the newest of the socket's life. What cannot
 * be known counts as seen to: where no life is begun, or there was no room.
 */
static __always_inline int is_entered(__u64 cookie, int old, int state)
{
	struct life *life = bpf_map_lookup_elem(&lives, &cookie);
	struct life_count *counts;
	__u32 zero = 0, count;

	if (state == TCP_LISTEN)
		return 1;
	if (!life) {
		counts = bpf_map_lookup_elem(&life_counts, &zero);
		if (!counts || counts->full)
			return 1;
		return state != TCP_SYN_SENT && state != TCP_SYN_RECV && old != TCP_SYN_RECV;
	}
	count = life->count;
	return count >= LIFE_STATES || (count > 0 && life->states[count - 1] == state);
}
