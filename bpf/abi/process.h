/* SPDX-License-Identifier: MIT */
/* A part of the wire: what is kept of processes that own sockets, as they may end before anybody can look. */
#pragma once
#include <linux/types.h>

struct person_key {
	__u64 start_ns; /* since boot */
	__u32 pid;
	__u32 _pad;
};
_Static_assert(sizeof(struct person_key) == 16, "person_key");

struct person {
	__u64 cgroup; /* number of the cgroup in v2; the root where v2 is not in use */
	__u32 parent_pid;
	__u32 command_bytes; /* 0: not read, as the process was not running then */
	char comm[16];
	char command[160]; /* arguments, each ends with 0; cut where they are longer */
};
_Static_assert(sizeof(struct person) == 192, "person");

struct cgroup_name {
	__u64 parent; /* 0: it is the root */
	char name[120];
};
_Static_assert(sizeof(struct cgroup_name) == 128, "cgroup_name");

/* A process that owns sockets has another name now: it executed a program, or chose one. */
struct renamed {
	__u64 start_ns;
	__u32 pid;
	__u32 _pad;
	char comm[16];
};
_Static_assert(sizeof(struct renamed) == 32, "renamed");
