/* SPDX-License-Identifier: MIT */
/* Packets that ask for something of this host and get nothing, one by one: who tries which ports. */
#pragma once
#include "abi/sizes.h"
#include "abi/drop.h"
#include "drops/resets.bpf.h"
#include "packet/packet.bpf.h"

const struct refusal *_refusal __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, REFUSALS_BYTES);
} refusals SEC(".maps");

/* Those that found no room. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, __u64);
} lost_refusals SEC(".maps");

#define TCP_FLAG_ACK 0x10

/* What begins a connection, or would have no answer but a refusal: not what is left of one that was. */
static __always_inline int asks(const __u32 *words)
{
	if (words[WORD_PROTOCOL] == IPPROTO_TCP)
		return !(words[WORD_TCP_FLAGS] & (TCP_FLAG_ACK | TCP_FLAG_RST));
	return words[WORD_PROTOCOL] == IPPROTO_UDP;
}

static __always_inline void tell_refusal(const __u32 *words, __u32 reason)
{
	struct refusal *refusal;

	if (!words[WORD_DESTINATION_PORT] || !asks(words))
		return;
	refusal = bpf_ringbuf_reserve(&refusals, sizeof(*refusal), 0);
	if (!refusal) {
		__u32 zero = 0;
		__u64 *lost = bpf_map_lookup_elem(&lost_refusals, &zero);

		if (lost)
			(*lost)++;
		return;
	}
	set_address(refusal->source, words + WORD_SOURCE);
	set_address(refusal->destination, words + WORD_DESTINATION);
	refusal->netns = words[WORD_NETNS];
	refusal->reason = reason;
	refusal->source_port = words[WORD_SOURCE_PORT];
	refusal->destination_port = words[WORD_DESTINATION_PORT];
	refusal->protocol = words[WORD_PROTOCOL];
	bpf_ringbuf_submit(refusal, BPF_RB_NO_WAKEUP);
}
