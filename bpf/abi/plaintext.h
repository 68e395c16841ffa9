/* SPDX-License-Identifier: MIT */
/* Text that programs hand to TLS, and get of it. */
#pragma once
#include "abi/request.h"

/*
 * A piece of text. Its sequence numbers count the bytes of each direction from the first one on that was seen; its
 * cookie is 0, and its addresses are not known, until the session's socket is. The bytes follow.
 */
struct text_piece {
	struct piece piece;
	__u64 session; /* where the library has it, in the memory of the process */
	__u64 since_ns; /* when it was seen first: another one may take its place */
	__u32 pid;
	__u32 uid;
};
_Static_assert(sizeof(struct text_piece) == 160, "text_piece");

/* For each CPU. */
struct text_count {
	__u64 ring_full;
	__u64 calls_full; /* calls that found no room: what they moved is not known */
};
_Static_assert(sizeof(struct text_count) == 16, "text_count");

/* A thread or a goroutine within a call: one to write may be within one to read, as callbacks run there. */
struct call_key {
	__u64 actor;
	__u32 direction;
	__u32 process; /* of the goroutine; 0: a thread */
};
_Static_assert(sizeof(struct call_key) == 16, "call_key");
