/* SPDX-License-Identifier: MIT */
/* A part of kernel.h: what netfilter hands its functions, and its chains. */
#pragma once
#include "kernel/kernel.h"

enum netfilter_family {
	NFPROTO_NETDEV = 5,
	NFPROTO_BRIDGE = 7,
};

struct nf_hook_state {
	__u8 hook; /* in older kernels the lower end of 32 bits */
	__u8 pf;
} RELOCATE;

struct nft_table {
	__u64 handle;
	char *name;
} RELOCATE;

struct nft_rule_blob {
	unsigned char data[0];
} RELOCATE;

struct nft_chain {
	struct nft_rule_blob *blob_gen_0;
	struct nft_rule_blob *blob_gen_1;
	struct nft_table *table;
	char *name;
} RELOCATE;

struct nft_pktinfo {
	struct sk_buff *skb;
	struct nf_hook_state *state;
} RELOCATE;

struct xt_table {
	char name[32];
} RELOCATE;
