/* SPDX-License-Identifier: MIT */
/* Calls that failed. */
#pragma once
#include "socket/owner.bpf.h"

/* Of the process that runs, and called in vain. */
static __always_inline void end_call_event(struct life_event *event, struct sock *sk, enum failed_call call, int error)
{
	event->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->old_state = BPF_CORE_READ(sk, __sk_common.skc_state);
	event->state = event->old_state;
	event->error = error;
	event->unsent = 1;
	event->call = call;
	end_event(event);
}

/* Of a call that returned a negative number. Who would have to wait has not failed. */
static __always_inline int is_told_failed(long error)
{
	return error != -EAGAIN && error != -EINTR && what_is_told() == TELL_FAILED_CALLS;
}

/* `end`: whom it was to, where that is not the socket's own far end. */
static __always_inline int tell_failed(struct sock *sk, __u64 cookie, int error, int receive, struct far_end_key *end)
{
	struct life_event *event = begin_socket_event(sk, cookie, LIFE_FAILED);

	if (!event)
		return 0;
	take_datagram(cookie, error, &event->icmp);
	if (end->port) {
		__builtin_memcpy(event->remote_address, end->address, sizeof(event->remote_address));
		event->remote_port = end->port;
	}
	end_call_event(event, sk, receive ? CALL_RECEIVE : CALL_SEND, error);
	return 0;
}
