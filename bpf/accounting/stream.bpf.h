/* SPDX-License-Identifier: MIT */
/*
 * Which process moved which part of a TCP stream. Most streams have one process and count themselves:
 * all that happens then is a look whether it is still the same one. Of a stream that another process
 * takes over, one direction at a time, each part is added up for the process that moved it. The part
 * that is being moved is the rest. The socket's lock keeps two processes from being here at once.
 */
#pragma once
#include "abi/sizes.h"
#include "socket/owner.bpf.h"
#include "accounting/followed.bpf.h"
#include "accounting/usage.bpf.h"

struct direction {
	__u64 from; /* where the present process began; before that all is added up */
	__u32 pid;
	__u32 _pad;
};

struct stream {
	struct direction receive, send;
	__u16 life; /* as in struct usage_key */
	__u16 _pad[3];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, STREAMS);
	__type(key, __u64); /* IDENTITY of a socket that more than one process has used */
	__type(value, struct stream);
} streams SEC(".maps");

/* In include/linux/sched.h. */
#define PF_KTHREAD 0x00200000

static __always_inline int is_kernel_thread(void)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	return (BPF_CORE_READ(task, flags) & PF_KTHREAD) != 0;
}

/* Bytes that were written so far. */
static __always_inline __u64 written(struct tcp_sock *tcp)
{
	return payload_sent(tcp, 0) + (__u32)(BPF_CORE_READ(tcp, write_seq) - BPF_CORE_READ(tcp, snd_nxt));
}

/* Bytes that were read until the sequence number `copied`. */
static __always_inline __u64 read_until(struct tcp_sock *tcp, __u32 copied)
{
	return BPF_CORE_READ(tcp, bytes_received) - (__u32)(BPF_CORE_READ(tcp, rcv_nxt) - copied);
}

static __always_inline void mark(struct usage *usage, int receive, __u8 moves)
{
	if (!usage)
		return;
	if (receive)
		usage->receives = moves;
	else
		usage->sends = moves;
}

/* Tells a socket from the next one at the same address. */
static __always_inline __u16 life_of(const struct owner *owner)
{
	return has_socket_cookie ? 0 : owner->opened_ns >> 16;
}

/* The stream of a socket that had one process until now. */
static __always_inline struct stream *begin_stream(__u64 cookie, struct owner *owner)
{
	__u16 life = life_of(owner);
	struct stream fresh = { .receive = { .pid = owner->pid }, .send = { .pid = owner->pid }, .life = life };
	struct usage_key key = { .cookie = cookie, .pid = owner->pid, .protocol = IPPROTO_TCP, .life = life };
	struct account_loss *lost;
	struct usage *usage;

	if (bpf_map_update_elem(&streams, &cookie, &fresh, BPF_ANY)) {
		if ((lost = loss()))
			lost->streams_full++;
		return 0;
	}
	usage = usage_of(&key, owner);
	mark(usage, 0, 1);
	mark(usage, 1, 1);
	owner->shared = 1;
	return bpf_map_lookup_elem(&streams, &cookie);
}

/* The current process moves bytes from `from` on. */
static __always_inline void take_over(struct sock *sk, __u64 cookie, struct owner *owner, int receive, __u64 from)
{
	struct usage_key key = { .cookie = cookie, .protocol = IPPROTO_TCP };
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct direction *direction;
	struct stream *stream;
	struct usage *usage;

	stream = owner->shared ? bpf_map_lookup_elem(&streams, &cookie) : begin_stream(cookie, owner);
	if (owner->pid != pid)
		owner = learn_current(sk, cookie);
	if (!stream || !owner)
		return;
	key.life = stream->life;
	direction = receive ? &stream->receive : &stream->send;
	if (direction->pid == pid)
		return;
	key.pid = direction->pid;
	usage = bpf_map_lookup_elem(&usages, &key);
	add_usage(usage, receive ? from - direction->from : 0, receive ? 0 : from - direction->from);
	mark(usage, receive, 0);
	direction->pid = pid;
	direction->from = from;
	key.pid = pid;
	mark(usage_of(&key, owner), receive, 1);
}

/* The current process writes to a TCP socket, whose lock it has. `already`: bytes that it has written by now. */
static __always_inline int on_stream_write(struct sock *sk, __u64 already)
{
	__u64 cookie = IDENTITY(sk);
	struct owner *owner = bpf_map_lookup_elem(&owners, &cookie);

	if (!owner || !owner->pid || owner->inherited)
		learn_current(sk, cookie);
	else if ((owner->shared || owner->pid != bpf_get_current_pid_tgid() >> 32) && !is_kernel_thread())
		take_over(sk, cookie, owner, 0, written((struct tcp_sock *)sk) - already);
	return 0;
}

/*
 * The current process has read from a TCP socket, whose lock it has. Others read in softirq, without
 * being the lock's owner: kTLS, storage.
 */
static __always_inline int on_stream_read(struct sock *sk)
{
	struct tcp_sock *tcp = (struct tcp_sock *)sk;
	__u32 copied = BPF_CORE_READ(tcp, copied_seq);
	struct owner *owner;
	__u64 cookie = IDENTITY(sk);

	note_read(cookie, copied);
	if (!sk->sk_lock.owned)
		return 0;
	owner = bpf_map_lookup_elem(&owners, &cookie);
	if (!owner || !owner->pid || owner->inherited) {
		learn_current(sk, cookie);
		return 0;
	}
	if (owner->copied_seq == copied)
		return 0; /* it looked and left it there (MSG_PEEK) */
	if ((owner->shared || owner->pid != bpf_get_current_pid_tgid() >> 32) && !is_kernel_thread()) {
		take_over(sk, cookie, owner, 1, read_until(tcp, owner->copied_seq));
		owner = bpf_map_lookup_elem(&owners, &cookie);
	}
	if (owner)
		owner->copied_seq = copied;
	return 0;
}
