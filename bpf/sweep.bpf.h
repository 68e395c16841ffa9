/* SPDX-License-Identifier: MIT */
/* The sweeps: a record for each open socket, once a tick. */
#pragma once
#include "owner.bpf.h"
#include "record.bpf.h"

SEC("iter/tcp")
int sweep_tcp(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct socket_record record;
	struct tcp_sock *tcp;

	if (!common)
		return 0;
	tcp = bpf_skc_to_tcp_sock(common);
	if (tcp) {
		read_socket((struct sock *)tcp, IDENTITY(common), &record, 1);
		read_tcp(tcp, &record, 1);
	} else {
		read_mini(common, IDENTITY(common), &record);
	}
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

SEC("iter/udp")
int sweep_udp(struct bpf_iter__udp *ctx)
{
	struct socket_record record;
	struct udp_sock *udp = ctx->udp_sk;

	if (!udp)
		return 0;
	read_socket((struct sock *)udp, IDENTITY(udp), &record, 1);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/* Where iter/tcp and iter/udp look: they show the sockets of one network namespace, this one. */
const volatile __u32 own_netns = 0;

/*
 * By the open files of all processes: owners of sockets that are older than nettop or whose owner has
 * not called yet, and the sockets of other network namespaces (containers), where iter/tcp and iter/udp
 * do not look. A socket that several processes hold comes several times.
 */
static __always_inline void see_elsewhere(struct seq_file *seq, struct sock *sk, __u64 cookie, const _Bool typed)
{
	__u16 protocol = FIELD(sk, sk_protocol);
	struct socket_record record;
	struct tcp_sock *tcp;

	if (protocol == IPPROTO_TCP && FIELD(sk, __sk_common.skc_state) != TCP_CLOSE) {
		tcp = typed ? bpf_skc_to_tcp_sock(sk) : (struct tcp_sock *)sk;
		if (!tcp)
			return;
		read_socket((struct sock *)tcp, cookie, &record, typed);
		read_tcp(tcp, &record, typed);
		bpf_seq_write(seq, &record, sizeof(record));
	} else if (protocol == IPPROTO_UDP && local_port(sk)) {
		read_socket(sk, cookie, &record, 0);
		bpf_seq_write(seq, &record, sizeof(record));
	}
}

static __always_inline void see_file(struct seq_file *seq, struct task_struct *task, struct sock *sk,
				     const _Bool typed)
{
	__u16 family = FIELD(sk, __sk_common.skc_family);
	struct owner owner, *known;
	__u64 cookie;

	if (family != AF_INET && family != AF_INET6)
		return;
	cookie = typed ? bpf_get_socket_cookie(sk) : address_identity(sk);
	known = bpf_map_lookup_elem(&owners, &cookie);
	if (!known || !known->pid) {
		read_owner(task, &owner);
		meet(task, &owner, 0);
		if (known)
			owner.opened_ns = known->opened_ns;
		learn(sk, cookie, &owner);
	}
	if ((typed ? sk->__sk_common.skc_net.net->ns.inum : socket_netns(sk)) != own_netns)
		see_elsewhere(seq, sk, cookie, typed);
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
	if (has_socket_cookie) { /* and bpf_sock_from_file, since Linux 5.11 (commit 4f19cab76136) */
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
