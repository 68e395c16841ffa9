/* SPDX-License-Identifier: MIT */
/* Programs that do nothing, one of each kind: whether they load and attach tells what a kernel allows. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

#define NOTHING(section, name)                                                                     \
	SEC(section) int name(void *ctx)                                                           \
	{                                                                                          \
		return 0;                                                                          \
	}

NOTHING("tp_btf/inet_sock_set_state", tracepoint)
NOTHING("fentry/ip_output", fentry)
NOTHING("kprobe/ip_output", kprobe)
NOTHING("iter/tcp", iterator)

NOTHING("kprobe.multi", multi)

/* Not a kind: whether a kprobe knows for which function it was attached. */
SEC("kprobe/ip_output") int attach_cookie(void *ctx)
{
	return !bpf_get_attach_cookie(ctx);
}

/* Not a kind: whether tracing programs may ask a socket for its cookie. */
SEC("tp_btf/inet_sock_set_state") int cookie(__u64 *ctx)
{
	return !bpf_get_socket_cookie((void *)ctx[0]);
}
