/* SPDX-License-Identifier: MIT */
#pragma once
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

/* A number that is read as a pointer: the verifier forbids arithmetic on a kernel pointer that may be NULL. */
static __always_inline void *untyped(const void *pointer)
{
	void *address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), &pointer);
	return address;
}
