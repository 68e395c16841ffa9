/* SPDX-License-Identifier: MIT */
/* The sweep of open files: who holds a socket, and the sockets that the other sweeps do not show. */
#pragma once
#include "kernel/compat.h"
#include "abi/sizes.h"
#include "accounting/sweep.bpf.c"

/* The other network namespaces that processes with open files are in; user space empties it after a sweep. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, NAMESPACES);
	__type(key, __u32); /* inode */
	__type(value, __u32); /* a thread in it */
} namespaces SEC(".maps");

/* That of the file before: a process's files come one after the other. */
static __u32 last_netns;

static __always_inline void see_namespace(struct task_struct *task)
{
	struct nsproxy *nsproxy = task->nsproxy; /* 0: it is ending */
	__u32 netns, pid;

	if (!nsproxy)
		return;
	netns = nsproxy->net_ns->ns.inum;
	if (netns == last_netns)
		return;
	last_netns = netns;
	pid = task->pid;
	if (netns != own_netns)
		bpf_map_update_elem(&namespaces, &netns, &pid, BPF_NOEXIST); /* the oldest stays longest */
}

/*
 * By the open files of all processes: owners of sockets that are older than nettop or whose owner has
 * not called yet, and the sockets that iter/tcp and iter/udp do not show: those of other network namespaces
 * (containers) and of other protocols. A socket that several processes hold comes several times.
 */
static __always_inline void see_unshown(struct seq_file *seq, struct sock *sk, __u64 cookie, const _Bool typed)
{
	__u32 netns = typed ? sk->__sk_common.skc_net.net->ns.inum : socket_netns(sk);
	__u32 protocol = socket_protocol(sk, typed);
	struct owner *owner = owner_of(cookie);
	struct socket_record record;
	struct tcp_sock *tcp;

	if (netns == own_netns && (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP))
		return;
	if (protocol == IPPROTO_TCP) {
		if (FIELD(sk, __sk_common.skc_state) == TCP_CLOSE)
			return;
		tcp = typed ? bpf_skc_to_tcp_sock(sk) : (struct tcp_sock *)sk;
		if (!tcp)
			return;
		read_socket((struct sock *)tcp, cookie, owner, &record, typed);
		read_tcp(tcp, &record, typed);
		bpf_seq_write(seq, &record, sizeof(record));
		if (owner)
			owner->shown = files_session;
		see_soft_error((struct sock *)tcp, cookie, typed);
	} else if (protocol & RAW_SOCKET || local_port(sk)) {
		read_socket(sk, cookie, owner, &record, 0);
		bpf_seq_write(seq, &record, sizeof(record));
	}
}

/* It has no addresses: an interface, and what of the frames there it receives. */
static __always_inline void see_packet_socket(struct seq_file *seq, struct sock *sk, __u64 cookie)
{
	struct packet_sock *packet = untyped(sk);
	struct owner *owner = owner_of(cookie);
	struct socket_record record;

	__builtin_memset(&record, 0, sizeof(record));
	record.cookie = cookie;
	record.protocol = FRAMES_SOCKET;
	record.netns = socket_netns(untyped(sk));
	if (has_packet_sockets(packet)) {
		record.device = BPF_CORE_READ(packet, ifindex);
		record.ethertype = bpf_ntohs(BPF_CORE_READ(packet, num));
	}
	if (owner)
		record.opened_ns = owner->opened_ns;
	put_owner(owner, &record);
	bpf_seq_write(seq, &record, sizeof(record));
}

/* Kernels before 6 allow a program and what it calls 512 bytes of stack: this has no room there. One reads at a time. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct owner);
} file_owner SEC(".maps");

static __always_inline struct owner *scratch_owner(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&file_owner, &zero);
}

/*
 * The process, in the scratch, holds the socket at an address. A global function: the verifier walks through it once,
 * and on in one state.
 */
__noinline int learn_by_file(__u64 address, __u64 cookie)
{
	struct owner *known = bpf_map_lookup_elem(&owners, &cookie), *owner = scratch_owner();
	struct sock *sk = (void *)address;

	if (!owner)
		return 0;
	if (known)
		owner->opened_ns = known->opened_ns;
	/* a look-up may miss an owner that another processor is replacing just now */
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_PACKET)
		bpf_map_update_elem(&owners, &cookie, owner, BPF_ANY);
	else
		learn_as(sk, cookie, owner, known ? BPF_ANY : BPF_NOEXIST);
	return 0;
}

/* `task` holds it. */
static __always_inline void take_by_file(struct task_struct *task, struct sock *sk, __u64 cookie)
{
	struct owner *owner = scratch_owner();

	if (!owner)
		return;
	read_owner(task, owner);
	meet((__u64)untyped(task), owner->start_ns, owner->pid, 0);
	learn_by_file((__u64)untyped(sk), cookie);
}

static __always_inline void see_file(struct seq_file *seq, struct task_struct *task, struct sock *sk, const _Bool typed)
{
	__u16 family = FIELD(sk, __sk_common.skc_family);
	struct owner *known;
	__u64 cookie;

	if (family != AF_INET && family != AF_INET6 && family != AF_PACKET)
		return;
	cookie = typed ? bpf_get_socket_cookie(sk) : address_identity(sk);
	known = bpf_map_lookup_elem(&owners, &cookie);
	if (!known || !known->pid)
		take_by_file(task, sk, cookie);
	if (family == AF_PACKET)
		see_packet_socket(seq, sk, cookie);
	else
		see_unshown(seq, sk, cookie, typed);
}

SEC("iter/task_file")
int sweep_files(struct bpf_iter__task_file *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct socket *socket;
	struct sock *sk;

	if (!file || !task)
		return 0;
	if (files_session != ctx->meta->session_id) {
		files_session = ctx->meta->session_id;
		last_netns = 0;
	}
	see_namespace(task);
	if (has_socket_cookie) { /* and bpf_sock_from_file */
		socket = bpf_sock_from_file(file);
		sk = socket ? socket->sk : 0;
		if (sk)
			see_file(seq, task, sk, 1);
	} else {
		sk = read_sock_behind(file);
		if (sk)
			see_file(seq, task, sk, 0);
	}
	return 0;
}
