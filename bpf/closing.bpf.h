/* SPDX-License-Identifier: MIT */
/* The last reading of a socket, on its way to user space. */
#pragma once
#include "record.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20);
} closed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct socket_record);
} closed_overflow SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct account_loss);
} losses SEC(".maps");

static __always_inline struct account_loss *loss(void)
{
	__u32 zero = 0;
	return bpf_map_lookup_elem(&losses, &zero);
}

/* The ring is full: the record waits in a map instead. */
static __always_inline void overflow(struct socket_record *record)
{
	struct account_loss *lost = loss();

	if (!lost)
		return;
	if (bpf_map_update_elem(&closed_overflow, &record->cookie, record, BPF_ANY))
		lost->closed_lost++;
	else
		lost->closed_full++;
}

/*
 * The last reading. Not when the socket is destroyed: a process may hold it long after a reset, and
 * tcp_disconnect (SO_LINGER 0, or connecting anew) sets its counters to 0.
 */
static __always_inline void on_close(struct sock *sk, __u64 cookie)
{
	struct socket_record record;

	read_socket(sk, cookie, &record);
	read_tcp((struct tcp_sock *)sk, &record, 0);
	record.state = TCP_CLOSE;
	if (record.remote_port && bpf_ringbuf_output(&closed, &record, sizeof(record), BPF_RB_NO_WAKEUP))
		overflow(&record);
	forget_flow(sk, cookie);
}
