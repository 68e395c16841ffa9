/* SPDX-License-Identifier: MIT */
/* When a process took a connection from its listener. */
#pragma once
#include "socket/life.bpf.h"

/* When the connection was established; it was accepted, so that this is among its first states. */
static __always_inline __u64 established_ns(struct life *life)
{
	return life->entered_ns[life->states[0] == TCP_ESTABLISHED ? 0 : 1];
}

/*
 * accept() gave the socket to the running process. `late`: it was given before, and is used now for
 * the first time. 0: that is known already, or it was not accepted.
 */
static __always_inline int mark_accepted(__u64 cookie, int late)
{
	struct life *life = bpf_map_lookup_elem(&lives, &cookie);

	if (!life || life->accepted_ns || life->states[0] == TCP_SYN_SENT)
		return 0;
	life->accepted_ns = bpf_ktime_get_ns();
	life->accepted_late = late;
	return 1;
}

/* Of the socket at an address. Its owner is known by now. A global function, as learn_anew is. */
__noinline int tell_accepted(__u64 address, __u64 cookie)
{
	struct life *life = bpf_map_lookup_elem(&lives, &cookie);
	struct sock *sk = (void *)address;
	struct life_event *event;

	if (!life || !are_events_wanted())
		return 0;
	event = begin_socket_event(sk, cookie, LIFE_ACCEPT);
	if (!event)
		return 0;
	event->at_ns = life->accepted_ns;
	event->state = BPF_CORE_READ(sk, __sk_common.skc_state);
	event->accepted = 1;
	event->late = life->accepted_late;
	event->since_ns = life->accepted_ns - established_ns(life);
	end_event(event);
	return 0;
}
