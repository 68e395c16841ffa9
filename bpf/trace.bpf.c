/* SPDX-License-Identifier: MIT */
/* The packet trace: thin entries, a rung each, over shared bodies. */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_tracing.h>
#include "trace_socket.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const struct packet_event *_packet_event __attribute__((unused));
const struct control *_control __attribute__((unused));
const enum packet_word _packet_word __attribute__((unused));
const enum packet_status _packet_status __attribute__((unused));
const enum tunnel _tunnel __attribute__((unused));
const enum filter_verdict _filter_verdict __attribute__((unused));
const enum filter_size _filter_size __attribute__((unused));
const enum point _point __attribute__((unused));

#define SKB(number, form, direct, ...)                                                             \
	return trace_skb(&(struct at){ .point = number, .shape = form, __VA_ARGS__ }, skb, direct)

/* A function that takes the skb as its first, second (after the socket) or third argument. */
#define FIRST(function, number, form)                                                              \
	SEC("fentry/" #function) int BPF_PROG(fentry_##function, struct sk_buff *skb)              \
	{                                                                                          \
		SKB(number, form, 1);                                                              \
	}                                                                                          \
	SEC("kprobe/" #function) int BPF_KPROBE(kprobe_##function, struct sk_buff *skb)            \
	{                                                                                          \
		SKB(number, form, 0);                                                              \
	}
#define SECOND(function, number)                                                                   \
	SEC("fentry/" #function)                                                                   \
	int BPF_PROG(fentry_##function, struct sock *sk, struct sk_buff *skb)                      \
	{                                                                                          \
		SKB(number, SHAPE_SOCKET, 1, .sk = sk);                                            \
	}                                                                                          \
	SEC("kprobe/" #function)                                                                   \
	int BPF_KPROBE(kprobe_##function, struct sock *sk, struct sk_buff *skb)                    \
	{                                                                                          \
		SKB(number, SHAPE_SOCKET, 0, .sk = sk);                                            \
	}
#define THIRD(function, number, form)                                                              \
	SEC("fentry/" #function)                                                                   \
	int BPF_PROG(fentry_##function, void *net, void *sk, struct sk_buff *skb)                  \
	{                                                                                          \
		SKB(number, form, 1);                                                              \
	}                                                                                          \
	SEC("kprobe/" #function)                                                                   \
	int BPF_KPROBE(kprobe_##function, void *net, void *sk, struct sk_buff *skb)                \
	{                                                                                          \
		SKB(number, form, 0);                                                              \
	}

FIRST(netif_receive_skb, POINT_NETIF_RECEIVE_SKB, SHAPE_RECEIVE)
FIRST(__dev_queue_xmit, POINT_DEV_QUEUE_XMIT, SHAPE_TRANSMIT)
SECOND(tcp_v4_do_rcv, POINT_TCP_V4_DO_RCV)
SECOND(tcp_v6_do_rcv, POINT_TCP_V6_DO_RCV)
SECOND(tcp_queue_rcv, POINT_TCP_QUEUE_RCV)
THIRD(ip_rcv_finish, POINT_IP_RCV_FINISH, SHAPE_RECEIVE)
THIRD(ip6_rcv_finish, POINT_IP6_RCV_FINISH, SHAPE_RECEIVE)
THIRD(ip_output, POINT_IP_OUTPUT, SHAPE_SOCKET)
THIRD(ip6_output, POINT_IP6_OUTPUT, SHAPE_SOCKET)
THIRD(ip_finish_output, POINT_IP_FINISH_OUTPUT, SHAPE_TRANSMIT)
THIRD(ip6_finish_output, POINT_IP6_FINISH_OUTPUT, SHAPE_TRANSMIT)

SEC("fentry/sock_def_readable")
int BPF_PROG(fentry_sock_def_readable, struct sock *sk)
{
	return trace_readable(sk);
}

SEC("kprobe/sock_def_readable")
int BPF_KPROBE(kprobe_sock_def_readable, struct sock *sk)
{
	return trace_readable(sk);
}

SEC("tp_btf/sk_data_ready")
int BPF_PROG(tp_sk_data_ready, struct sock *sk)
{
	return trace_readable(sk);
}

SEC("tp_btf/netif_receive_skb")
int BPF_PROG(tp_netif_receive_skb, struct sk_buff *skb)
{
	SKB(POINT_NETIF_RECEIVE_SKB, SHAPE_RECEIVE, 1);
}

SEC("tp_btf/netif_rx")
int BPF_PROG(tp_netif_rx, struct sk_buff *skb)
{
	SKB(POINT_NETIF_RX, SHAPE_RECEIVE, 1);
}

SEC("tp_btf/tcp_probe")
int BPF_PROG(tp_tcp_probe, struct sock *sk, struct sk_buff *skb)
{
	SKB(POINT_TCP_RCV_ESTABLISHED, SHAPE_SOCKET, 1, .sk = sk);
}

SEC("tp_btf/skb_copy_datagram_iovec")
int BPF_PROG(tp_skb_copy_datagram_iovec, struct sk_buff *skb)
{
	SKB(POINT_SKB_COPY_DATAGRAM_ITER, SHAPE_SOCKET, 1);
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(tp_net_dev_queue, struct sk_buff *skb)
{
	SKB(POINT_DEV_QUEUE_XMIT, SHAPE_TRANSMIT, 1);
}

SEC("tp_btf/net_dev_start_xmit")
int BPF_PROG(tp_net_dev_start_xmit, struct sk_buff *skb)
{
	SKB(POINT_DEV_HARD_START_XMIT, SHAPE_TRANSMIT, 1);
}

SEC("tp_btf/tcp_retransmit_skb")
int BPF_PROG(tp_tcp_retransmit_skb, struct sock *sk, struct sk_buff *skb)
{
	return trace_retransmit(sk, skb);
}

/* The reason came with Linux 5.17 (commit c504e5c2f964); ctx has no third word before. */
const volatile _Bool has_drop_reason = 0;

SEC("tp_btf/kfree_skb")
int tp_kfree_skb(__u64 *ctx)
{
	struct sk_buff *skb = (struct sk_buff *)ctx[0];

	SKB(POINT_KFREE_SKB, SHAPE_SOCKET, 1, .place = ctx[1], .reason = has_drop_reason ? ctx[2] : 0);
}

SEC("tp_btf/consume_skb")
int tp_consume_skb(__u64 *ctx)
{
	struct sk_buff *skb = (struct sk_buff *)ctx[0];

	SKB(POINT_CONSUME_SKB, SHAPE_SOCKET, 1);
}

/* While the trace is frozen these two alone are attached: they count what would have been shown. */
SEC("tp_btf/netif_receive_skb")
int BPF_PROG(count_receive, struct sk_buff *skb)
{
	if (skb->dev->ifindex == LOOPBACK_IFINDEX)
		return 0; /* counted when it was sent */
	SKB(POINT_COUNT_RECEIVE, SHAPE_RECEIVE, 1);
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(count_transmit, struct sk_buff *skb)
{
	SKB(POINT_COUNT_TRANSMIT, SHAPE_TRANSMIT, 1);
}
