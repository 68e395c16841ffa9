/* SPDX-License-Identifier: MIT */
/* accept() and connect() as they return: what no tracepoint of the network tells. */
#pragma once
#include "socket/owner.bpf.h"

#if defined(__TARGET_ARCH_x86)
struct pt_regs___read {
	unsigned long di;
	unsigned long si;
	unsigned long orig_ax;
} RELOCATE;
#define SYSCALL(registers) BPF_CORE_READ(registers, orig_ax)
#define FIRST(registers) BPF_CORE_READ(registers, di)
#define SECOND(registers) BPF_CORE_READ(registers, si)
enum { CONNECT = 42, ACCEPT = 43, ACCEPT4 = 288 };
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs___read {
	__u64 regs[31];
	__u64 orig_x0;
	int syscallno;
} RELOCATE;
#define SYSCALL(registers) BPF_CORE_READ(registers, syscallno)
#define FIRST(registers) BPF_CORE_READ(registers, orig_x0)
#define SECOND(registers) BPF_CORE_READ(registers, regs[1])
enum { CONNECT = 203, ACCEPT = 202, ACCEPT4 = 242 };
#endif

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

/* Of the running process; 0: no TCP socket. */
static __always_inline struct sock *tcp_socket(unsigned long number)
{
	struct task_struct___files *task = (void *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd), *file = 0;
	struct sock *sk;

	if (number >= BPF_CORE_READ(table, max_fds))
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), files + number);
	sk = file ? read_sock_behind(file) : 0;
	return sk && is_inet(sk) && BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP ? sk : 0;
}

static __always_inline void on_accept(struct sock *sk)
{
	__u64 cookie = known_identity(sk);
	struct life *life;

	if (!cookie)
		return; /* it waited since before nettop */
	life = mark_accepted(cookie, 0);
	learn_current(sk, cookie);
	tell_accepted(sk, cookie, life);
}

/* struct sockaddr_in or sockaddr_in6: family, port, and the address after 4 or 8 bytes. */
static __always_inline void read_sockaddr(unsigned long address, struct life_event *event)
{
	__u16 start[2] = {};
	__be32 ipv4 = 0;

	bpf_probe_read_user(start, sizeof(start), (void *)address);
	event->remote_port = bpf_ntohs(start[1]);
	if (start[0] == AF_INET6) {
		bpf_probe_read_user(event->remote_address, 16, (void *)(address + 8));
	} else {
		bpf_probe_read_user(&ipv4, sizeof(ipv4), (void *)(address + 4));
		map_ipv4(event->remote_address, ipv4);
	}
}

static __always_inline int is_told_by_connect(int error)
{
	return error == EPERM || error == EACCES || error == EADDRNOTAVAIL || error == ENETDOWN ||
	       error == ENETUNREACH || error == EHOSTUNREACH;
}

/* What failed after its SYN was told when the state changed. */
static __always_inline void on_connect_failed(struct sock *sk, int error, unsigned long address)
{
	__u64 cookie = known_identity(sk);
	struct life *life = bpf_map_lookup_elem(&lives, &cookie);
	struct life_event *event;

	if (life && life->failed) {
		life->failed = 0;
		return;
	}
	event = begin_socket_event(sk, cookie, LIFE_FAILED);
	if (!event)
		return;
	read_sockaddr(address, event);
	event->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->old_state = TCP_CLOSE;
	event->state = TCP_CLOSE;
	event->error = error;
	event->unsent = 1;
	end_event(event);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_call_end, struct pt_regs *registers, long result)
{
	struct pt_regs___read *read = (void *)registers;
	int call = SYSCALL(read);
	struct sock *sk;

	if (call != CONNECT && call != ACCEPT && call != ACCEPT4)
		return 0;
	if (call != CONNECT) {
		sk = result >= 0 ? tcp_socket(result) : 0;
		if (sk)
			on_accept(sk);
	} else if (is_told_by_connect(-result)) {
		sk = tcp_socket((__u32)FIRST(read));
		if (sk)
			on_connect_failed(sk, -result, SECOND(read));
	}
	return 0;
}

/*
 * The same, where functions can be followed: always, also what io_uring accepts. The function takes two
 * arguments since Linux 6.10 (commit 92ef0fd55ac8), and four before.
 */
#define ACCEPTED(name, arguments)                                                                  \
	SEC("fexit/inet_csk_accept")                                                               \
	int name(__u64 *ctx)                                                                       \
	{                                                                                          \
		struct sock *sk = (struct sock *)ctx[arguments];                                   \
											           \
		if (sk)                                                                            \
			on_accept(sk);                                                             \
		return 0;                                                                          \
	}
ACCEPTED(exit_accept, 2)
ACCEPTED(exit_accept_of_four, 4)
