/* SPDX-License-Identifier: MIT */
/* The socket that a packet belongs to, and its owner. */
#pragma once
#include "socket/socket.bpf.h"
#include "packet/link.bpf.h"

#define TCP_SYN 2

/* Where a packet is on its way. */
enum skb_shape {
	SHAPE_RECEIVE, /* data is the network header; sk is the sender's or nobody's */
	SHAPE_TRANSMIT, /* network_header is set, dev is the device */
	SHAPE_SOCKET, /* network_header is set, dev may be something else (udp dev_scratch, rbnode) */
	SHAPE_OUTPUT, /* network_header is set, the device is the route's */
	SHAPE_ANY, /* to be found out */
};

struct at {
	__u32 point;
	__u32 scratch; /* number of the program's own scratch */
	enum skb_shape shape;
	__u32 delivers; /* functions called by this one know the socket alone */
	__u32 last; /* the skb ends here */
	__u32 counts; /* it is counted, and not shown */
	struct sock *sk; /* an argument of the function; 0: take the skb's */
	void *ctx; /* what the program was called with */
	__u64 place;
	__u32 reason;
	enum nf_place hook;
	const struct waiting *waiting; /* the event is sent when the function returns; 0: at once */
};

static __always_inline void load_network(const __u8 address[16], __u32 words[4])
{
	for (int i = 0; i < 4; i++)
		words[i] = bpf_ntohl(((const __u32 *)address)[i]);
}

static __always_inline __u32 owner_pid(__u64 cookie)
{
	struct owner *owner = cookie ? bpf_map_lookup_elem(&owners, &cookie) : 0;
	return owner ? owner->pid : 0;
}

static __always_inline void set_flow(struct flow_key *flow, const __u32 *words, int local, int remote, int local_word,
				     int remote_word)
{
	set_address(flow->local_address, words + local_word);
	set_address(flow->remote_address, words + remote_word);
	flow->netns = words[WORD_NETNS];
	flow->protocol = words[WORD_PROTOCOL];
	flow->local_port = words[local];
	flow->remote_port = words[remote];
}

/*
 * The socket that the packet in the scratch of `point` belongs to: exactly, or as an address that listens; 0: none. A
 * global function, so that the verifier walks through it once.
 */
__noinline __u64 find_flow(__u32 point, __u32 outgoing)
{
	struct packet *packet = bpf_map_lookup_elem(&packets, &point);
	struct flow_key flow = {};
	__u64 *cookie;

	if (!packet)
		return 0;
	if (outgoing)
		set_flow(&flow, packet->words, WORD_SOURCE_PORT, WORD_DESTINATION_PORT, WORD_SOURCE, WORD_DESTINATION);
	else
		set_flow(&flow, packet->words, WORD_DESTINATION_PORT, WORD_SOURCE_PORT, WORD_DESTINATION, WORD_SOURCE);
	cookie = bpf_map_lookup_elem(&flows, &flow);
	if (!cookie)
		cookie = find_unconnected(&flow);
	return cookie ? *cookie : 0;
}

/* The same of an address that a socket is bound to by itself: a port of all addresses may be somebody else's. */
static __always_inline __u64 find_bound(const __u32 *words, int local, int remote, int local_word, int remote_word)
{
	struct flow_key flow = {};
	__u64 *cookie;

	set_flow(&flow, words, local, remote, local_word, remote_word);
	cookie = bpf_map_lookup_elem(&flows, &flow);
	if (!cookie) {
		forget_remote(&flow);
		cookie = bpf_map_lookup_elem(&flows, &flow);
	}
	return cookie ? *cookie : 0;
}

/*
 * Owner by socket, or by flow: never the current task, which in softirq is a bystander. Of the packet in the scratch of
 * that number, whose sighting is noted.
 */
static __always_inline __u64 find_socket(__u32 number, const struct sighting *sighting)
{
	__u64 cookie = sighting->sk ? known_identity((struct sock *)sighting->sk) : 0;

	if (cookie && (sighting->has_socket || sighting->shape != SHAPE_RECEIVE))
		return cookie;
	return find_flow(number, sighting->shape == SHAPE_TRANSMIT || sighting->shape == SHAPE_OUTPUT);
}

/* A connecting socket gets its port after its owner is learned: its SYN tells the flow. */
static __always_inline void learn_flow(const struct at *at, const __u32 *words, __u64 cookie)
{
	struct flow_key flow = {};

	if (at->shape != SHAPE_TRANSMIT || !(words[WORD_TCP_FLAGS] & TCP_SYN) || !cookie)
		return;
	set_flow(&flow, words, WORD_SOURCE_PORT, WORD_DESTINATION_PORT, WORD_SOURCE, WORD_DESTINATION);
	bpf_map_update_elem(&flows, &flow, &cookie, BPF_NOEXIST);
}
