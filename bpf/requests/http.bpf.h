/* SPDX-License-Identifier: MIT */
/* How a message of HTTP begins. */
#pragma once
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

#define WORD(a, b, c, d) ((__u32)(a) | (__u32)(b) << 8 | (__u32)(c) << 16 | (__u32)(d) << 24)
#define HEAD_BYTES 8

/* Heads as numbers: of an array on the stack clang may compute the place, which the verifier forbids. */
#define AT(head, place) ((__u8)((head) >> 8 * (place)))

/*
 * Methods of RFC 9110, RFC 4918 and UPnP, and what caches have, by their first four bytes. Global functions are walked
 * through once by the verifier.
 */
__noinline int is_request(__u64 head)
{
	switch ((__u32)head) {
	case WORD('G', 'E', 'T', ' '):
	case WORD('P', 'O', 'S', 'T'):
	case WORD('P', 'U', 'T', ' '):
	case WORD('H', 'E', 'A', 'D'):
	case WORD('D', 'E', 'L', 'E'):
	case WORD('O', 'P', 'T', 'I'):
	case WORD('P', 'A', 'T', 'C'):
	case WORD('C', 'O', 'N', 'N'):
	case WORD('T', 'R', 'A', 'C'):
	case WORD('P', 'R', 'O', 'P'):
	case WORD('M', 'K', 'C', 'O'):
	case WORD('M', 'O', 'V', 'E'):
	case WORD('C', 'O', 'P', 'Y'):
	case WORD('R', 'E', 'P', 'O'):
	case WORD('P', 'U', 'R', 'G'):
	case WORD('L', 'O', 'C', 'K'):
	case WORD('U', 'N', 'L', 'O'):
	case WORD('Q', 'U', 'E', 'R'):
	case WORD('M', '-', 'S', 'E'):
	case WORD('S', 'U', 'B', 'S'):
	case WORD('N', 'O', 'T', 'I'):
		return 1;
	}
	return 0;
}

static __always_inline int is_response(__u64 head)
{
	return (__u32)head == WORD('H', 'T', 'T', 'P') && AT(head, 4) == '/';
}
