/* SPDX-License-Identifier: MIT */
/* Processes that own sockets: their parent, cgroup, command line and name. */
#pragma once
#include "kernel/compat.h"
#include "abi/sizes.h"
#include "socket/socket.bpf.h"
#include "abi/process.h"

#define CGROUP_DEPTH 16

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, PEOPLE);
	__type(key, struct person_key);
	__type(value, struct person);
} people SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, CGROUPS);
	__type(key, __u64);
	__type(value, struct cgroup_name);
} cgroups SEC(".maps");

const struct person nobody = {};
const struct cgroup_name no_cgroup = {};

/*
 * Keeps the name of a cgroup, by the address of its node: where the one above it is, or 0 where that is known or there
 * is none. This and the next ones are global functions: the verifier walks through each once, and not in each state
 * that a caller may be in.
 */
__noinline __u64 meet_node(__u64 address)
{
	struct kernfs_node *node = (void *)address, *above;
	__u64 id = BPF_CORE_READ(node, id);
	struct cgroup_name *entry;

	if (bpf_map_update_elem(&cgroups, &id, &no_cgroup, BPF_NOEXIST))
		return 0;
	entry = bpf_map_lookup_elem(&cgroups, &id);
	if (!entry)
		return 0;
	above = parent_node(node);
	bpf_probe_read_kernel_str(entry->name, sizeof(entry->name), BPF_CORE_READ(node, name));
	entry->parent = above ? BPF_CORE_READ(above, id) : 0;
	return (__u64)above;
}

/* Keeps the names from the cgroup of a task, by its address, up to the root, or to one that is known. */
__noinline __u64 meet_cgroup(__u64 address)
{
	struct task_struct *task = (void *)address;
	struct kernfs_node *node;
	__u64 at;

	if (!has_cgroups(task))
		return 0;
	node = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn);
	at = (__u64)node;
	for (int i = 0; i < CGROUP_DEPTH && at; i++)
		at = meet_node(at);
	return BPF_CORE_READ(node, id);
}

/* Of the process that runs. */
static __always_inline void read_command(struct task_struct *task, struct person *person)
{
	__u64 start = BPF_CORE_READ(task, mm, arg_start);
	__u64 bytes = BPF_CORE_READ(task, mm, arg_end) - start;

	if (!start)
		return;
	if (bytes > sizeof(person->command))
		bytes = sizeof(person->command);
	if (!bpf_probe_read_user(person->command, bytes, (void *)start))
		person->command_bytes = bytes;
}

/* The process of a task, by its address; `running`: it is the current one. */
__noinline int meet(__u64 address, __u64 start_ns, __u32 pid, int running)
{
	struct person_key key = { .start_ns = start_ns, .pid = pid };
	struct task_struct *task = (void *)address;
	struct person *person;

	if (bpf_map_update_elem(&people, &key, &nobody, BPF_NOEXIST))
		return 0;
	person = bpf_map_lookup_elem(&people, &key);
	if (!person)
		return 0;
	person->parent_pid = BPF_CORE_READ(task, group_leader, real_parent, tgid);
	BPF_CORE_READ_STR_INTO(&person->comm, task, group_leader, comm);
	person->cgroup = meet_cgroup(address);
	if (running)
		read_command(task, person);
	return 0;
}

/* The running process; a global function too. */
__noinline int meet_current(void)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	return meet((__u64)task, BPF_CORE_READ(task, group_leader, start_boottime), BPF_CORE_READ(task, tgid), 1);
}
