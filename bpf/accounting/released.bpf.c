/* SPDX-License-Identifier: MIT */
/*
 * Sockets without states (UDP, ICMP, raw, MPTCP, …) from socket() to close(): programs on the root cgroup run in the
 * process that makes a socket, binds it and lets go of it. So an owner is known before the first packet, and
 * what lived between two sweeps has a last record. They are asked whether the kernel may go on, and say yes.
 */
#pragma once
#include "accounting/bind.bpf.c"
#include "socket/owner.bpf.h"

/* A program of this kind is given the socket itself. */
static __always_inline __u64 given_identity(struct bpf_sock *ctx)
{
	return has_socket_cookie ? bpf_get_socket_cookie(ctx) : address_identity((struct sock *)ctx);
}

static __always_inline int has_states(struct sock *sk)
{
	return BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP && BPF_CORE_READ(sk, sk_type) == SOCK_STREAM;
}

SEC("cgroup/sock_create")
int on_made(struct bpf_sock *ctx)
{
	struct sock *sk = untyped(ctx);
	struct task_struct *task;
	struct owner owner;
	__u64 cookie;

	if (has_states(sk))
		return 1;
	cookie = given_identity(ctx);
	task = (struct task_struct *)bpf_get_current_task();
	read_owner(task, &owner);
	owner.opened_ns = bpf_ktime_get_ns();
	meet((__u64)task, owner.start_ns, owner.pid, 1);
	bpf_map_update_elem(&owners, &cookie, &owner, BPF_ANY);
	return 1;
}

/* From here on packets for it may come. */
static __always_inline int on_bound(struct bpf_sock *ctx)
{
	struct sock *sk = untyped(ctx);
	__u64 cookie = given_identity(ctx);

	bpf_map_delete_elem(&bindings, &cookie);
	if (!has_states(sk))
		learn_current(sk, cookie);
	return 1;
}

SEC("cgroup/post_bind4")
int on_bound4(struct bpf_sock *ctx)
{
	return on_bound(ctx);
}

SEC("cgroup/post_bind6")
int on_bound6(struct bpf_sock *ctx)
{
	return on_bound(ctx);
}

static __always_inline void tell_released(struct sock *sk, __u64 cookie)
{
	struct closed_record *record = bpf_ringbuf_reserve(&closed, sizeof(*record), 0);
	struct owner *owner = owner_of(cookie), closer;
	struct account_loss *lost;

	if (!record) {
		lost = loss();
		if (lost)
			__sync_fetch_and_add(&lost->released_lost, 1);
		return;
	}
	if (!owner) { /* nobody called since nettop looks: whoever closes it had it */
		read_owner((struct task_struct *)bpf_get_current_task(), &closer);
		owner = &closer;
	}
	read_released(sk, cookie, owner, record);
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

/* The last process lets go of it. One that never had a port was never seen open. */
SEC("cgroup/sock_release")
int on_released(struct bpf_sock *ctx)
{
	struct sock *sk = untyped(ctx);
	__u64 cookie;

	cookie = given_identity(ctx);
	end_binding(sk, cookie);
	if (has_states(sk))
		return 1;
	if (local_port(sk) || BPF_CORE_READ(sk, sk_type) == SOCK_RAW) {
		tell_released(sk, cookie);
		forget_flow(sk, cookie);
	}
	/* what it sent may still be on its way; owners that stay are let go when they are oldest */
	if (!has_socket_cookie || BPF_CORE_READ(sk, sk_wmem_alloc.refs.counter) <= 1)
		bpf_map_delete_elem(&owners, &cookie);
	return 1;
}
