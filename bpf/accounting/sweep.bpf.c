/* SPDX-License-Identifier: MIT */
/* The sweeps: a record for each open socket, once a tick. */
#pragma once
#include "abi/sizes.h"
#include "kernel/iterators.h"
#include "socket/owner.bpf.h"
#include "socket/heard.bpf.h"
#include "socket/record.bpf.h"

/* Where iter/tcp and iter/udp look: they show the sockets of the network namespace that they are opened in. */
const volatile __u32 own_netns = 0;

/* Number of the sweep; 0: user space wants every record. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ONE);
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
 * Fingerprint of a connection: while it is unchanged, the previous record is still valid. It is made of the time of
 * the last segment, timer or read, and of what was written. 0 means never skip: unacked data, a listener, or what
 * waits for accept(), which moves nothing.
 */
static __always_inline __u64 fingerprint_of(struct tcp_sock *tcp)
{
	struct sock *sk = (struct sock *)tcp;
	__u8 state = sk->__sk_common.skc_state;
	__u32 written = tcp->write_seq;

	if (state == TCP_LISTEN || written != tcp->snd_una || !sk->sk_socket)
		return 0;
	return ((__u64)written << 32 | tcp->copied_seq) + (tcp->tcp_mstamp << 4 | state) * 0x9e3779b97f4a7c15;
}

/* What a message about it left behind. */
static __always_inline void see_soft_error(struct sock *sk, __u64 cookie, const _Bool typed)
{
	int error = FIELD(sk, sk_err_soft);

	if (error)
		hold_heard((__u64)untyped(sk), cookie, error);
}

static __always_inline void show(struct seq_file *seq, struct tcp_sock *tcp, __u64 cookie)
{
	struct owner *owner = owner_of(cookie);
	__u64 fingerprint = fingerprint_of(tcp), unchanged = cookie | UNCHANGED;
	struct socket_record record;

	if (owner && fingerprint && owner->shown == fingerprint && !is_due(cookie)) {
		bpf_seq_write(seq, &unchanged, sizeof(unchanged));
		return;
	}
	read_socket((struct sock *)tcp, cookie, owner, &record, 1);
	read_tcp(tcp, &record, 1);
	if (!bpf_seq_write(seq, &record, sizeof(record)) && owner) /* else it comes again */
		owner->shown = fingerprint;
	see_soft_error((struct sock *)tcp, cookie, 1);
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
		see_soft_error((struct sock *)tcp, cookie, 1);
	} else {
		read_mini(common, cookie, &record);
	}
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}
