/* SPDX-License-Identifier: MIT */
/* The ICMP message that the kernel is handling right now, found on the stack. */
#pragma once
#include "abi/sizes.h"
#include "socket/heard.bpf.h"

/* Whose IP header stands before the message. */
static __always_inline void read_sender(struct sk_buff *skb, __u8 family, struct icmp_message *message)
{
	unsigned char *ip = BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, network_header);
	__be32 ipv4 = 0;

	message->family = family;
	if (family == 6) {
		bpf_probe_read_kernel(message->sender, 16, ip + 8);
	} else {
		bpf_probe_read_kernel(&ipv4, sizeof(ipv4), ip + 12);
		map_ipv4(message->sender, ipv4);
	}
}

/*
 * The message about a socket that the kernel is handling right now, on this CPU: icmp_unreach or icmpv6_notify has
 * its packet and is what called us. IPv6 queues messages only for those who ask for them (IPV6_RECVERR), no
 * tracepoint has the packet, and functions cannot be followed everywhere. But each function down to here keeps its
 * caller's registers, so that the packet's address stands in the stack above the arguments of the tracepoint. What
 * is found there is the packet if it holds a message about a packet of this very socket; anything else is passed
 * over, so that at worst nothing is found.
 */
#define STACK_WORDS 160

/* Where the packet was to go that a message quotes, and its ports. */
struct quoted {
	__u32 address[4];
	__be16 ports[2];
};

struct handled {
	struct sock *sk; /* 0: no message is about it */
	__u64 stack; /* address of the arguments of the tracepoint */
	struct sock *ended; /* whose message is looked for: the verifier lets no pointer into a global function */
	struct icmp_message message;
	struct quoted wanted;
	__u8 protocol;
	__u8 _pad[3];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, struct handled);
} handled_message SEC(".maps");

/* Where a message's packet is: `data` is the packet that it quotes, after the header of ICMP. */
static __always_inline int is_about(struct sk_buff *skb, struct quoted *wanted, __u8 protocol)
{
	unsigned char *data = BPF_CORE_READ(skb, data);
	struct quoted found = {};
	__u8 header[40];
	__u32 length = 40;
	__be32 ipv4;

	if (bpf_probe_read_kernel(header, sizeof(header), data))
		return 0;
	if (header[0] >> 4 == 6 && header[6] == protocol) {
		__builtin_memcpy(found.address, header + 24, 16);
	} else if (header[0] >> 4 == 4 && header[9] == protocol) {
		__builtin_memcpy(&ipv4, header + 16, 4);
		map_ipv4((__u8 *)found.address, ipv4);
		length = (header[0] & 15) * 4;
	} else {
		return 0;
	}
	bpf_probe_read_kernel(found.ports, sizeof(found.ports), data + length);
	return found.ports[0] == wanted->ports[0] && found.ports[1] == wanted->ports[1] &&
	       found.address[0] == wanted->address[0] && found.address[1] == wanted->address[1] &&
	       found.address[2] == wanted->address[2] && found.address[3] == wanted->address[3];
}

static __always_inline void read_message(struct sk_buff *skb, struct icmp_message *message)
{
	unsigned char *start = BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, transport_header);
	__u8 header[2] = {};

	bpf_probe_read_kernel(header, sizeof(header), start);
	message->type = header[0];
	message->code = header[1];
	read_sender(skb, BPF_CORE_READ(skb, protocol) == bpf_htons(ETH_P_IPV6) ? 6 : 4, message);
}

/*
 * Whether a word of the stack is the packet that is looked for, whose message then stands in handled_message. A
 * global function: the verifier walks through it once, not once a word.
 */
__noinline int is_handled(__u64 word)
{
	struct sk_buff *skb = (void *)word;
	struct handled *handled;
	__u32 zero = 0;
	__u16 type;

	if (word >> 48 != 0xffff || word & 7) /* no address of anything */
		return 0;
	type = BPF_CORE_READ(skb, protocol);
	if (type != bpf_htons(ETH_P_IPV6) && type != bpf_htons(ETH_P_IP))
		return 0;
	handled = bpf_map_lookup_elem(&handled_message, &zero);
	if (!handled || !is_about(skb, &handled->wanted, handled->protocol))
		return 0;
	read_message(skb, &handled->message);
	return 1;
}

#define WORDS_AT_ONCE 16

/* Whether one of these words of the stack is; a global function too. */
__noinline int are_handled(__u32 from)
{
	__u32 zero = 0;
	struct handled *handled = bpf_map_lookup_elem(&handled_message, &zero);
	__u64 address;

	if (!handled)
		return 0;
	for (int word = 0; word < WORDS_AT_ONCE; word++) {
		address = 0;
		bpf_probe_read_kernel(&address, sizeof(address), (void *)(handled->stack + 8 * (from + word)));
		if (is_handled(address))
			return 1;
	}
	return 0;
}

/* `stack`: the arguments of the tracepoint. 1: it was found, and stands in `handled`. */
static __always_inline int find_handled(void *stack, struct sock *sk, __u8 error, struct handled *handled)
{
	__u8 local[16];

	handled->stack = (__u64)stack;
	handled->protocol = BPF_CORE_READ(sk, sk_protocol);
	read_addresses(sk, local, (__u8 *)handled->wanted.address);
	handled->wanted.ports[0] = BPF_CORE_READ((struct inet_sock *)sk, inet_sport);
	handled->wanted.ports[1] = BPF_CORE_READ(sk, __sk_common.skc_dport);
	for (int word = 0; word < STACK_WORDS; word += WORDS_AT_ONCE) {
		if (!are_handled(word))
			continue;
		handled->message.error = error;
		return 1;
	}
	return 0;
}
