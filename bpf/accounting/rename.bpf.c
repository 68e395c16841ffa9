/* SPDX-License-Identifier: MIT */
/* Processes that take another name. */
#pragma once
#include "abi/sizes.h"
#include "socket/process.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RENAMES_BYTES);
} renames SEC(".maps");

/* By exec, prctl or /proc. Threads have names of their own: the process's is that of its first. */
SEC("tp_btf/task_rename")
int BPF_PROG(on_rename, struct task_struct *task, const char *comm)
{
	struct renamed record = { .pid = BPF_CORE_READ(task, tgid) };
	struct person_key key = { .pid = record.pid };
	struct person *person;

	if (BPF_CORE_READ(task, pid) != record.pid)
		return 0;
	key.start_ns = record.start_ns = BPF_CORE_READ(task, start_boottime);
	person = bpf_map_lookup_elem(&people, &key);
	if (!person)
		return 0;
	bpf_probe_read_kernel_str(record.comm, sizeof(record.comm), comm);
	__builtin_memcpy(person->comm, record.comm, sizeof(person->comm));
	person->command_bytes = 0; /* maybe of another program now */
	bpf_ringbuf_output(&renames, &record, sizeof(record), BPF_RB_NO_WAKEUP);
	return 0;
}
