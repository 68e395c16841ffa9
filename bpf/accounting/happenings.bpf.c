/* SPDX-License-Identifier: MIT */
/* What happens to connections beside changes of state: resets, errors. */
#pragma once
#include "socket/owner.bpf.h"

/* The tracepoint has the reason. */
const volatile _Bool has_reset_reason = 0;

static __always_inline int is_connection(struct sock *sk)
{
	__u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);

	return is_inet(sk) && state != TCP_TIME_WAIT && state != TCP_NEW_SYN_RECV && state != TCP_LISTEN;
}

/* The ends of a packet that came to this machine; TCP takes its device off before it is looked at. */
static __always_inline void read_packet_ends(struct sk_buff *skb, struct sock *sk, struct life_event *event)
{
	unsigned char *head = BPF_CORE_READ(skb, head);
	unsigned char *network = head + BPF_CORE_READ(skb, network_header);
	unsigned char *transport = head + BPF_CORE_READ(skb, transport_header);
	__be32 ipv4[2];
	__be16 ports[2];
	__u8 version = 0;

	bpf_probe_read_kernel(&version, sizeof(version), network);
	if (version >> 4 == 4) {
		bpf_probe_read_kernel(ipv4, sizeof(ipv4), network + 12);
		map_ipv4(event->remote_address, ipv4[0]);
		map_ipv4(event->local_address, ipv4[1]);
	} else {
		bpf_probe_read_kernel(event->remote_address, 16, network + 8);
		bpf_probe_read_kernel(event->local_address, 16, network + 24);
	}
	bpf_probe_read_kernel(ports, sizeof(ports), transport);
	event->remote_port = bpf_ntohs(ports[0]);
	event->local_port = bpf_ntohs(ports[1]);
	event->netns = sk ? socket_netns(sk) : BPF_CORE_READ(skb, dev, nd_net.net, ns.inum);
}

/*
 * Without a socket, or with one that is no connection (a listener), a reset answers a packet. Where the state is
 * CLOSE already the last record is gone, so that the rows need to be told.
 */
SEC("tp_btf/tcp_send_reset")
int BPF_PROG(on_send_reset, struct sock *sk, struct sk_buff *skb)
{
	__u8 reason = has_reset_reason ? ctx[2] : 0;
	struct life_event *event = 0;
	struct life *life;
	__u64 cookie;
	__u8 state;

	if (sk && is_connection(sk)) {
		cookie = IDENTITY(sk);
		state = BPF_CORE_READ(sk, __sk_common.skc_state);
		life = bpf_map_lookup_elem(&lives, &cookie);
		if (life) {
			life->reset = RESET_SENT;
			life->reason = reason;
		}
		if (state == TCP_CLOSE || are_events_wanted())
			event = begin_socket_event(sk, cookie, LIFE_RESET);
		if (event)
			event->state = state;
	} else if (skb && are_events_wanted()) {
		event = begin_event(LIFE_RESET);
		if (event)
			read_packet_ends(skb, sk, event);
		if (event && sk) {
			name_owner(event, IDENTITY(sk));
			event->cookie = 0; /* its figures are not this packet's */
		}
	}
	if (event) {
		event->reset = RESET_SENT;
		event->reason = reason;
		end_event(event);
	}
	return 0;
}

SEC("tp_btf/tcp_receive_reset")
int BPF_PROG(on_receive_reset, struct sock *sk)
{
	__u64 cookie = IDENTITY(sk);
	struct life *life = bpf_map_lookup_elem(&lives, &cookie);
	struct life_event *event;

	if (life)
		life->reset = RESET_RECEIVED;
	if (!are_events_wanted())
		return 0;
	event = begin_socket_event(sk, cookie, LIFE_RESET);
	if (event) {
		event->state = BPF_CORE_READ(sk, __sk_common.skc_state);
		event->reset = RESET_RECEIVED;
		end_event(event);
	}
	return 0;
}

/*
 * Before the process can take the error: while connect() holds the socket, a message is queued first, and
 * becomes the soft error then.
 */
SEC("tp_btf/inet_sk_error_report")
int BPF_PROG(on_error_report, struct sock *sk)
{
	struct icmp_message message = {};
	struct life *life;
	__u64 cookie;

	if (BPF_CORE_READ(sk, sk_protocol) == IPPROTO_UDP) {
		if (what_is_told() != TELL_NOTHING)
			note_datagram(ctx, sk);
		return 0;
	}
	if (BPF_CORE_READ(sk, __sk_common.skc_state) != TCP_SYN_SENT || BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP)
		return 0;
	cookie = IDENTITY(sk);
	life = bpf_map_lookup_elem(&lives, &cookie);
	if (life)
		life->soft_error = read_queued(sk, &message) ? message.error : 0;
	return 0;
}
