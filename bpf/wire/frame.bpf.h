/* SPDX-License-Identifier: MIT */
/* How many frames a packet is on the wire, and how many bytes. */
#pragma once
#include "kernel/frame.h"
#include "socket/identity.bpf.h"
#include "packet/link.bpf.h"

/* include/linux/skbuff.h */
#define SKB_GSO_TCPV4 (1 << 0)
#define SKB_GSO_TCPV6 (1 << 4)
#define UDP_HEADER_BYTES 8

struct frame {
	__u32 frames;
	__u32 bytes;
	__u32 buffer_bytes;
};

/* Bytes that each segment repeats: all before the payload of the innermost TCP or UDP; 0: not known. */
static __always_inline __u32 repeated_bytes(struct sk_buff *skb, const struct packet *packet, __u64 frame,
					    __u32 gso_type)
{
	__u64 transport = packet->transport ? packet->start + packet->transport : 0;
	struct sk_buff___segments *segments = (void *)skb;
	__u32 inner = BPF_CORE_READ(segments, inner_transport_header);
	__u8 offset = 0;

	if (inner && BPF_CORE_READ_BITFIELD_PROBED(segments, encapsulation))
		transport = (__u64)BPF_CORE_READ(skb, head) + inner;
	if (transport <= frame)
		return 0;
	if (!(gso_type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6)))
		return transport - frame + UDP_HEADER_BYTES;
	bpf_probe_read_kernel(&offset, sizeof(offset), (void *)(transport + 12));
	return transport - frame + (offset >> 4) * 4;
}

/* `frame` is the address of the link header. */
static __always_inline void count_segments(struct sk_buff *skb, const struct packet *packet, __u64 frame,
					   struct frame *result)
{
	struct sk_buff___segments *segments = (void *)skb;
	struct skb_shared_info *info = (void *)(BPF_CORE_READ(skb, head) + BPF_CORE_READ(segments, end));
	__u32 size = BPF_CORE_READ(info, gso_size), repeated, payload;

	if (!size)
		return;
	repeated = repeated_bytes(skb, packet, frame, BPF_CORE_READ(info, gso_type));
	if (!repeated || repeated >= result->bytes)
		return;
	payload = result->bytes - repeated;
	result->frames = (payload + size - 1) / size;
	result->bytes += (result->frames - 1) * repeated;
}

/* Bytes of the link header before a packet that came in; a device without one leaves an old place there. */
static __always_inline __u32 received_link(struct sk_buff *skb, __u32 data)
{
	struct net_device___below *device = (void *)BPF_CORE_READ(skb, dev);
	__u32 link = skb->mac_header;

	return link < data && BPF_CORE_READ(device, hard_header_len) ? data - link : 0;
}

/*
 * A frame as an Ethernet device counts it, with its link header. The loopback has no wire: there it is
 * the IP packet, in one piece, as the device counts it.
 */
static __always_inline void measure(struct sk_buff *skb, const struct packet *packet, int transmit,
				    struct frame *result)
{
	__u64 head = (__u64)BPF_CORE_READ(skb, head), frame = (__u64)BPF_CORE_READ(skb, data);
	__u32 length = skb->len, link = received_link(skb, frame - head);

	if (!transmit) {
		length += link;
		frame -= link;
	}
	result->frames = 1;
	if (packet->words[WORD_INTERFACE] == LOOPBACK_IFINDEX) {
		result->bytes = length > ETHERNET_BYTES ? length - ETHERNET_BYTES : 0;
		result->buffer_bytes = result->bytes;
		return;
	}
	result->bytes = length;
	result->buffer_bytes = length;
	count_segments(skb, packet, frame, result);
	if (tag_beside(skb))
		result->bytes += result->frames * TAG_BYTES;
}
