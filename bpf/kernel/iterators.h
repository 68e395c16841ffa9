/* SPDX-License-Identifier: MIT */
/* A part of kernel.h: what an iterator's program is given. */
#pragma once
#include "kernel/kernel.h"

struct seq_file;

/* A kernel may be built without, or have it in a module. */
struct packet_sock {
	int ifindex;
	__be16 num;
} RELOCATE;

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id; /* another for each iterator that is opened */
} RELOCATE;

struct bpf_iter__tcp {
	struct bpf_iter_meta *meta;
	struct sock_common *sk_common;
} RELOCATE;

struct bpf_iter__udp {
	struct bpf_iter_meta *meta;
	struct udp_sock *udp_sk;
} RELOCATE;

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	struct file *file;
} RELOCATE;
