/* SPDX-License-Identifier: MIT */
/* A packet's headers as its event carries them. */
#pragma once
#include "packet/packet.bpf.h"

static __always_inline void fill_tunnel(struct packet_event *event, const struct packet *packet)
{
	event->tunnel = packet->tunnel;
	event->tunnel_id = packet->tunnel_id;
	event->inner_family = packet->inner_family;
	event->inner_protocol = packet->inner_protocol;
	event->inner_source_port = packet->inner_source_port;
	event->inner_destination_port = packet->inner_destination_port;
	set_address(event->inner_source, packet->inner_source);
	set_address(event->inner_destination, packet->inner_destination);
}

/* What stands in the packet itself. */
static __always_inline void fill_headers(struct packet_event *event, const struct packet *packet)
{
	const __u32 *words = packet->words;

	set_address(event->source, words + WORD_SOURCE);
	set_address(event->destination, words + WORD_DESTINATION);
	event->sequence = packet->sequence;
	event->acknowledgment = packet->acknowledgment;
	event->payload = packet->payload;
	event->status = packet->status | (packet->link ? PACKET_LINK : 0);
	event->length = words[WORD_LENGTH];
	event->source_port = words[WORD_SOURCE_PORT];
	event->destination_port = words[WORD_DESTINATION_PORT];
	event->icmp_type = words[WORD_ICMP_TYPE];
	event->icmp_id = words[WORD_ICMP_ID];
	event->icmp_sequence = packet->icmp_sequence;
	event->family = words[WORD_FAMILY];
	event->protocol = words[WORD_PROTOCOL];
	event->tcp_flags = words[WORD_TCP_FLAGS];
	event->ttl = packet->ttl;
	event->window = packet->window;
	event->vlan = packet->vlan;
	__builtin_memcpy(event->mac, packet->mac, sizeof(event->mac));
	if (packet->tunnel)
		fill_tunnel(event, packet);
}
