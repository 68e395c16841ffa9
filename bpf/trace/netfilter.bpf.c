/* SPDX-License-Identifier: MIT */
/* Functions of netfilter: their event waits until they return, with their verdict. */
#pragma once
#include <linux/ptrace.h>
#include <bpf/bpf_tracing.h>
#include "abi/sizes.h"
#include "trace/trace.bpf.h"
#include "kernel/netfilter.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, AS_NEEDED); /* more where there are such functions */
	__type(key, __u64); /* address */
	__type(value, struct chain);
} chains SEC(".maps");

/* src/capture/trace/netfilter.ts has them in the same order. */
enum verdict_function {
	NF_HOOK_SLOW,
	NFT_DO_CHAIN,
	IPT_DO_TABLE,
	IP6T_DO_TABLE,
	VERDICT_FUNCTIONS,
};

/* The point of each, in that order. */
const volatile __u32 verdict_points[VERDICT_FUNCTIONS] = {};

/* ipt_do_table and ip6t_do_table have their table first. */
const volatile _Bool has_table_first = 1;

/* What such a function was called with. */
struct call {
	struct sk_buff *skb;
	struct nf_hook_state *state;
	struct nft_pktinfo *packet; /* has the two above, where they are not arguments */
	__u64 place; /* address of the chain or table; 0: the function has none */
	__u64 frame; /* on the caller's stack */
};

static __always_inline struct call call_hook(__u64 skb, __u64 state, __u64 third)
{
	return (struct call){ .skb = (void *)skb, .state = (void *)state, .frame = state };
}

/* Packet and state are read when they are needed. */
static __always_inline struct call call_chain(__u64 packet, __u64 chain, __u64 third)
{
	return (struct call){ .packet = (void *)packet, .place = chain, .frame = packet };
}

static __always_inline struct call call_table(__u64 first, __u64 second, __u64 third)
{
	__u64 skb = has_table_first ? second : first, state = has_table_first ? third : second;

	return (struct call){
		.skb = (void *)skb,
		.state = (void *)state,
		.place = has_table_first ? first : third,
		.frame = state,
	};
}

static __always_inline enum nf_place nf_place(__u32 hook, __u32 family)
{
	if (family == NFPROTO_NETDEV)
		return hook ? NF_EGRESS : NF_INGRESS;
	return family == NFPROTO_BRIDGE && hook == 5 ? NF_BROUTING : hook + 1;
}

/* Where the packet's headers and its device are. */
static __always_inline enum skb_shape nf_shape(enum nf_place place, __u32 family)
{
	if (family == NFPROTO_BRIDGE || place == NF_EGRESS)
		return SHAPE_TRANSMIT;
	return place == NF_FORWARD || place == NF_OUTPUT || place == NF_POSTROUTING ? SHAPE_OUTPUT : SHAPE_RECEIVE;
}

static __always_inline int entered(void *ctx, __u32 point, __u32 scratch, const struct call *call, __u64 frame)
{
	struct nft_pktinfo *packet = call->packet; /* a variable: libbpf would relocate struct call too */
	struct nf_hook_state *state = packet ? BPF_CORE_READ(packet, state) : call->state;
	struct sk_buff *skb = packet ? BPF_CORE_READ(packet, skb) : call->skb;
	struct waiting waiting = { .frame = frame, .point = point };
	__u32 family = BPF_CORE_READ(state, pf);
	enum nf_place hook = nf_place(BPF_CORE_READ(state, hook), family);
	struct at at = {
		.point = point,
		.scratch = scratch,
		.shape = nf_shape(hook, family),
		.ctx = ctx,
		.place = call->place,
		.hook = hook,
		.waiting = &waiting,
	};

	return trace_skb(&at, skb, 0);
}

