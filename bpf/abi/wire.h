/* SPDX-License-Identifier: MIT */
/* Counted frames on the wire. Widths, orders and addresses as in events.h. */
#pragma once
#include <linux/types.h>
#include "abi/packet.h"

/* Why a packet has no process. src/capture/records/wire-record.ts has the same numbers. */
enum wire_cause {
	WIRE_OWNED = 0, /* it has one */
	WIRE_FORWARDED = 1, /* between two devices */
	WIRE_KERNEL = 2, /* the kernel's own, or nobody listens */
	WIRE_CLOSED = 3, /* of a connection that closed before it was seen */
	WIRE_OTHER = 4,
};

enum wire_protocol {
	WIRE_TCP = 0,
	WIRE_UDP = 1,
	WIRE_ICMP = 2,
	WIRE_REST = 3,
};

/* What frames are counted by. */
struct wire_key {
	__u64 start_ns; /* of the process, since boot */
	__u32 pid; /* 0: see the cause */
	__u32 netns;
	__u32 interface;
	__u8 cause; /* enum wire_cause */
	__u8 protocol; /* enum wire_protocol */
	__u8 stacked; /* the device has others below it, where the same packets pass */
	__u8 _pad;
};
_Static_assert(sizeof(struct wire_key) == 24, "wire_key");

/*
 * Frames as on an Ethernet cable: with the link header, and a large packet that the device or GRO makes
 * of segments (GSO) as those. Buffers are the same as the device is given them: what a device counts
 * that passes them on whole.
 */
struct wire_count {
	__u64 rx_frames;
	__u64 rx_bytes;
	__u64 rx_buffers;
	__u64 rx_buffer_bytes;
	__u64 tx_frames;
	__u64 tx_bytes;
	__u64 tx_buffers;
	__u64 tx_buffer_bytes;
	__u32 uid;
	__u32 _pad;
	char comm[16];
};
_Static_assert(sizeof(struct wire_count) == 88, "wire_count");

/* Frames of a socket whose process is not learned yet: it is found by the socket, else by the flow. */
struct wire_waiting {
	__u64 cookie; /* 0: by the flow */
	struct flow_key flow;
	struct wire_key key; /* where they go if it stays so */
};
_Static_assert(sizeof(struct wire_waiting) == 80, "wire_waiting");

/* Frames that found no room, per CPU. */
struct wire_loss {
	__u64 frames;
	__u64 bytes;
};
_Static_assert(sizeof(struct wire_loss) == 16, "wire_loss");
