/* SPDX-License-Identifier: MIT */
/* What capture files are made of. */
#pragma once
#include <linux/types.h>

/* Behind an event, where capture files are written: the packet's first bytes. */
struct captured {
	__u32 lost_packets; /* struct lost_frames, up to here */
	__u32 lost_events;
	__u16 tag; /* type of the tag that stands beside the packet, whose content is the event's; 0: none does */
	__u8 link; /* bytes in link_header; 0: there is none */
	__u8 network; /* bytes in header */
	__u8 shape; /* enum skb_shape */
	__u8 _pad[3];
	__u8 link_header[24]; /* Ethernet's, with up to two tags */
	__u8 header[128]; /* from the IP header on */
};
_Static_assert(sizeof(struct captured) == 168, "captured");

/* What no capture file can have, since the load. */
struct lost_frames {
	__u64 packets; /* over the rate limit, and those whose first event found no room */
	__u64 events; /* over the rate limit, or without room */
};
_Static_assert(sizeof(struct lost_frames) == 16, "lost_frames");
