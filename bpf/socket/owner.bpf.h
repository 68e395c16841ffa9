/* SPDX-License-Identifier: MIT */
/* Who owns a socket: learned where that process is certain to be running. */
#pragma once
#include "socket/accepted.bpf.h"
#include "socket/process.bpf.h"

/* `flags`: with BPF_NOEXIST one that is known stays. */
static __always_inline void learn_as(struct sock *sk, __u64 cookie, struct owner *owner, __u64 flags)
{
	struct flow_key flow;

	read_flow(sk, &flow);
	owner->shown = 0;
	owner->netns = flow.netns;
	owner->flow_known = flow.local_port != 0; /* 0: a connect in progress, or not bound yet */
	if (flow.protocol == IPPROTO_TCP)
		owner->copied_seq = BPF_CORE_READ((struct tcp_sock *)sk, copied_seq);
	if (bpf_map_update_elem(&owners, &cookie, owner, flags) && flags == BPF_NOEXIST)
		return;
	if (!flow.local_port)
		return;
	if (!flow.remote_port)
		forget_remote(&flow);
	bpf_map_update_elem(&flows, &flow, &cookie, BPF_ANY);
}

static __always_inline void learn(struct sock *sk, __u64 cookie, struct owner *owner)
{
	learn_as(sk, cookie, owner, BPF_ANY);
}

static __always_inline int is_current(const struct owner *known)
{
	return !known->inherited && known->flow_known && known->pid == bpf_get_current_pid_tgid() >> 32;
}

/*
 * The running process owns the socket at an address from now on. A global function: the verifier walks through it once,
 * and not in each state that a caller may be in.
 */
__noinline int learn_anew(__u64 address, __u64 cookie)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct owner owner, *known;
	int inherited = 0;

	read_owner(task, &owner);
	known = bpf_map_lookup_elem(&owners, &cookie);
	if (known) {
		owner.opened_ns = known->opened_ns;
		owner.shared = known->shared;
		inherited = known->inherited;
	}
	learn((struct sock *)address, cookie, &owner);
	if (inherited && mark_accepted(cookie, 1))
		tell_accepted(address, cookie);
	return 0;
}

/* Runs in the context of the process that uses the socket. */
static __always_inline struct owner *learn_current(struct sock *sk, __u64 cookie)
{
	struct owner *known = bpf_map_lookup_elem(&owners, &cookie);

	if (known && is_current(known))
		return known;
	meet_current(); /* not from within the other: the stack would not do */
	learn_anew((__u64)untyped(sk), cookie);
	return bpf_map_lookup_elem(&owners, &cookie);
}

/* An accepted socket belongs to its listener's process until another one uses it. */
static __always_inline void inherit(struct sock *sk, __u64 cookie)
{
	struct owner *listener, owner = {};
	struct flow_key flow;
	__u64 *parent;

	read_flow(sk, &flow);
	parent = find_unconnected(&flow);
	listener = parent ? bpf_map_lookup_elem(&owners, parent) : 0;
	if (listener)
		owner = *listener;
	owner.inherited = 1;
	owner.shared = 0;
	owner.opened_ns = bpf_ktime_get_ns();
	learn(sk, cookie, &owner);
}

/*
 * Whose a socket is that opens. A global function: the stack that it takes is free again while the end of one is told.
 */
__noinline int learn_opening(__u64 address, __u64 cookie, int old, int state)
{
	struct sock *sk = (void *)address;
	struct owner *owner;

	if (state == TCP_SYN_SENT || state == TCP_LISTEN) {
		owner = learn_current(sk, cookie);
		if (owner)
			owner->opened_ns = bpf_ktime_get_ns();
	} else if (state == TCP_SYN_RECV || (state == TCP_ESTABLISHED && old == TCP_SYN_RECV)) {
		if (!bpf_map_lookup_elem(&owners, &cookie))
			inherit(sk, cookie);
	} else if (state == TCP_ESTABLISHED) { /* connect: only now is the local port known */
		owner = bpf_map_lookup_elem(&owners, &cookie);
		if (owner) {
			struct owner copy = *owner;
			learn(sk, cookie, &copy);
		}
	}
	return 0;
}
