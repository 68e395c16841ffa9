/* SPDX-License-Identifier: MIT */
/* A packet as the programs work on it: what its headers say, as words. */
#pragma once
#include "kernel/kernel.h"
#include "abi/packet.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#define HEADER_BYTES 128

/*
 * BTF pointers are read directly; a kprobe's registers only through the helper. Not a member that is a pointer itself:
 * of each such load from an argument the verifier looks through all of the kernel's types for whether it may be trusted
 * (btf_nested_type_is_trusted, Linux 6.3), 1 ms.
 */
#define GET(direct, pointer, field) ((direct) ? (pointer)->field : BPF_CORE_READ(pointer, field))

/* The headers between IP's own and the transport's, as far as they can be passed over. */
struct extensions {
	__u32 at; /* behind them */
	__u32 next; /* protocol of what is there */
	__u32 status;
};

/* Where and when a packet was seen; its event says what is before `has_socket`. */
struct sighting {
	__u64 at_ns;
	__u64 packet; /* its journey's number */
	__u64 place;
	__u64 skb; /* address; 0: the function has only a socket */
	__u64 cookie;
	__u32 since_ns;
	__u32 generation; /* of the filter that let it through, read once: it may be swapped meanwhile */
	__u32 stack;
	__u32 point;
	__u32 shape;
	__u16 hop;
	__u8 hook;
	__u8 has_socket; /* as an argument of the function */
	__u64 head; /* address of its data; 0: not known */
	__u64 sk; /* address; 0: none */
	__u32 last; /* the skb ends here */
	__u32 is_owner_sought; /* `cookie`, and WORD_PID, are those of its socket */
};

struct packet {
	__u32 words[PACKET_WORDS];
	__u64 start; /* address of the IP header; 0: there is no packet */
	__u64 end; /* of the linear part */
	__u32 sequence;
	__u32 acknowledgment;
	__u32 payload;
	__u32 window;
	__u32 ttl;
	__u32 status;
	__u32 identity; /* tells it from other packets in the same buffer */
	__u32 read; /* bytes in header */
	__u32 transport; /* where the header of WORD_PROTOCOL begins, if all could be read */
	__u32 icmp_sequence;
	__u32 vlan; /* tag control information of the outermost tag */
	__u32 link; /* there is a link-layer header */
	__u32 link_bytes; /* of it, where it leads exactly to `start` */
	__u8 mac[8]; /* its destination; 6 bytes */
	__u32 tunnel; /* enum tunnel, and what it carries */
	__u32 tunnel_id;
	__u32 inner_family;
	__u32 inner_protocol;
	__u32 inner_source_port;
	__u32 inner_destination_port;
	__u32 inner_source[4];
	__u32 inner_destination[4];
	struct extensions extensions; /* of the IP header that is read */
	struct sighting sighting;
	__u8 header[HEADER_BYTES + 32]; /* slack, so that bounded offsets stay inside */
};

/* Each program has its own scratch on each CPU: the kernel does not let a program nest in itself. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, POINTS); /* and a point for each function that fentry stands on */
	__type(key, __u32);
	__type(value, struct packet);
} packets SEC(".maps");

static __always_inline struct packet *scratch(__u32 point)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &point);

	if (packet)
		__builtin_memset(packet, 0, __builtin_offsetof(struct packet, header));
	return packet;
}

static __always_inline __u32 load16(const struct packet *packet, __u32 at)
{
	at &= HEADER_BYTES - 1;
	return bpf_ntohs(*(const __be16 *)(packet->header + at));
}

static __always_inline __u32 load32(const struct packet *packet, __u32 at)
{
	at &= HEADER_BYTES - 1;
	return bpf_ntohl(*(const __be32 *)(packet->header + at));
}

static __always_inline void load_ipv6(const struct packet *packet, __u32 at, __u32 words[4])
{
	for (int i = 0; i < 4; i++)
		words[i] = load32(packet, at + 4 * i);
}

static __always_inline void load_ipv4(const struct packet *packet, __u32 at, __u32 words[4])
{
	words[2] = 0xffff;
	words[3] = load32(packet, at);
}

static __always_inline void set_address(__u8 address[16], const __u32 words[4])
{
	for (int i = 0; i < 4; i++)
		((__u32 *)address)[i] = bpf_htonl(words[i]);
}

/* Nothing that changes on a packet's way, NAT included; 0 is kept for one without headers. */
static __always_inline void identify(struct packet *packet)
{
	const __u32 *words = packet->words;

	/* multiplied: an answer has the same two numbers the other way round */
	packet->identity = packet->sequence * 0x9e3779b1 ^ packet->acknowledgment ^ words[WORD_TCP_FLAGS] << 8 ^
			   words[WORD_PROTOCOL] << 24 ^ load16(packet, 4) << 8 ^ words[WORD_LENGTH];
}
