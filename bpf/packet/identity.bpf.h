/* SPDX-License-Identifier: MIT */
/* What a socket goes by in programs of a cgroup: the same as in tracing ones, see socket/identity.bpf.h. */
#pragma once
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* As of the accounting side, which names the sockets: tracing programs may ask for a cookie. */
const volatile _Bool has_socket_cookie = 1;

static __always_inline __u64 identity(struct __sk_buff *skb, struct bpf_sock *sk)
{
	__u64 address = 0;

	if (has_socket_cookie)
		return bpf_get_socket_cookie(skb);
	/* read as a number: the verifier forbids arithmetic on the pointer of a socket */
	bpf_probe_read_kernel(&address, sizeof(address), &sk);
	return address & 0xffffffffffff;
}
