/* SPDX-License-Identifier: MIT */
/* The packet trace: thin entries, a rung each, over shared bodies. */
#include <linux/bpf.h>
#include "trace/called.bpf.c"
#include "trace/netfilter.bpf.c"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const struct packet_event *_packet_event __attribute__((unused));
const struct control *_control __attribute__((unused));
const enum packet_word _packet_word __attribute__((unused));
const enum packet_status _packet_status __attribute__((unused));
const enum tunnel _tunnel __attribute__((unused));
const enum stack_size _stack_size __attribute__((unused));
const enum filter_verdict _filter_verdict __attribute__((unused));
const enum filter_size _filter_size __attribute__((unused));
const enum gate _gate __attribute__((unused));
const enum point _point __attribute__((unused));

const struct captured *_captured __attribute__((unused));
const struct lost_frames *_lost_frames __attribute__((unused));
const struct chain *_chain __attribute__((unused));
const enum nf_place _nf_place __attribute__((unused));
const enum nf_verdict _nf_verdict __attribute__((unused));
const struct function *_function __attribute__((unused));
const enum skb_shape _skb_shape __attribute__((unused));

ON_FENTRY(1)
ON_FENTRY(2)
ON_FENTRY(3)
ON_FENTRY(4)
ON_FENTRY(5)
ON_KPROBE("kprobe", kprobe, 1)
ON_KPROBE("kprobe", kprobe, 2)
ON_KPROBE("kprobe", kprobe, 3)
ON_KPROBE("kprobe", kprobe, 4)
ON_KPROBE("kprobe", kprobe, 5)
ON_KPROBE("kprobe.multi", multi, 1)
ON_KPROBE("kprobe.multi", multi, 2)
ON_KPROBE("kprobe.multi", multi, 3)
ON_KPROBE("kprobe.multi", multi, 4)
ON_KPROBE("kprobe.multi", multi, 5)
ON_SOCK("kprobe", kprobe)
ON_SOCK("kprobe.multi", multi)

SEC("fentry")
int fentry_sock(__u64 *ctx)
{
	__u32 point = own_point();
	struct function *function = bpf_map_lookup_elem(&functions, &point);

	return function ? called_with_sock(ctx, point, point, function, (struct sock *)ctx[0]) : 0;
}

ON_VERDICT(nf_hook_slow, NF_HOOK_SLOW, call_hook, 4)
ON_VERDICT(nft_do_chain, NFT_DO_CHAIN, call_chain, 2)
ON_VERDICT(ipt_do_table, IPT_DO_TABLE, call_table, 3)
ON_VERDICT(ip6t_do_table, IP6T_DO_TABLE, call_table, 3)

#define SKB(number, form, ...)                                                                                       \
	return trace_skb(&(struct at){ .point = number, .scratch = number, .shape = form, .ctx = ctx, __VA_ARGS__ }, \
			 skb, 1)

SEC("tp_btf/sk_data_ready")
int BPF_PROG(tp_sk_data_ready, struct sock *sk)
{
	return trace_readable(&(struct at){
		.point = POINT_SOCK_DEF_READABLE,
		.scratch = POINT_SOCK_DEF_READABLE,
		.shape = SHAPE_SOCKET,
		.sk = sk,
		.ctx = ctx,
	});
}

SEC("tp_btf/netif_receive_skb")
int BPF_PROG(tp_netif_receive_skb, struct sk_buff *skb)
{
	SKB(POINT_NETIF_RECEIVE_SKB, SHAPE_RECEIVE);
}

SEC("tp_btf/netif_rx")
int BPF_PROG(tp_netif_rx, struct sk_buff *skb)
{
	SKB(POINT_NETIF_RX, SHAPE_RECEIVE);
}

SEC("tp_btf/tcp_probe")
int BPF_PROG(tp_tcp_probe, struct sock *sk, struct sk_buff *skb)
{
	SKB(POINT_TCP_RCV_ESTABLISHED, SHAPE_SOCKET, .sk = sk, .delivers = 1);
}

SEC("tp_btf/skb_copy_datagram_iovec")
int BPF_PROG(tp_skb_copy_datagram_iovec, struct sk_buff *skb)
{
	SKB(POINT_SKB_COPY_DATAGRAM_ITER, SHAPE_SOCKET);
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(tp_net_dev_queue, struct sk_buff *skb)
{
	SKB(POINT_DEV_QUEUE_XMIT, SHAPE_TRANSMIT);
}

SEC("tp_btf/net_dev_start_xmit")
int BPF_PROG(tp_net_dev_start_xmit, struct sk_buff *skb)
{
	SKB(POINT_DEV_HARD_START_XMIT, SHAPE_TRANSMIT);
}

SEC("tp_btf/tcp_retransmit_skb")
int BPF_PROG(tp_tcp_retransmit_skb, struct sock *sk, struct sk_buff *skb)
{
	struct at at = {
		.point = POINT_TCP_RETRANSMIT_SKB,
		.scratch = POINT_TCP_RETRANSMIT_SKB,
		.shape = SHAPE_SOCKET,
		.sk = sk,
		.ctx = ctx,
	};

	return trace_retransmit(&at, skb);
}

/* Else ctx has no third word. */
const volatile _Bool has_drop_reason = 0;

SEC("tp_btf/kfree_skb")
int tp_kfree_skb(__u64 *ctx)
{
	struct sk_buff *skb = (struct sk_buff *)ctx[0];

	SKB(POINT_KFREE_SKB, SHAPE_ANY, .last = 1, .place = ctx[1], .reason = has_drop_reason ? ctx[2] : 0);
}

SEC("tp_btf/consume_skb")
int tp_consume_skb(__u64 *ctx)
{
	struct sk_buff *skb = (struct sk_buff *)ctx[0];

	SKB(POINT_CONSUME_SKB, SHAPE_ANY, .last = 1);
}

/* While the trace is frozen these two alone are attached: they count what would have been shown. */
SEC("tp_btf/netif_receive_skb")
int BPF_PROG(count_receive, struct sk_buff *skb)
{
	if (BPF_CORE_READ(skb, dev, ifindex) == LOOPBACK_IFINDEX)
		return 0; /* counted when it was sent */
	SKB(POINT_COUNT_RECEIVE, SHAPE_RECEIVE, .counts = 1);
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(count_transmit, struct sk_buff *skb)
{
	SKB(POINT_COUNT_TRANSMIT, SHAPE_TRANSMIT, .counts = 1);
}
