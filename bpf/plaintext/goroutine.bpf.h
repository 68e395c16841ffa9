/* SPDX-License-Identifier: MIT */
/*
 * Goroutines: a call of one may begin on a thread and end on another one, so that it is known by the goroutine. Go has
 * the running one's struct in a register within its own code, and in the thread's storage beside.
 */
#pragma once
#include "plaintext/session.bpf.h"

/* Those in which a call of Go was seen, with the place of the goroutine in a thread's storage: no other thread is asked. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, GO_PROCESSES);
	__type(key, __u32);
	__type(value, __s32);
} go_processes SEC(".maps");

#if defined(__TARGET_ARCH_x86)
struct thread_struct___storage {
	unsigned long fsbase;
} RELOCATE;

struct task_struct___storage {
	struct thread_struct___storage thread;
} RELOCATE;

/* Words below the thread's pointer. The linker gives Go one of them: the first, but where C has some of its own. */
#define STORAGE_WORDS 64

static __always_inline __u64 read_storage(__s32 place)
{
	struct task_struct___storage *task = (void *)bpf_get_current_task();
	__u64 word = 0;

	bpf_probe_read_user(&word, sizeof(word), (void *)(BPF_CORE_READ(task, thread.fsbase) + place));
	return word;
}

/* Finds the place of a goroutine that runs, for those of the same process. A global function: it is walked once. */
__noinline int learn_storage(__u64 goroutine)
{
	__u32 process = bpf_get_current_pid_tgid() >> 32;
	__s32 *known = bpf_map_lookup_elem(&go_processes, &process), place = 0;
	int i;

	if (known && read_storage(*known) == goroutine)
		return 0;
	for (i = 0; i < STORAGE_WORDS; i++) {
		place -= sizeof(__u64);
		if (read_storage(place) == goroutine)
			break;
	}
	return bpf_map_update_elem(&go_processes, &process, &place, BPF_ANY);
}

/* The goroutine that runs on this thread. */
static __always_inline int find_goroutine(struct call_key *actor)
{
	__u32 process = bpf_get_current_pid_tgid() >> 32;
	__s32 *place = bpf_map_lookup_elem(&go_processes, &process);

	if (!place)
		return 0;
	actor->process = process;
	actor->actor = read_storage(*place);
	return actor->actor != 0;
}
#else
static __always_inline int find_goroutine(struct call_key *actor)
{
	return 0;
}
#endif
