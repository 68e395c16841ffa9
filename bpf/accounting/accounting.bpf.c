/* SPDX-License-Identifier: MIT */
/*
 * Bytes, connections and owners. TCP sockets count their own bytes: they are swept once a tick and
 * read a last time when they close. Other protocols are counted where the process calls.
 */
#include <linux/bpf.h>
#include <bpf/bpf_tracing.h>
#include "accounting/stream.bpf.h"
#include "accounting/far_end.bpf.c"
#include "accounting/failed.bpf.h"
#include "accounting/files.bpf.c"
#include "accounting/happenings.bpf.c"
#include "accounting/retransmit.bpf.c"
#include "accounting/calls.bpf.c"
#include "accounting/dropped.bpf.c"
#include "accounting/attempt.bpf.c"
#include "accounting/released.bpf.c"
#include "accounting/again.bpf.h"
#include "accounting/rename.bpf.c"
#include "accounting/heard.bpf.c"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const struct socket_record *_socket_record __attribute__((unused));
const struct owner *_owner __attribute__((unused));
const struct usage_key *_usage_key __attribute__((unused));
const struct usage *_usage __attribute__((unused));
const struct far_end_key *_far_end_key __attribute__((unused));
const struct far_end *_far_end __attribute__((unused));
const struct flow_key *_flow_key __attribute__((unused));
const struct closed_record *_closed_record __attribute__((unused));
const struct heard_message *_heard_message __attribute__((unused));
const struct life_event *_life_event __attribute__((unused));
const struct life_count *_life_count __attribute__((unused));
const struct person_key *_person_key __attribute__((unused));
const struct person *_person __attribute__((unused));
const struct cgroup_name *_cgroup_name __attribute__((unused));
const struct renamed *_renamed __attribute__((unused));
const struct account_loss *_account_loss __attribute__((unused));

