/* SPDX-License-Identifier: MIT */
/* connect() that comes to nothing before its SYN: there is no route, or a program forbids it. */
#pragma once
#include "accounting/closing.bpf.h"
#include "socket/owner.bpf.h"

/* Where a socket is to connect to. It lies in its life until that has a first state. */
struct attempt {
	__u64 at_ns;
	__u8 remote_address[16];
	__u32 remote_port;
};
_Static_assert(sizeof(struct attempt) <= sizeof(((struct life *)0)->entered_ns), "attempt");

/* Counters are not sent: they would be those of the socket's previous connection. */
static __always_inline struct closed_record *begin_unsent(struct sock *sk, __u64 cookie, __u64 at_ns)
{
	struct closed_record *record = bpf_ringbuf_reserve(&closed, sizeof(*record), 0);
	struct account_loss *lost;

	if (!record) {
		lost = loss();
		if (lost)
			lost->closed_lost++;
		return 0;
	}
	__builtin_memset(record, 0, sizeof(*record));
	read_socket(sk, cookie, owner_of(cookie), &record->socket, 0);
	record->socket.state = TCP_CLOSE;
	record->socket.opened_ns = at_ns;
	record->closed_ns = at_ns;
	record->unsent = 1;
	return record;
}

static __always_inline void tell_unsent(struct sock *sk, __u64 cookie, const struct attempt *attempt, int error)
{
	struct closed_record *record = begin_unsent(sk, cookie, attempt->at_ns);

	if (!record)
		return;
	__builtin_memcpy(record->socket.remote_address, attempt->remote_address, 16);
	record->socket.remote_port = attempt->remote_port;
	record->old_state = TCP_SYN_SENT;
	record->error = error;
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

/* An attempt that was noted and had no SYN is over: the socket connects anew, or is gone. */
static __always_inline void end_attempt(struct sock *sk, __u64 cookie)
{
	struct life *life = bpf_map_lookup_elem(&lives, &cookie);
	struct attempt attempt;

	if (!life || life->count)
		return;
	__builtin_memcpy(&attempt, life->entered_ns, sizeof(attempt));
	if (attempt.at_ns)
		tell_unsent(sk, cookie, &attempt, 0);
}

/*
 * connect() as it begins, where its end cannot be seen: asked whether it may go on, these say yes. The
 * SYN begins the socket's life anew.
 */
static __always_inline void note_connect(struct bpf_sock_addr *ctx, struct attempt *attempt)
{
	struct sock *sk = untyped(ctx->sk);
	__u64 cookie = has_socket_cookie ? bpf_get_socket_cookie(ctx) : address_identity(sk);
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct owner *known = bpf_map_lookup_elem(&owners, &cookie), owner;
	struct life *life;

	end_attempt(sk, cookie);
	if (!known || known->pid != BPF_CORE_READ(task, tgid)) {
		read_owner(task, &owner);
		meet((__u64)task, owner.start_ns, owner.pid, 1);
		if (known) {
			owner.opened_ns = known->opened_ns;
			owner.shared = known->shared;
		}
		bpf_map_update_elem(&owners, &cookie, &owner, BPF_ANY);
	}
	life = begin_life(cookie);
	if (!life)
		return;
	attempt->at_ns = bpf_ktime_get_ns();
	attempt->remote_port = bpf_ntohs(ctx->user_port);
	__builtin_memcpy(life->entered_ns, attempt, sizeof(*attempt));
}

SEC("cgroup/connect4")
int note_connect4(struct bpf_sock_addr *ctx)
{
	struct attempt attempt = {};

	if (ctx->protocol == IPPROTO_TCP) {
		map_ipv4(attempt.remote_address, ctx->user_ip4);
		note_connect(ctx, &attempt);
	}
	return 1;
}

SEC("cgroup/connect6")
int note_connect6(struct bpf_sock_addr *ctx)
{
	struct attempt attempt = {};
	__u32 *words = (__u32 *)attempt.remote_address;

	if (ctx->protocol == IPPROTO_TCP) {
		words[0] = ctx->user_ip6[0];
		words[1] = ctx->user_ip6[1];
		words[2] = ctx->user_ip6[2];
		words[3] = ctx->user_ip6[3];
		note_connect(ctx, &attempt);
	}
	return 1;
}

/* What failed after the socket was in SYN_SENT was told when it left that. */
static __always_inline void on_unsent(struct sock *sk, struct attempt *attempt, int error)
{
	__u64 cookie = IDENTITY(sk);
	struct life *life = bpf_map_lookup_elem(&lives, &cookie);

	if (life && life->failed == FAILED_UNSENT) {
		life->failed = FAILED;
		return;
	}
	learn_current(sk, cookie);
	attempt->at_ns = bpf_ktime_get_ns();
	tell_unsent(sk, cookie, attempt, error);
}

/* struct sockaddr_in: family, port, address. */
SEC("fexit/tcp_v4_connect")
int BPF_PROG(exit_tcp_v4_connect, struct sock *sk, void *address, int length, int error)
{
	struct attempt attempt = {};
	__be16 start[4];

	if (!error || bpf_probe_read_kernel(start, sizeof(start), address) || start[0] != AF_INET)
		return 0;
	attempt.remote_port = bpf_ntohs(start[1]);
	map_ipv4(attempt.remote_address, start[2] | (__u32)start[3] << 16);
	on_unsent(sk, &attempt, -error);
	return 0;
}

/* struct sockaddr_in6: family, port, flow label, address. An IPv4-mapped one came by the function above. */
SEC("fexit/tcp_v6_connect")
int BPF_PROG(exit_tcp_v6_connect, struct sock *sk, void *address, int length, int error)
{
	struct attempt attempt = {};
	__u32 *words = (__u32 *)attempt.remote_address, start[6];

	if (!error || bpf_probe_read_kernel(start, sizeof(start), address) || (start[0] & 0xffff) != AF_INET6)
		return 0;
	attempt.remote_port = bpf_ntohs(start[0] >> 16);
	words[0] = start[2];
	words[1] = start[3];
	words[2] = start[4];
	words[3] = start[5];
	if (words[0] || words[1] || words[2] != bpf_htonl(0xffff))
		on_unsent(sk, &attempt, -error);
	return 0;
}
