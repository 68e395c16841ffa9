/* SPDX-License-Identifier: MIT */
/* Who sends what comes to this host: attached only while more comes than usual. */
#include <linux/bpf.h>
#include <bpf/bpf_tracing.h>
#include "abi/flood.h"
#include "abi/sizes.h"
#include "packet/skb.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const struct flood_key *_flood_key __attribute__((unused));
const struct flood *_flood __attribute__((unused));
const enum flood_kind _flood_kind __attribute__((unused));

#define TCP_FLAG_RST 0x04
#define SCRATCH 0 /* the only one of this object */
#define PACKET_HOST 0 /* include/uapi/linux/if_packet.h */
#define IP_MORE_OR_OFFSET 0x3fff /* RFC 791, 3.1 */

/* LRU: sources may be forged, and are ever others then. How many packets there are others count. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, FLOODS);
	__type(key, struct flood_key);
	__type(value, struct flood);
} floods SEC(".maps");

/* FLOOD_KINDS: none of them. */
static __always_inline __u32 kind_of(const struct packet *packet)
{
	const __u32 *words = packet->words;

	if (packet->status & PACKET_FRAGMENT || (words[WORD_FAMILY] == 4 && load16(packet, 6) & IP_MORE_OR_OFFSET))
		return FLOOD_FRAGMENTS;
	if (words[WORD_PROTOCOL] == IPPROTO_UDP)
		return FLOOD_DATAGRAMS;
	if (words[WORD_PROTOCOL] == IPPROTO_ICMP || words[WORD_PROTOCOL] == IPPROTO_ICMPV6)
		return FLOOD_MESSAGES;
	if (words[WORD_PROTOCOL] == IPPROTO_TCP && words[WORD_TCP_FLAGS] & TCP_FLAG_RST)
		return FLOOD_RESETS;
	return FLOOD_KINDS;
}

static __always_inline void name_network(__u8 network[16], const __u32 *words)
{
	__u32 source[4] = { words[WORD_SOURCE], words[WORD_SOURCE + 1], words[WORD_SOURCE + 2],
			    words[WORD_SOURCE + 3] };

	if (words[WORD_FAMILY] == 4) {
		source[3] &= 0xffffff00;
	} else {
		source[2] = 0;
		source[3] = 0;
	}
	set_address(network, source);
}

SEC("tp_btf/netif_receive_skb")
int count_source(__u64 *ctx)
{
	struct sk_buff *skb = (struct sk_buff *)ctx[0];
	struct packet *packet = scratch(SCRATCH);
	struct at at = { .shape = SHAPE_RECEIVE, .scratch = SCRATCH };
	struct flood_key key = {};
	struct flood one = { .packets = 1 }, *flood;
	__u32 kind;

	if (!packet || BPF_CORE_READ_BITFIELD(skb, pkt_type) != PACKET_HOST || !read_skb(&at, skb, 1))
		return 0;
	kind = kind_of(packet);
	if (kind == FLOOD_KINDS)
		return 0;
	read_place(&at, packet, skb, 0, 1);
	key.kind = kind;
	key.netns = packet->words[WORD_NETNS];
	key.port = kind == FLOOD_DATAGRAMS || kind == FLOOD_RESETS ? packet->words[WORD_DESTINATION_PORT] : 0;
	name_network(key.network, packet->words);
	one.bytes = packet->words[WORD_LENGTH];
	flood = bpf_map_lookup_elem(&floods, &key);
	if (!flood) {
		bpf_map_update_elem(&floods, &key, &one, BPF_NOEXIST);
		return 0;
	}
	__sync_fetch_and_add(&flood->packets, 1);
	__sync_fetch_and_add(&flood->bytes, one.bytes);
	return 0;
}
