/* SPDX-License-Identifier: MIT */
/* How a message of HTTP begins. */
#pragma once
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

#define WORD(a, b, c, d) ((__u32)(a) | (__u32)(b) << 8 | (__u32)(c) << 16 | (__u32)(d) << 24)
#define HEAD_BYTES 8

/* Heads as numbers: of an array on the stack clang may compute the place, which the verifier forbids. */
#define AT(head, place) ((__u8)((head) >> 8 * (place)))

/* Methods of RFC 9110, RFC 4918 and UPnP, and what caches have, by their first four bytes. */
/* clang-format off */
#define METHODS(X) \
	X('G', 'E', 'T', ' ') \
	X('P', 'O', 'S', 'T') \
	X('P', 'U', 'T', ' ') \
	X('H', 'E', 'A', 'D') \
	X('D', 'E', 'L', 'E') \
	X('O', 'P', 'T', 'I') \
	X('P', 'A', 'T', 'C') \
	X('C', 'O', 'N', 'N') \
	X('T', 'R', 'A', 'C') \
	X('P', 'R', 'O', 'P') \
	X('M', 'K', 'C', 'O') \
	X('M', 'O', 'V', 'E') \
	X('C', 'O', 'P', 'Y') \
	X('R', 'E', 'P', 'O') \
	X('P', 'U', 'R', 'G') \
	X('L', 'O', 'C', 'K') \
	X('U', 'N', 'L', 'O') \
	X('Q', 'U', 'E', 'R') \
	X('M', '-', 'S', 'E') \
	X('S', 'U', 'B', 'S') \
	X('N', 'O', 'T', 'I')
/* clang-format on */

#define SURE_BYTES 4

#define METHOD_CASE(a, b, c, d) case WORD(a, b, c, d):
#define METHOD_MAY(a, b, c, d) | !(((__u32)head ^ WORD(a, b, c, d)) & known)

/* This and the next one are global functions, which the verifier walks through once. */
__noinline int is_request(__u64 head)
{
	switch ((__u32)head) {
		METHODS(METHOD_CASE)
		return 1;
	}
	return 0;
}

/* The same of what has begun with so many bytes, 1 or more: whether it may become one. */
__noinline int begins_request(__u64 head, __u32 bytes)
{
	__u32 known = bytes < SURE_BYTES ? (1U << 8 * bytes) - 1 : ~0U;

	return 0 METHODS(METHOD_MAY);
}

static __always_inline int is_response(__u64 head)
{
	return (__u32)head == WORD('H', 'T', 'T', 'P') && AT(head, 4) == '/';
}
