/* SPDX-License-Identifier: MIT */
/* A part of kernel.h: a packet, and its route. */
#pragma once

enum skb_drop_reason {
	SKB_DROP_REASON_NETFILTER_DROP = 1, /* relocated */
};

struct sk_buff {
	struct net_device *dev;
	struct sock *sk;
	unsigned int len;
	unsigned int data_len;
	unsigned long _skb_refdst; /* address of the route; its lowest bit is a flag */
	__u16 protocol;
	__u16 vlan_tci;
	__u16 vlan_proto;
	__u16 queue_mapping;
	__u16 network_header;
	__u16 mac_header;
	__u16 transport_header;
	unsigned int tail;
	unsigned char *head;
	unsigned char *data;
	int skb_iif;
	char cb[48];
	__u32 mark;
	__u8 pkt_type : 3;
	__u8 fclone : 2;
	unsigned long _nfct; /* conntrack's entry; 0: it has not come by, or has refused it */
} RELOCATE;

/* What TCP keeps of a segment in `cb`, while the segment is its own. */
struct tcp_skb_cb {
	__u32 seq;
	__u32 end_seq;
	__u16 tcp_gso_segs;
} RELOCATE;

/* A queue of a device, and the discipline that has it. */
struct Qdisc_ops {
	char id[16];
} RELOCATE;

struct Qdisc {
	const struct Qdisc_ops *ops;
} RELOCATE;

struct netdev_queue {
	struct Qdisc *qdisc;
} RELOCATE;

/* Where it is, a tag that was taken off stays in vlan_tci. */
struct sk_buff___flagged {
	__u8 vlan_present : 1;
} RELOCATE;

struct dst_entry {
	struct net_device *dev;
} RELOCATE;

struct rtable {
	unsigned int rt_flags;
} RELOCATE;

struct rt6_info {
	__u32 rt6i_flags;
} RELOCATE;
