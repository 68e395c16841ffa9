/* SPDX-License-Identifier: MIT */
/*
 * Which rule of nftables drops a packet. A chain's rules lie one after the other, each with its expressions. The
 * expression that says "drop" is told where it lies: from there on the end of the chain is found, which knows the
 * chain, and from the chain's beginning on the rule that it lies in.
 */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_tracing.h>
#include "kernel/compat.h"
#include "kernel/rules.h"
#include "kernel/untyped.h"
#include "abi/packet.h"
#include "rules/told.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

#define MOST_RULES 8192 /* of a chain that are looked through */

/* Of expressions that said "drop" before, by address. */
struct known_rule {
	__u64 at; /* address of the rule; 0: it was not found */
	__u64 bits; /* what stood there: an address may be another rule's by now */
	struct rule rule;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, KNOWN_RULES);
	__type(key, __u64);
	__type(value, struct known_rule);
} known_rules SEC(".maps");

struct walk {
	struct nft_rule_dp *at;
	__u64 within; /* an address in the rule that is sought; 0: the last, which ends the chain */
	__u32 found;
};

static __always_inline __u64 bits_of(struct nft_rule_dp *rule)
{
	__u64 bits = 0;

	bpf_probe_read_kernel(&bits, sizeof(bits), rule);
	return bits;
}

static long step(__u32 index, struct walk *walk)
{
	struct nft_rule_dp *rule = walk->at;
	__u64 bits = bits_of(rule);
	__u64 first = (__u64)rule->data, next = first + RULE_LENGTH(bits);

	if (RULE_IS_LAST(bits)) {
		walk->found = !walk->within;
		return 1;
	}
	if (walk->within >= first && walk->within < next) {
		walk->found = 1;
		return 1;
	}
	walk->at = (void *)next;
	return 0;
}

static __always_inline struct nft_rule_dp *seek(struct nft_rule_dp *from, __u64 within)
{
	struct walk walk = { .at = from, .within = within };

	bpf_loop(MOST_RULES, step, &walk, 0);
	return walk.found ? walk.at : 0;
}

static __always_inline struct nft_rule_dp *seek_in(struct nft_rule_blob *rules, __u64 within)
{
	return rules ? seek((void *)rules->data, within) : 0;
}

/* An expression that leaves the chain is the last of its rule: the next rule begins behind it. */
static __always_inline struct known_rule find_rule(struct nft_expr *expr)
{
	struct nft_rule_dp_last *last = (void *)seek((void *)expr + BPF_CORE_READ(expr, ops, size), 0);
	struct known_rule found = {};
	struct nft_rule_dp *rule;
	struct nft_chain *chain;

	if (!last)
		return found;
	chain = BPF_CORE_READ(last, chain);
	rule = seek_in(BPF_CORE_READ(chain, blob_gen_0), (__u64)expr);
	if (!rule)
		rule = seek_in(BPF_CORE_READ(chain, blob_gen_1), (__u64)expr);
	if (!rule)
		return found;
	found.at = (__u64)rule;
	found.bits = bits_of(rule);
	found.rule.handle = RULE_HANDLE(found.bits);
	found.rule.table = BPF_CORE_READ(chain, table, handle);
	return found;
}

static __always_inline struct rule rule_of(struct nft_expr *expr)
{
	__u64 key = (__u64)expr;
	struct known_rule *known = bpf_map_lookup_elem(&known_rules, &key), found;

	if (known && (!known->at || bits_of((void *)known->at) == known->bits))
		return known->rule;
	found = find_rule(expr);
	bpf_map_update_elem(&known_rules, &key, &found, BPF_ANY);
	return found.rule;
}

static __always_inline int evaluated(struct nft_expr *expr, struct nft_pktinfo *packet)
{
	struct nft_immediate_expr *immediate = (void *)expr->data;
	struct verdict verdict = {};
	struct sk_buff *skb;
	__u64 key;

	if (BPF_CORE_READ(immediate, dreg) != NFT_REG_VERDICT)
		return 0;
	if ((BPF_CORE_READ(immediate, data.verdict.code) & NF_VERDICT_MASK) != NF_DROP)
		return 0;
	skb = BPF_CORE_READ(packet, skb);
	verdict.head = (__u64)BPF_CORE_READ(skb, head);
	verdict.rule = rule_of(expr);
	key = (__u64)skb;
	bpf_map_update_elem(&verdicts, &key, &verdict, BPF_ANY);
	return 0;
}

SEC("fentry")
int fentry_nft_immediate_eval(__u64 *ctx)
{
	return evaluated(untyped((void *)ctx[0]), (void *)ctx[2]);
}

SEC("kprobe")
int kprobe_nft_immediate_eval(struct pt_regs *ctx)
{
	return evaluated((void *)PT_REGS_PARM1(ctx), (void *)PT_REGS_PARM3(ctx));
}
