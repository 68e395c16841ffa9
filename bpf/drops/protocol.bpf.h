/* SPDX-License-Identifier: MIT */
/* What of packets counts tell apart. */
#pragma once
#include "abi/drop.h"
#include "packet/packet.bpf.h"

static __always_inline __u32 protocol_of(const __u32 *words)
{
	switch (words[WORD_PROTOCOL]) {
	case IPPROTO_TCP:
		return DROP_TCP;
	case IPPROTO_UDP:
		return DROP_UDP;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return DROP_ICMP;
	default:
		return DROP_OTHER;
	}
}
