/* SPDX-License-Identifier: MIT */
/*
 * Where kernels from 5.10 on differ: no other file of bpf/ names a version. What is found when a program loads is
 * asked below. What decides on programs and knobs is asked in src/attach/kernel-differences.ts.
 *
 * from   commit        there is                                             heeded by
 * 5.11   4f19cab76136  bpf_sock_from_file                                   has_socket_cookie
 *        4cf1bc1f1045  maps of tasks                                        seen_calls
 *                      a reserved record that is remembered over tests      begin_event
 * 5.12   c5dbb89fc2ac  bpf_get_socket_cookie in tracing programs            has_socket_cookie
 *        981f94c3e921  atomic or, which clang makes of adding 0             add_usage, count_far_bytes
 * 5.14   e6a3e4434000  the tracepoint inet_sk_error_report                  on_error_report
 * 5.15   7adfc6c9b315  cookies of kprobes                                   has_attach_cookie
 * 5.16   8844e01062dd  the table as ipt_do_table's second argument no more  has_table_first
 * 5.17   c504e5c2f964  the reason in the tracepoint kfree_skb               has_drop_reason
 *                      nf_hook_state.hook in 8 bits, of 32: its lower end   relocation
 * 6.1    fba1a1c6c912  memory of a hash's entry when it is made, in any     canAllocateAsUsed
 *        96da3f7d489d  tracing program
 * 6.2    354259fa73e2  vlan_tci without a tag that was taken off            has_tag_beside
 * 6.3    6e6eda44b939  the tracepoints sock_send_length, sock_recv_length   on_send, exit_inet_sendmsg
 * 6.4    e38fbfa972f6  the end of a chain of nftables that knows the chain    hasChainEnds
 * 6.5    dc97391e6610  no inet_sendpage and do_tcp_sendpages                exit_inet_sendpage
 * 6.7    e0d4593140b0  an error beside NF_STOLEN                            nf_verdict
 * 6.10   92ef0fd55ac8  inet_csk_accept with two arguments, of four          exit_accept, exit_accept_of_four
 *        1f2ccdaf87f9  the reason in the tracepoint tcp_send_reset          has_reset_reason
 * 6.11   c53795d48ee8  the receiver in the tracepoint kfree_skb             has_receiver
 * 6.15   633488947ef6  kernfs_node.__parent                                 parent_node
 *                      the error in the tracepoint tcp_retransmit_skb       has_retransmit_error
 *                      SYN_RECV of a connection that is accepted, told      on_state_change, enter_state
 *                      when both its ends are filled in
 * 6.16   0f08335ade71  the tracepoint tcp_sendmsg_locked                    on_write, enter_tcp_sendmsg_locked
 * 6.18   c51613fa276f  drops of UDP and raw sockets in a struct apart       has_drop_counters
 *                      tcp_sock.chrono_type in a byte of its own            relocation
 * 7.0    a46023d5616e  programs on tracepoints that can be preempted        has_again
 */
#pragma once
#include "kernel/kernel.h"
#include "kernel/frame.h"
#include "kernel/iterators.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/* A tag stands beside the packet, not in it. */
static __always_inline int has_tag_beside(struct sk_buff *skb)
{
	struct sk_buff___flagged *flagged = (void *)skb;

	return !bpf_core_field_exists(flagged->vlan_present) || BPF_CORE_READ_BITFIELD_PROBED(flagged, vlan_present);
}

/* The member had another name. */
static __always_inline struct kernfs_node *parent_node(struct kernfs_node *node)
{
	struct kernfs_node___before_rcu *older = (void *)node;

	if (bpf_core_field_exists(node->__parent))
		return BPF_CORE_READ(node, __parent);
	return BPF_CORE_READ(older, parent);
}

/* The numbers of reasons differ. */
static __always_inline int is_netfilter_reason(__u32 reason)
{
	if (!bpf_core_enum_value_exists(enum skb_drop_reason, SKB_DROP_REASON_NETFILTER_DROP))
		return 0;
	return reason == bpf_core_enum_value(enum skb_drop_reason, SKB_DROP_REASON_NETFILTER_DROP);
}

static __always_inline int has_drop_counters(struct sock *sk)
{
	return bpf_core_field_exists(sk->sk_drop_counters);
}

/* What a kernel may be built without, or have in a module: MPTCP, cgroups, packet sockets, devices on others, conntrack. */
static __always_inline int has_mptcp(struct tcp_sock *tcp)
{
	return bpf_core_field_exists(tcp->is_mptcp);
}

static __always_inline int has_cgroups(struct task_struct *task)
{
	return bpf_core_field_exists(task->cgroups);
}

static __always_inline int has_packet_sockets(struct packet_sock *packet)
{
	return bpf_core_field_exists(packet->num);
}

static __always_inline int has_stacked_devices(struct net_device___below *device)
{
	return bpf_core_field_exists(device->adj_list);
}

static __always_inline int has_conntrack(struct sk_buff *skb)
{
	return bpf_core_field_exists(skb->_nfct);
}
