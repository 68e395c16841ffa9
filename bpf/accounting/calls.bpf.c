/* SPDX-License-Identifier: MIT */
/* Calls on sockets as they return: accept(), and those that fail. No tracepoint of the network tells them. */
#pragma once
#include "accounting/failed.bpf.h"
#include "kernel/syscalls.h"

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
} RELOCATE;

struct files_struct {
	struct fdtable *fdt;
} RELOCATE;

struct task_struct___files {
	struct files_struct *files;
} RELOCATE;

/* Of the running process; 0: no socket of IPv4 or IPv6. */
static __always_inline struct sock *inet_socket(unsigned long number)
{
	struct task_struct___files *task = (void *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd), *file = 0;
	struct sock *sk;

	if (number >= BPF_CORE_READ(table, max_fds))
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), files + number);
	sk = file ? read_sock_behind(file) : 0;
	return sk && is_inet(sk) ? sk : 0;
}

/* Of the socket at an address. This one and those of failed calls are global functions, as learn_anew is. */
__noinline int on_accept(__u64 address)
{
	struct sock *sk = (void *)address;
	__u64 cookie = known_identity(sk);
	int accepted;

	if (!cookie)
		return 0; /* it waited since before nettop */
	accepted = mark_accepted(cookie, 0);
	learn_current(sk, cookie);
	if (accepted)
		tell_accepted(address, cookie);
	return 0;
}

/*
 * struct sockaddr_in or sockaddr_in6: family, port, and the address after 4 or 8 bytes. An address that cannot
 * be read leaves the socket's own.
 */
static __always_inline void read_sockaddr(unsigned long from, __u8 address[16], __u16 *port)
{
	__u16 start[2] = {};
	__be32 ipv4 = 0;

	if (!from || bpf_probe_read_user(start, sizeof(start), (void *)from))
		return;
	*port = bpf_ntohs(start[1]);
	if (start[0] == AF_INET6) {
		bpf_probe_read_user(address, 16, (void *)(from + 8));
	} else {
		bpf_probe_read_user(&ipv4, sizeof(ipv4), (void *)(from + 4));
		map_ipv4(address, ipv4);
	}
}

/* The name stands first in struct msghdr, and this first in struct mmsghdr. */
static __always_inline unsigned long far_end_of(struct pt_regs___read *registers)
{
	unsigned long address = 0;
	int call = SYSCALL(registers);

	if (call == SENDTO)
		return FIFTH(registers);
	if (call == SENDMSG || call == SENDMMSG)
		bpf_probe_read_user(&address, sizeof(address), (void *)SECOND(registers));
	return address;
}

/* What failed before its SYN. What failed after it was told when the state changed. */
static __always_inline int is_told_by_connect(struct sock *sk, int error)
{
	__u64 cookie;
	struct life *life;

	if (BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP)
		return error != EINTR;
	if (error != EPERM && error != EACCES && error != EINVAL && error != EAFNOSUPPORT && error != EADDRNOTAVAIL &&
	    error != ENETDOWN && error != ENETUNREACH && error != EHOSTUNREACH && error != ENOBUFS)
		return 0;
	cookie = known_identity(sk);
	life = bpf_map_lookup_elem(&lives, &cookie);
	if (!life || !life->failed)
		return 1;
	life->failed = 0;
	return 0;
}

static __always_inline int is_receiving(int call)
{
	return call == READ || call == READV || call == RECVFROM || call == RECVMSG || call == RECVMMSG;
}

static __always_inline int is_sending(int call)
{
	return call == WRITE || call == WRITEV || call == SENDTO || call == SENDMSG || call == SENDMMSG;
}

/* Before its socket is looked at: who would have to wait has not failed, which is most of what comes here. */
static __always_inline int is_told(int call, int error)
{
	if (is_sending(call) || is_receiving(call))
		return error != EAGAIN && error != EINTR;
	return call == CONNECT || call == BIND || call == LISTEN;
}

static __always_inline enum failed_call failed_call(struct sock *sk, int call, int error)
{
	if (call == BIND)
		return CALL_BIND;
	if (call == LISTEN)
		return CALL_LISTEN;
	if (call == CONNECT)
		return is_told_by_connect(sk, error) ? CALL_CONNECT : CALL_NONE;
	if (BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP) /* it tells what ends its connections */
		return CALL_NONE;
	return is_sending(call) ? CALL_SEND : CALL_RECEIVE;
}

/* `address`, `sk_address`: of the registers that the call was made with, and of its socket. */
__noinline int tell_failed_call(__u64 address, __u64 sk_address, int failed, int error)
{
	struct pt_regs___read *registers = (void *)address;
	struct sock *sk = (void *)sk_address;
	__u64 cookie = known_identity(sk);
	struct life_event *event = begin_socket_event(sk, cookie, LIFE_FAILED);

	if (!event)
		return 0;
	take_datagram(cookie, error, &event->icmp);
	if (failed == CALL_BIND)
		read_sockaddr(SECOND(registers), event->local_address, &event->local_port);
	else if (failed == CALL_CONNECT)
		read_sockaddr(SECOND(registers), event->remote_address, &event->remote_port);
	else if (failed == CALL_SEND)
		read_sockaddr(far_end_of(registers), event->remote_address, &event->remote_port);
	end_call_event(event, sk, failed, error);
	return 0;
}

__noinline int on_failed_call(__u64 address, int call, int error)
{
	struct pt_regs___read *registers = (void *)address;
	struct sock *sk = inet_socket((__u32)FIRST(registers));
	enum failed_call failed = sk ? failed_call(sk, call, error) : CALL_NONE;

	if (failed != CALL_NONE)
		tell_failed_call(address, (__u64)untyped(sk), failed, error);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_call_end, struct pt_regs *registers, long result)
{
	struct pt_regs___read *read = (void *)registers;
	int call = SYSCALL(read);
	struct sock *sk;

	if (call == ACCEPT || call == ACCEPT4) {
		sk = result >= 0 ? inet_socket(result) : 0;
		if (sk && BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP)
			on_accept((__u64)untyped(sk));
	} else if (result < 0 && result >= -LAST_ERROR && is_told(call, -result)) {
		on_failed_call((__u64)untyped(read), call, -result);
	}
	return 0;
}

/* The same, where functions can be followed: always, also what io_uring accepts. It takes two arguments, or four. */
#define ACCEPTED(name, arguments)                                \
	SEC("fexit/inet_csk_accept")                             \
	int name(__u64 *ctx)                                     \
	{                                                        \
		struct sock *sk = (struct sock *)ctx[arguments]; \
                                                                 \
		if (sk)                                          \
			on_accept((__u64)untyped(sk));           \
		return 0;                                        \
	}
ACCEPTED(exit_accept, 2)
ACCEPTED(exit_accept_of_four, 4)
