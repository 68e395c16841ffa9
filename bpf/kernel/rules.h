/* SPDX-License-Identifier: MIT */
/* A part of kernel.h: rules of nftables as the kernel runs them. */
#pragma once
#include "kernel/netfilter.h"

#define NF_VERDICT_MASK 0xff
#define NFT_REG_VERDICT 0

struct nft_expr_ops {
	unsigned int size;
} RELOCATE;

struct nft_expr {
	struct nft_expr_ops *ops;
	unsigned char data[0];
} RELOCATE;

struct nft_verdict {
	__u32 code;
} RELOCATE;

struct nft_data {
	struct nft_verdict verdict;
} RELOCATE;

struct nft_immediate_expr {
	struct nft_data data;
	__u8 dreg;
} RELOCATE;

/*
 * A rule begins with 64 bits: is_last 1, dlen 12, handle 42. What clang 14 makes of them by CO-RE does not compile, and no
 * kernel has them otherwise.
 */
#define RULE_IS_LAST(bits) ((bits) & 1)
#define RULE_LENGTH(bits) ((bits) >> 1 & 0xfff)
#define RULE_HANDLE(bits) ((bits) >> 13 & 0x3ffffffffffULL)

struct nft_rule_dp {
	unsigned char data[0];
} RELOCATE;

/* The end of a chain. */
struct nft_rule_dp_last {
	struct nft_chain *chain;
} RELOCATE;
