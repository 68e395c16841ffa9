/* SPDX-License-Identifier: MIT */
/* What a socket goes by: its cookie, or on older kernels its address. */
#pragma once
#include "kernel/kernel.h"
#include "kernel/untyped.h"
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/* Tracing programs may ask for a cookie. */
const volatile _Bool has_socket_cookie = 1;

/*
 * An address names a socket until it is destroyed. Its upper 16 bits are those of every kernel
 * address; without them user space keeps it as a double.
 */
static __always_inline __u64 address_identity(const void *sk)
{
	return (__u64)untyped(sk) & 0xffffffffffff;
}

/* What a socket goes by; `sk` is a pointer that the verifier knows as a socket. */
#define IDENTITY(sk) (has_socket_cookie ? bpf_get_socket_cookie(sk) : address_identity(sk))

/* The socket of a file, as bpf_sock_from_file; 0: it is another file. */
static __always_inline struct sock *read_sock_behind(struct file *file)
{
	struct socket *socket;

	if (BPF_CORE_READ(file, f_inode, i_sb, s_magic) != SOCKFS_MAGIC)
		return 0;
	socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, sk);
}
