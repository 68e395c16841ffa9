/* SPDX-License-Identifier: MIT */
/* What passes devices, by flow. Widths, orders and addresses as in packet.h. */
#pragma once
#include <linux/types.h>
#include "abi/packet.h"

/*
 * A flow at one device. Its near end is where packets that come in are going, and where those that go out come from: at
 * the two devices of a router each of its ends is the near one once.
 */
struct traffic_key {
	__u8 near_address[16]; /* zeros: no IP, or the header is in no linear part */
	__u8 far_address[16];
	__u32 netns;
	__u32 interface;
	__u16 near_port; /* 0: there is none, or it is not known */
	__u16 far_port;
	__u16 protocol; /* of IP; without IP the EtherType */
	__u8 family; /* 4, 6; 0: no IP */
	__u8 status; /* PACKET_PARTIAL, PACKET_FRAGMENT and PACKET_HIDDEN, or-ed */
};
_Static_assert(sizeof(struct traffic_key) == 48, "traffic_key");

/* Frames as a device counts them: with the link header, and large packets as the segments that they are made of. */
struct traffic_sum {
	__u64 rx_frames;
	__u64 rx_bytes;
	__u64 tx_frames;
	__u64 tx_bytes;
};
_Static_assert(sizeof(struct traffic_sum) == 32, "traffic_sum");

struct traffic_flow {
	struct traffic_sum sum;
	__u64 start_ns; /* of the process */
	__u64 cookie; /* 0: no socket was found */
	__u32 pid; /* of the socket at the near end, if that is one of this machine; 0: not learned */
	__u32 tries; /* how often it was looked for */
	__u32 uid;
	__u32 _pad;
	char comm[16];
};
_Static_assert(sizeof(struct traffic_flow) == 80, "traffic_flow");

/* Where flows are summed up that find no room. */
struct traffic_device {
	__u32 netns;
	__u32 interface;
};
_Static_assert(sizeof(struct traffic_device) == 8, "traffic_device");

struct traffic_control {
	__u32 netns; /* whose devices are counted; 0: all */
};
_Static_assert(sizeof(struct traffic_control) == 4, "traffic_control");
