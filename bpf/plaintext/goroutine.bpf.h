/* SPDX-License-Identifier: MIT */
/*
 * Goroutines: a call of one may begin on a thread and end on another one, so that it is known by the goroutine. Go has
 * the running one's struct in a register within its own code, and in the thread's storage beside.
 */
#pragma once
#include "plaintext/session.bpf.h"

/* Those in which a call of Go was seen: no other thread is asked for its goroutine. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, GO_PROCESSES);
	__type(key, __u32);
	__type(value, __u32);
} go_processes SEC(".maps");

#if defined(__TARGET_ARCH_x86)
struct thread_struct___storage {
	unsigned long fsbase;
} RELOCATE;

struct task_struct___storage {
	struct thread_struct___storage thread;
} RELOCATE;

/* Where Go has the running goroutine in a thread's storage: runtime/asm_amd64.s. */
#define GOROUTINE_AT -8

/* The goroutine that runs on this thread. */
static __always_inline int find_goroutine(struct call_key *actor)
{
	struct task_struct___storage *task = (void *)bpf_get_current_task();
	__u32 process = bpf_get_current_pid_tgid() >> 32;

	if (!bpf_map_lookup_elem(&go_processes, &process))
		return 0;
	actor->process = process;
	return !bpf_probe_read_user(&actor->actor, sizeof(actor->actor),
				    (void *)(BPF_CORE_READ(task, thread.fsbase) + GOROUTINE_AT));
}
#else
static __always_inline int find_goroutine(struct call_key *actor)
{
	return 0;
}
#endif