/* Read anew at each event: the address may be another chain's by now. */
static __always_inline void keep_chain(enum verdict_function function, __u64 address)
{
	struct nft_chain *chain = (void *)address;
	struct chain names = {};

	if (function == NFT_DO_CHAIN) {
		bpf_probe_read_kernel_str(names.table, sizeof(names.table), BPF_CORE_READ(chain, table, name));
		bpf_probe_read_kernel_str(names.name, sizeof(names.name), BPF_CORE_READ(chain, name));
	} else {
		BPF_CORE_READ_STR_INTO(&names.table, (struct xt_table *)address, name);
	}
	bpf_map_update_elem(&chains, &address, &names, BPF_ANY);
}

static __always_inline enum nf_verdict nf_verdict(enum verdict_function function, __u32 returned)
{
	if (function == NF_HOOK_SLOW) /* a negative error where it dropped the packet, 0 where it gave it away */
		return (__s32)returned < 0 ? NF_DROP : returned ? NF_ACCEPT : NF_STOLEN;
	/* dropped by the chain itself: the error is in the upper half */
	if ((returned & 0xff) == NF_STOLEN && returned >> 16)
		return NF_DROP;
	return returned & 0xff;
}

/* 1: an event waited for this return. */
static __always_inline int returned(enum verdict_function function, __u64 frame, __u32 value)
{
	struct waiting waiting = { .frame = frame, .point = verdict_points[function] };
	struct packet_event *event = bpf_map_lookup_elem(&held, &waiting);
	struct point_count *count = bpf_map_lookup_elem(&counts, &waiting.point);
	struct control *control_now = control();

	if (!event || !count || !control_now)
		return 0;
	if (is_open(control_now, waiting.point)) {
		if (function != NF_HOOK_SLOW)
			keep_chain(function, event->place);
		event->verdict = nf_verdict(function, value);
		count->hits++;
		if (bpf_ringbuf_output(&ring, event, event_bytes(), BPF_RB_NO_WAKEUP)) {
			count->ring_full++;
			count_lost(event->packet, event->since_ns);
		} else {
			count->emitted++;
		}
	}
	bpf_map_delete_elem(&held, &waiting);
	return 1;
}

/* The return address has been taken from the stack; on x86 it stood where the call began. */
#define FRAME_RETURNED(ctx) (PT_REGS_SP(ctx) - sizeof(void *))

/* A kernel function of `count` arguments, which `read_call` reads. */
#define ON_VERDICT(name, number, read_call, count)                                                       \
	SEC("fentry")                                                                                    \
	int fentry_##name(__u64 *ctx)                                                                    \
	{                                                                                                \
		struct call now = read_call(ctx[0], ctx[1], count > 2 ? ctx[2] : 0);                     \
		__u32 point = verdict_points[number];                                                    \
                                                                                                         \
		return entered(ctx, point, point, &now, now.frame);                                      \
	}                                                                                                \
	SEC("fexit")                                                                                     \
	int fexit_##name(__u64 *ctx)                                                                     \
	{                                                                                                \
		struct call now = read_call(ctx[0], ctx[1], count > 2 ? ctx[2] : 0);                     \
                                                                                                         \
		returned(number, now.frame, ctx[count]);                                                 \
		return 0;                                                                                \
	}                                                                                                \
	SEC("kprobe")                                                                                    \
	int kprobe_##name(struct pt_regs *ctx)                                                           \
	{                                                                                                \
		struct call now = read_call(PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx), PT_REGS_PARM3(ctx)); \
                                                                                                         \
		return entered(ctx, verdict_points[number], POINT_KPROBES, &now, PT_REGS_SP(ctx));       \
	}                                                                                                \
	SEC("kretprobe")                                                                                 \
	int kretprobe_##name(struct pt_regs *ctx)                                                        \
	{                                                                                                \
		__u32 value = PT_REGS_RC(ctx);                                                           \
                                                                                                         \
		if (!returned(number, FRAME_RETURNED(ctx), value))                                       \
			returned(number, PT_REGS_SP(ctx), value);                                        \
		return 0;                                                                                \
	}
