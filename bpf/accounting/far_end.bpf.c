/* SPDX-License-Identifier: MIT */
/*
 * Who a UDP socket talks to that is not connected to them. Calls are counted when they return, where no
 * address is left; programs on the cgroup see it in the same call, a moment before.
 */
#pragma once
#include "abi/sizes.h"
#include "accounting/usage.bpf.h"
#include "socket/owner.bpf.h"

/* What finds no room stays with its socket. Entries of which nothing moves are taken out by user space. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FAR_ENDS);
	__type(key, struct far_end_key);
	__type(value, struct far_end);
} far_ends SEC(".maps");

/* The far end of the call that a task is in. */
struct noted {
	__u64 cookie; /* the socket's own, also where sockets go by their addresses */
	__u8 address[16];
	__u16 port; /* 0: it is in none, or that of a socket to its own far end */
	__u8 _pad[6];
};

/* By task. LRU, as tasks end; one that is in a call is not the oldest. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, NOTED);
	__type(key, __u64);
	__type(value, struct noted);
} noted SEC(".maps");

static __always_inline struct noted *noted_by_task(void)
{
	__u64 task = bpf_get_current_task();
	struct noted *known = bpf_map_lookup_elem(&noted, &task), fresh = {};

	if (known)
		return known;
	bpf_map_update_elem(&noted, &task, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&noted, &task);
}

/*
 * Before its first datagram leaves, a socket that another process made, or that is older than nettop, is
 * learned: not at each call, but when the task's call before was on another socket.
 */
static __always_inline void learn_sender(struct bpf_sock_addr *ctx, __u64 cookie)
{
	struct sock *sk = untyped(ctx->sk);

	learn_current(sk, has_socket_cookie ? cookie : address_identity(sk));
}

static __always_inline void note(struct bpf_sock_addr *ctx, const __u32 address[4], const _Bool send)
{
	__u64 cookie = bpf_get_socket_cookie(ctx);
	struct noted *noted = noted_by_task();

	if (send && (!noted || noted->cookie != cookie))
		learn_sender(ctx, cookie);
	if (!noted)
		return;
	noted->cookie = cookie;
	__builtin_memcpy(noted->address, address, sizeof(noted->address));
	noted->port = bpf_ntohs(ctx->user_port);
}

/* These are asked whether the kernel may go on, and say yes. */
static __always_inline int note_ipv4(struct bpf_sock_addr *ctx, const _Bool send)
{
	__u32 address[4] = { 0, 0, bpf_htonl(0xffff), ctx->user_ip4 };

	if (ctx->protocol != IPPROTO_UDP)
		return 1;
	if (ctx->sk->dst_port != (__be16)ctx->user_port || ctx->sk->dst_ip4 != address[3])
		note(ctx, address, send);
	return 1;
}

static __always_inline int note_ipv6(struct bpf_sock_addr *ctx, const _Bool send)
{
	__u32 address[4] = { ctx->user_ip6[0], ctx->user_ip6[1], ctx->user_ip6[2], ctx->user_ip6[3] };
	struct bpf_sock *sk = ctx->sk;

	if (ctx->protocol != IPPROTO_UDP)
		return 1;
	if (sk->dst_port != (__be16)ctx->user_port || sk->dst_ip6[0] != address[0] || sk->dst_ip6[1] != address[1] ||
	    sk->dst_ip6[2] != address[2] || sk->dst_ip6[3] != address[3])
		note(ctx, address, send);
	return 1;
}

/* Before a datagram is sent: with an address, so not in each call of a connected socket. */
SEC("cgroup/sendmsg4")
int note_send4(struct bpf_sock_addr *ctx)
{
	return note_ipv4(ctx, 1);
}

SEC("cgroup/sendmsg6")
int note_send6(struct bpf_sock_addr *ctx)
{
	return note_ipv6(ctx, 1);
}

/* After one was taken from the queue, where the process asks who sent it. */
SEC("cgroup/recvmsg4")
int note_receive4(struct bpf_sock_addr *ctx)
{
	return note_ipv4(ctx, 0);
}

SEC("cgroup/recvmsg6")
int note_receive6(struct bpf_sock_addr *ctx)
{
	return note_ipv6(ctx, 0);
}

/* Takes what was noted in this call on the socket; leaves `end` as it is where nothing was. */
static __always_inline void take_noted(struct sock *sk, struct far_end_key *end)
{
	__u64 task = bpf_get_current_task();
	struct noted *known = bpf_map_lookup_elem(&noted, &task);

	if (!known || !known->port)
		return;
	if (known->cookie == (__u64)sk->__sk_common.skc_cookie.counter) {
		__builtin_memcpy(end->address, known->address, sizeof(end->address));
		end->port = known->port;
	}
	known->port = 0;
}

/* Whether there was room for it. */
static __always_inline int add_far(const struct far_end_key *key, struct usage *usage, __u64 bytes, int receive)
{
	struct far_end *end = bpf_map_lookup_elem(&far_ends, key);
	struct account_loss *lost;

	if (!end) {
		struct far_end fresh = { .opened_ns = bpf_ktime_get_ns() };

		bpf_map_update_elem(&far_ends, key, &fresh, BPF_NOEXIST);
		end = bpf_map_lookup_elem(&far_ends, key);
	}
	if (!end) {
		lost = loss();
		if (lost)
			lost->far_ends_full += bytes;
		return 0;
	}
	if (!bytes) /* clang makes an atomic or of adding 0, which older kernels do not know */
		return 1;
	__sync_fetch_and_add(receive ? &end->rx_bytes : &end->tx_bytes, bytes);
	__sync_fetch_and_add(receive ? &usage->rx_far_bytes : &usage->tx_far_bytes, bytes);
	return 1;
}
