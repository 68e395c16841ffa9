/* SPDX-License-Identifier: MIT */
/* Programs that a kernel function calls when it is entered: which function, and where its packet is. */
#pragma once
#include <linux/ptrace.h>
#include <bpf/bpf_tracing.h>
#include "abi/sizes.h"
#include "trace/trace_socket.bpf.h"

/* By point. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, POINTS);
	__type(key, __u32);
	__type(value, struct function);
} functions SEC(".maps");

/* By the address that a kprobe reports, where it has no cookie. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, AS_NEEDED);
	__type(key, __u64);
	__type(value, __u32);
} addresses SEC(".maps");

/* Kprobes have cookies; else they are told by address. */
const volatile _Bool has_attach_cookie = 1;

/*
 * A program on fentry is loaded anew for each function: before that, user space writes the function's
 * point over this number, which native/clone.ts knows too.
 */
#define OWN_POINT 0x4e657474

static __always_inline __u32 own_point(void)
{
	__u32 point;

	asm volatile("%0 = %1" : "=r"(point) : "i"(OWN_POINT));
	return point;
}

static __always_inline __u32 attached_point(struct pt_regs *ctx)
{
	__u64 address = PT_REGS_IP(ctx);
	__u32 *point;

	if (has_attach_cookie)
		return bpf_get_attach_cookie(ctx);
	point = bpf_map_lookup_elem(&addresses, &address);
	return point ? *point : ~0U;
}

/* Keeps the compiler from choosing an address instead of a value: the verifier wants each offset fixed. */
#define READ_NOW(variable) asm volatile("" : "+r"(variable))

/* A socket is one of the first three arguments, or is not asked for. */
static __always_inline struct sock *argument(struct pt_regs *ctx, __u32 position)
{
	__u64 first = PT_REGS_PARM1(ctx), second = PT_REGS_PARM2(ctx), third = PT_REGS_PARM3(ctx);

	READ_NOW(first);
	READ_NOW(second);
	READ_NOW(third);
	return (struct sock *)(position == 1 ? first : position == 2 ? second : position == 3 ? third : 0);
}

static __always_inline int called_with_skb(void *ctx, __u32 point, __u32 scratch, const struct function *function,
					   struct sock *sk, struct sk_buff *skb, int direct)
{
	struct at at = { .point = point, .scratch = scratch, .shape = function->shape, .sk = sk, .ctx = ctx };

	if (!skb)
		return 0;
	at.delivers = function->delivers && sk;
	return trace_skb(&at, skb, direct);
}

static __always_inline int called_with_sock(void *ctx, __u32 point, __u32 scratch, const struct function *function,
					    struct sock *sk)
{
	struct at at = { .point = point, .scratch = scratch, .shape = SHAPE_SOCKET, .sk = sk, .ctx = ctx };

	return function->delivers ? trace_readable(&at) : trace_sock(&at, function->transmit);
}

/* The packet is the argument at `position`. A socket before it is taken from the first two. */
#define ON_FENTRY(position)                                                                  \
	SEC("fentry")                                                                        \
	int fentry_##position(__u64 *ctx)                                                    \
	{                                                                                    \
		__u32 point = own_point();                                                   \
		struct function *function = bpf_map_lookup_elem(&functions, &point);         \
		__u64 first = position > 1 ? ctx[0] : 0, second = position > 2 ? ctx[1] : 0; \
                                                                                             \
		if (!function)                                                               \
			return 0;                                                            \
		READ_NOW(first);                                                             \
		READ_NOW(second);                                                            \
		return called_with_skb(ctx, point, point, function,                          \
				       (struct sock *)(function->sk == 1   ? first           \
						       : function->sk == 2 ? second          \
									   : 0),             \
				       (struct sk_buff *)ctx[position - 1], 1);              \
	}

#define ON_KPROBE(section, name, position)                                                \
	SEC(section)                                                                      \
	int name##_##position(struct pt_regs *ctx)                                        \
	{                                                                                 \
		__u32 point = attached_point(ctx);                                        \
		struct function *function = bpf_map_lookup_elem(&functions, &point);      \
                                                                                          \
		if (!function)                                                            \
			return 0;                                                         \
		return called_with_skb(ctx, point, POINT_KPROBES, function,               \
				       function->sk ? argument(ctx, function->sk) : 0,    \
				       (struct sk_buff *)PT_REGS_PARM##position(ctx), 0); \
	}

#define ON_SOCK(section, name)                                                          \
	SEC(section)                                                                    \
	int name##_sock(struct pt_regs *ctx)                                            \
	{                                                                               \
		__u32 point = attached_point(ctx);                                      \
		struct function *function = bpf_map_lookup_elem(&functions, &point);    \
                                                                                        \
		return function ? called_with_sock(ctx, point, POINT_KPROBES, function, \
						   (struct sock *)PT_REGS_PARM1(ctx))   \
				: 0;                                                    \
	}
