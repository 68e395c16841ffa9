/* SPDX-License-Identifier: MIT */
/* Programs that do nothing, one of a kind: whether they load and attach tells what a kernel allows. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

#define NOTHING(section, name)           \
	SEC(section) int name(void *ctx) \
	{                                \
		return 0;                \
	}

NOTHING("kprobe/ip_output", kprobe)
NOTHING("iter/tcp", iterator)

NOTHING("kprobe.multi", multi)
NOTHING("uprobe/file", uprobe)

/* Not a kind: whether a kprobe knows for which function it was attached. */
SEC("kprobe/ip_output") int attach_cookie(void *ctx)
{
	return !bpf_get_attach_cookie(ctx);
}
