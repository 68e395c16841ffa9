/* SPDX-License-Identifier: MIT */
/* The sweeps: a record for each open socket, once a tick. */
#pragma once
#include "kernel-sweep.h"
#include "owner.bpf.h"
#include "record.bpf.h"

#define NAMESPACES 4096

/* Where iter/tcp and iter/udp look: they show the sockets of the network namespace that they are opened in. */
const volatile __u32 own_netns = 0;

/* Number of the sweep; 0: user space wants every record. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} sweep_number SEC(".maps");

/* A socket that nothing moves on is shown again so often: somebody may have set an option. */
#define SHOWN_EVERY 16

static __always_inline int is_due(__u64 cookie)
{
	__u32 zero = 0, *number = bpf_map_lookup_elem(&sweep_number, &zero);

	return !number || !*number || (__u32)cookie % SHOWN_EVERY == *number % SHOWN_EVERY;
}

/*
 * All that a record has of a connection follows from what it was before, as long as this number is the
 * same: the time of its last segment, timer or read, and what was written. 0: it has time that runs
 * (data without acknowledgement), or it listens.
 */
static __always_inline __u64 stand_of(struct tcp_sock *tcp)
{
	struct sock *sk = (struct sock *)tcp;
	__u8 state = sk->__sk_common.skc_state;
	__u32 written = tcp->write_seq;

	if (state == TCP_LISTEN || written != tcp->snd_una)
		return 0;
	return ((__u64)written << 32 | tcp->copied_seq) + (tcp->tcp_mstamp << 4 | state) * 0x9e3779b97f4a7c15;
}

static __always_inline void show(struct seq_file *seq, struct tcp_sock *tcp, __u64 cookie)
{
	struct owner *owner = owner_of(cookie);
	__u64 stand = stand_of(tcp), unchanged = cookie | UNCHANGED;
	struct socket_record record;

	if (owner && stand && owner->shown == stand && !is_due(cookie)) {
		bpf_seq_write(seq, &unchanged, sizeof(unchanged));
		return;
	}
	read_socket((struct sock *)tcp, cookie, owner, &record, 1);
	read_tcp(tcp, &record, 1);
	if (!bpf_seq_write(seq, &record, sizeof(record)) && owner) /* else it comes again */
		owner->shown = stand;
}

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
		show(ctx->meta->seq, tcp, IDENTITY(common));
	} else {
		read_mini(common, IDENTITY(common), &record);
		bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	}
	return 0;
}

SEC("iter/udp")
int sweep_udp(struct bpf_iter__udp *ctx)
{
	struct socket_record record;
	struct udp_sock *udp = ctx->udp_sk;
	__u64 cookie;

	if (!udp)
		return 0;
	cookie = IDENTITY(udp);
	read_socket((struct sock *)udp, cookie, owner_of(cookie), &record, 1);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

/* Of the last sweep of files: a socket that it showed carries the same number. */
static __u64 files_session;

/* As sweep_tcp, where it is opened in another network namespace: what the last sweep of files did not show. */
SEC("iter/tcp")
int visit_tcp(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct socket_record record;
	struct tcp_sock *tcp;
	struct owner *owner;
	__u64 cookie;

	if (!common)
		return 0;
	cookie = IDENTITY(common);
	tcp = bpf_skc_to_tcp_sock(common);
	if (tcp) {
		owner = owner_of(cookie);
		if (owner && owner->shown == files_session)
			return 0;
		read_socket((struct sock *)tcp, cookie, owner, &record, 1);
		read_tcp(tcp, &record, 1);
	} else {
		read_mini(common, cookie, &record);
	}
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

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
 * not called yet, and the sockets of other network namespaces (containers), where iter/tcp and iter/udp
 * do not look. A socket that several processes hold comes several times.
 */
static __always_inline void see_elsewhere(struct seq_file *seq, struct sock *sk, __u64 cookie, const _Bool typed)
{
	struct owner *owner = owner_of(cookie);
	__u16 protocol = FIELD(sk, sk_protocol);
	struct socket_record record;
	struct tcp_sock *tcp;

	if (protocol == IPPROTO_TCP && FIELD(sk, __sk_common.skc_state) != TCP_CLOSE) {
		tcp = typed ? bpf_skc_to_tcp_sock(sk) : (struct tcp_sock *)sk;
		if (!tcp)
			return;
		read_socket((struct sock *)tcp, cookie, owner, &record, typed);
		read_tcp(tcp, &record, typed);
		bpf_seq_write(seq, &record, sizeof(record));
		if (owner)
			owner->shown = files_session;
	} else if (protocol == IPPROTO_UDP && local_port(sk)) {
		read_socket(sk, cookie, owner, &record, 0);
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
		/* a look-up may miss an owner that another processor is replacing just now */
		learn_as(sk, cookie, &owner, known ? BPF_ANY : BPF_NOEXIST);
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
	if (files_session != ctx->meta->session_id) {
		files_session = ctx->meta->session_id;
		last_netns = 0;
	}
	see_namespace(task);
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
