/* SPDX-License-Identifier: MIT */
/* A socket's addresses as the words of a packet. */
#pragma once
#include "packet/flow.bpf.h"

/* A function that has only a socket: its addresses, as a received packet would carry them. */
static __always_inline struct packet *read_socket_words(__u32 number, struct sock *sk, int transmit)
{
	struct packet *packet = scratch(number);
	struct flow_key flow;
	__u32 *words;

	if (!packet || !is_inet(sk))
		return 0;
	words = packet->words;
	read_flow(sk, &flow);
	load_network(flow.local_address, words + (transmit ? WORD_SOURCE : WORD_DESTINATION));
	load_network(flow.remote_address, words + (transmit ? WORD_DESTINATION : WORD_SOURCE));
	words[transmit ? WORD_SOURCE_PORT : WORD_DESTINATION_PORT] = flow.local_port;
	words[transmit ? WORD_DESTINATION_PORT : WORD_SOURCE_PORT] = flow.remote_port;
	words[WORD_PROTOCOL] = flow.protocol;
	words[WORD_FAMILY] = BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET ? 4 : 6;
	words[WORD_NETNS] = flow.netns;
	packet->status = PACKET_SOCKET;
	return packet;
}
