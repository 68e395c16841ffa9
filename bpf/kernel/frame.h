/* SPDX-License-Identifier: MIT */
/* What the count of frames reads of the kernel's structs, beside kernel.h. */
#pragma once
#include "kernel/kernel.h"

#define ETH_P_ARP 0x0806
#define PACKET_OTHERHOST 3 /* include/uapi/linux/if_packet.h */

struct list_head {
	struct list_head *next;
} RELOCATE;

struct net_device___below {
	unsigned short hard_header_len;
	void *rx_handler; /* of a bridge or a bond that it belongs to */
	struct {
		struct list_head lower;
	} adj_list;
} RELOCATE;

struct sk_buff___segments {
	__u16 inner_transport_header;
	unsigned int end;
	__u8 encapsulation : 1;
	__u8 pkt_type : 3;
} RELOCATE;

/* Behind the buffer, at `end`. */
struct skb_shared_info {
	unsigned short gso_size;
	unsigned int gso_type;
} RELOCATE;

struct sock___kernels {
	struct socket *sk_socket;
	__u8 sk_kern_sock : 1;
} RELOCATE;
