/* SPDX-License-Identifier: MIT */
/*
 * bind() that fails. A program on the root cgroup sees it begin, another that it came to something; which error a
 * process got no hook there sees. What is still noted when the socket is bound anew or let go of came to nothing.
 */
#pragma once
#include "accounting/attempt.bpf.c"

/* Where a socket is to be bound to. */
struct binding {
	__u64 at_ns;
	__u8 address[16];
	__u32 port;
	__u32 _pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, BINDINGS);
	__type(key, __u64); /* IDENTITY of the socket */
	__type(value, struct binding);
} bindings SEC(".maps");

/* One that leaves the port to connect() (IP_BIND_ADDRESS_NO_PORT) is seen to be bound by its address alone. */
static __always_inline int has_address(struct sock *sk)
{
	__u8 local[16], remote[16];
	__u32 *words = (__u32 *)local;

	read_addresses(sk, local, remote);
	return words[3] || words[0];
}

static __always_inline void end_binding(struct sock *sk, __u64 cookie)
{
	struct binding *noted = bpf_map_lookup_elem(&bindings, &cookie), binding;
	struct closed_record *record;

	if (!noted)
		return;
	__builtin_memcpy(&binding, noted, sizeof(binding));
	bpf_map_delete_elem(&bindings, &cookie);
	if (!binding.port && (local_port(sk) || has_address(sk)))
		return;
	record = begin_unsent(sk, cookie, binding.at_ns);
	if (!record)
		return;
	__builtin_memcpy(record->socket.local_address, binding.address, 16);
	record->socket.local_port = binding.port;
	__builtin_memset(record->socket.remote_address, 0, 16);
	record->socket.remote_port = 0;
	record->call = CALL_BIND;
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

static __always_inline void note_bind(struct bpf_sock_addr *ctx, struct binding *binding)
{
	struct sock *sk = untyped(ctx->sk);
	__u64 cookie = has_socket_cookie ? bpf_get_socket_cookie(ctx) : address_identity(sk);

	end_binding(sk, cookie);
	learn_current(sk, cookie);
	binding->at_ns = bpf_ktime_get_ns();
	binding->port = bpf_ntohs(ctx->user_port);
	bpf_map_update_elem(&bindings, &cookie, binding, BPF_ANY);
}

SEC("cgroup/bind4")
int note_bind4(struct bpf_sock_addr *ctx)
{
	struct binding binding = {};

	map_ipv4(binding.address, ctx->user_ip4);
	if (ctx->user_ip4 || ctx->user_port)
		note_bind(ctx, &binding);
	return 1;
}

SEC("cgroup/bind6")
int note_bind6(struct bpf_sock_addr *ctx)
{
	struct binding binding = {};
	__u32 *words = (__u32 *)binding.address;

	words[0] = ctx->user_ip6[0];
	words[1] = ctx->user_ip6[1];
	words[2] = ctx->user_ip6[2];
	words[3] = ctx->user_ip6[3];
	if (words[0] || words[3] || ctx->user_port)
		note_bind(ctx, &binding);
	return 1;
}
