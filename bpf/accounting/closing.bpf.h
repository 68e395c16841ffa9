/* SPDX-License-Identifier: MIT */
/* The last reading of a socket, on its way to user space. */
#pragma once
#include "abi/sizes.h"
#include "socket/life.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, CLOSED_BYTES);
} closed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, CLOSED_OVERFLOW);
	__type(key, __u64);
	__type(value, struct closed_record);
} closed_overflow SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct account_loss);
} losses SEC(".maps");

static __always_inline struct account_loss *loss(void)
{
	__u32 zero = 0;
	return bpf_map_lookup_elem(&losses, &zero);
}

/* A record on its way into the overflow map: too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct closed_record);
} closed_scratch SEC(".maps");

/* A socket that keeps its figures nowhere: the call that lets go of it found no error. */
static __always_inline void read_released(struct sock *sk, __u64 cookie, struct owner *owner,
					  struct closed_record *record)
{
	__builtin_memset(record, 0, sizeof(*record));
	read_socket(sk, cookie, owner, &record->socket, 0);
	record->old_state = record->socket.state;
	record->socket.state = TCP_CLOSE;
	record->closed_ns = bpf_ktime_get_ns();
}

static __always_inline void read_closed(struct sock *sk, __u64 cookie, int old, struct life *life,
					struct closed_record *record)
{
	__builtin_memset(record, 0, sizeof(*record));
	read_socket(sk, cookie, owner_of(cookie), &record->socket, 0);
	read_tcp((struct tcp_sock *)sk, &record->socket, 0);
	record->socket.state = TCP_CLOSE;
	record->closed_ns = bpf_ktime_get_ns();
	record->initial_sequence = BPF_CORE_READ((struct tcp_sock *)sk, snd_una);
	record->old_state = old;
	record->error = end_error(sk, old, life);
	read_end_message(sk, record->error, &record->icmp);
	record->unsent = !BPF_CORE_READ((struct tcp_sock *)sk, segs_out);
	if (life)
		__builtin_memcpy(&record->life, life, sizeof(*life));
}

/* The ring is full: the record waits in a map instead. */
static __always_inline void overflow(struct sock *sk, __u64 cookie, int old, struct life *life)
{
	__u32 zero = 0;
	struct closed_record *record = bpf_map_lookup_elem(&closed_scratch, &zero);
	struct account_loss *lost = loss();

	if (!lost || !record)
		return;
	read_closed(sk, cookie, old, life, record);
	if (bpf_map_update_elem(&closed_overflow, &cookie, record, BPF_ANY))
		lost->closed_lost++;
	else
		lost->closed_full++;
}

/*
 * The last reading of a socket, by its address; a global function as on_life. Not when the socket is destroyed: a process may hold it long after a reset, and
 * tcp_disconnect (SO_LINGER 0, or connecting anew) sets its counters to 0.
 */
__noinline int on_close(__u64 address, __u64 cookie, int old)
{
	struct life *life = bpf_map_lookup_elem(&lives, &cookie);
	struct sock *sk = (void *)address;
	struct closed_record *record;

	if (BPF_CORE_READ(sk, __sk_common.skc_dport)) {
		record = bpf_ringbuf_reserve(&closed, sizeof(*record), 0);
		if (record) {
			read_closed(sk, cookie, old, life, record);
			bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
		} else {
			overflow(sk, cookie, old, life);
		}
	}
	forget_flow(sk, cookie);
	return 0;
}