/* `stack`: the arguments of the tracepoint. `again`: the second look at it. */
static __always_inline int on_state_change(void *stack, struct sock *sk, int old, int state, int again)
{
	__u64 cookie, address = (__u64)untyped(sk);

	if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP || !is_inet(sk))
		return 0;
	/* In older kernels a new socket is half filled here: it comes again. */
	if (state == TCP_SYN_RECV && !BPF_CORE_READ(sk, __sk_common.skc_dport))
		return 0;
	cookie = IDENTITY(sk);
	if (again && is_entered(cookie, old, state))
		return 0;
	if (state != TCP_CLOSE) {
		learn_opening(address, cookie, old, state);
		on_life(address, cookie, old, state);
		return 0;
	}
	if (old == TCP_SYN_SENT)
		note_handled(stack, sk, bpf_map_lookup_elem(&lives, &cookie));
	if (old == TCP_CLOSE)
		return 0;
	on_life(address, cookie, old, state);
	on_close(address, cookie, old);
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_state, struct sock *sk, int old, int state)
{
	return on_state_change(ctx, sk, old, state, 0);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(on_state_again, struct sock *sk, int old, int state)
{
	return on_state_change(ctx, sk, old, state, 1);
}

/* Whether one of the programs for writers of TCP is there: by the calls alone, two at once cannot be told apart. */
const volatile _Bool has_write_hook = 1;

/* A process sent or received `bytes`; a negative number is an error and moved nothing. `again`: the second look at it. */
static __always_inline int on_call(struct sock *sk, long bytes, int receive, int again)
{
	struct far_end_key end = {};
	struct usage_key key = {};
	struct usage *usage;
	struct owner *owner;
	__u16 family;

	if (!sk)
		return 0;
	key.protocol = socket_protocol(sk, 1);
	if (key.protocol == IPPROTO_TCP) /* it counts itself, and its readers are known by tcp_rcv_space_adjust */
		return bytes < 0 || receive || has_write_hook ? 0 : on_stream_write(sk, bytes);
	family = sk->__sk_common.skc_family;
	if ((family != AF_INET && family != AF_INET6) || (bytes >= 0 && !is_its_turn(receive, again)))
		return 0;
	if (key.protocol == IPPROTO_UDP)
		take_noted(sk, &end);
	if (bytes < 0 && (again || !is_told_failed(bytes)))
		return 0;
	key.cookie = has_socket_cookie ? sk->__sk_common.skc_cookie.counter : 0;
	if (!key.cookie) /* nobody asked for it yet */
		key.cookie = IDENTITY(sk);
	owner = learn_current(sk, key.cookie);
	if (bytes < 0)
		return tell_failed(sk, key.cookie, -bytes, receive, &end);
	if (!owner)
		return 0;
	key.pid = owner->pid;
	end.cookie = key.cookie;
	usage = usage_of(&key, owner);
	if (usage && end.port && add_far(&end, usage, bytes, receive))
		return 0;
	add_usage(usage, receive ? bytes : 0, receive ? 0 : bytes);
	return 0;
}

/* Looked at and left in the queue, or sent and come back: with an error, or with its timestamp. */
#define NOT_RECEIVED (MSG_PEEK | MSG_ERRQUEUE)

static __always_inline int on_received(struct sock *sk, long bytes, int flags, int again)
{
	return on_call(sk, bytes >= 0 && flags & NOT_RECEIVED ? -EAGAIN : bytes, 1, again);
}

#define SEND_LENGTH(name, again)                       \
	SEC("tp_btf/sock_send_length")                 \
	int BPF_PROG(name, struct sock *sk, int bytes) \
	{                                              \
		return on_call(sk, bytes, 0, again);   \
	}
#define RECEIVE_LENGTH(name, again)                               \
	SEC("tp_btf/sock_recv_length")                            \
	int BPF_PROG(name, struct sock *sk, int bytes, int flags) \
	{                                                         \
		return on_received(sk, bytes, flags, again);      \
	}
SEND_LENGTH(on_send, 0)
SEND_LENGTH(on_send_again, 1)
RECEIVE_LENGTH(on_receive, 0)
RECEIVE_LENGTH(on_receive_again, 1)

/* The same two where the tracepoints are not there. */
#define SEND(function)                                                                         \
	SEC("fexit/" #function)                                                                \
	int BPF_PROG(exit_##function, struct socket *socket, void *msg, __u64 size, int bytes) \
	{                                                                                      \
		return on_call(socket->sk, bytes, 0, 0);                                       \
	}
#define RECEIVE(function)                                                                                 \
	SEC("fexit/" #function)                                                                           \
	int BPF_PROG(exit_##function, struct socket *socket, void *msg, __u64 size, int flags, int bytes) \
	{                                                                                                 \
		return on_received(socket->sk, bytes, flags, 0);                                          \
	}
SEND(inet_sendmsg)
SEND(inet6_sendmsg)
RECEIVE(inet_recvmsg)
RECEIVE(inet6_recvmsg)
RECEIVE(sock_common_recvmsg) /* raw sockets over IPv6 */

/* sendfile() and splice() to a UDP socket; from others, and in newer kernels, it comes to inet_sendmsg. */
SEC("fexit/inet_sendpage")
int BPF_PROG(exit_inet_sendpage, struct socket *socket, void *page, int offset, __u64 size, int flags, long bytes)
{
	if (BPF_CORE_READ(socket->sk, sk_protocol) != IPPROTO_UDP)
		return 0;
	return on_call(socket->sk, bytes, 0, 0);
}

/* After a read, and before each part of a write. A second look finds that nothing is left to do. */
#define STREAM(tracepoint, name, look)      \
	SEC("tp_btf/" #tracepoint)          \
	int BPF_PROG(name, struct sock *sk) \
	{                                   \
		return look;                \
	}
STREAM(tcp_rcv_space_adjust, on_read, on_stream_read(sk))
STREAM(tcp_rcv_space_adjust, on_read_again, on_stream_read(sk))
STREAM(tcp_sendmsg_locked, on_write, on_stream_write(sk, 0))
STREAM(tcp_sendmsg_locked, on_write_again, on_stream_write(sk, 0))

/* Before a write, where the tracepoint is not there: a write begins, or has the lock again after it waited for room. */
SEC("fentry/tcp_sendmsg_locked")
int BPF_PROG(enter_tcp_sendmsg_locked, struct sock *sk)
{
	return on_stream_write(sk, 0);
}

SEC("fexit/sk_stream_wait_memory")
int BPF_PROG(exit_sk_stream_wait_memory, struct sock *sk)
{
	return BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP ? on_stream_write(sk, 0) : 0;
}

/* sendfile and splice, in older kernels. */
SEC("fentry/do_tcp_sendpages")
int BPF_PROG(enter_do_tcp_sendpages, struct sock *sk)
{
	return on_stream_write(sk, 0);
}

/* A second time there is nothing left. */
static __always_inline int forget(struct sock *sk)
{
	__u64 cookie = IDENTITY(sk);

	end_attempt(sk, cookie);
	bpf_map_delete_elem(&owners, &cookie);
	forget_life(cookie);
	bpf_map_delete_elem(&streams, &cookie);
	return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(on_destroy, struct sock *sk)
{
	return forget(sk);
}

SEC("tp_btf/tcp_destroy_sock")
int BPF_PROG(on_destroy_again, struct sock *sk)
{
	return forget(sk);
}
