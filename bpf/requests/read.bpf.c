/* SPDX-License-Identifier: MIT */
/* When a process takes what was received. */
#pragma once
#include "requests/conversation.bpf.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct sock;

/* As in kernel/tcp.h, which the headers of packets here cannot stand beside. */
struct tcp_sock {
	__u32 copied_seq;
} __attribute__((preserve_access_index));

/* The process took bytes out of the socket, whose lock it has; splice comes by here too. */
SEC("tp_btf/tcp_rcv_space_adjust")
int BPF_PROG(on_read, struct sock *sk)
{
	struct conversation *talk = bpf_sk_storage_get(&conversations, sk, 0, 0);

	if (talk && !talk->passes && talk->cookie)
		note_read(talk->cookie, BPF_CORE_READ((struct tcp_sock *)sk, copied_seq));
	return 0;
}
