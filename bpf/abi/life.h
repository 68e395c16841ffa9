/* SPDX-License-Identifier: MIT */
/* What happens to TCP connections, on the wire. */
#pragma once
#include <linux/types.h>
#include "abi/socket.h"

enum life_size {
	LIFE_STATES = 8, /* no connection has more: simultaneous open, simultaneous close */
};

/* Of a connect(): what a later look at its return must not tell again. */
enum connect_failure {
	FAILED = 1,
	FAILED_UNSENT = 2, /* before a segment left */
};

/* What a process called, at an event that a failed call alone tells. */
enum failed_call {
	CALL_NONE = 0, /* the connection tells it by its states */
	CALL_CONNECT = 1,
	CALL_BIND = 2,
	CALL_LISTEN = 3,
	CALL_SEND = 4,
	CALL_RECEIVE = 5,
};

/* What is told of connections and calls, beside what the rows need. */
enum life_gate {
	TELL_NOTHING = 0,
	TELL_EVENTS = 1, /* all of it */
	TELL_FAILED_CALLS = 2, /* those that send and receive, of sockets without states */
};

enum reset_sender {
	RESET_NONE = 0,
	RESET_SENT = 1,
	RESET_RECEIVED = 2,
};

/* What happened to a TCP connection since it began. */
struct life {
	__u64 entered_ns[LIFE_STATES]; /* monotonic; when it came into each state; before the first an attempt */
	__u64 accepted_ns; /* monotonic; 0: not yet, or it was connected */
	__u32 handshake_retransmits; /* of its SYN, or of the SYN-ACK */
	__u8 states[LIFE_STATES];
	__u8 count; /* of states */
	__u8 reset; /* enum reset_sender */
	__u8 reason; /* enum sk_rst_reason of a reset that was sent */
	__u8 accepted_late; /* accepted_ns is when it was first used */
	__u8 failed; /* enum connect_failure: connect() may still return the error */
	__u8 soft_error; /* errno that it was told of while it connected */
	__u8 _pad[6];
};
_Static_assert(sizeof(struct life) == 96, "life");

/* An ICMP message about what a socket sent. */
struct icmp_message {
	__u8 sender[16];
	__u8 family; /* 4: of ICMP, 6: of ICMPv6; 0: there is none */
	__u8 type;
	__u8 code;
	__u8 error; /* errno that the kernel makes of it */
};
_Static_assert(sizeof(struct icmp_message) == 20, "icmp_message");

/* The newest ICMP message about a TCP connection that is open. */
struct heard_message {
	__u64 cookie; /* of the socket; 0: not known yet */
	__u64 at_ns; /* when it came; 0: its error was found, and it was not seen */
	__u64 held_ns; /* when a sweep last found its error in the socket; 0: not yet */
	struct icmp_message message;
	__u32 sequence; /* of the segment that it is about */
	__u32 mtu; /* the most that a link takes; 0: it is not about sizes */
	__u32 _pad;
};
_Static_assert(sizeof(struct heard_message) == 56, "heard_message");

/* The last record of a socket. */
struct closed_record {
	struct socket_record socket;
	struct life life; /* without states: it is older than nettop */
	__u64 closed_ns;
	__u32 initial_sequence; /* of a connection that was not made: its SYN's number */
	__u8 old_state;
	__u8 error; /* errno */
	__u8 unsent; /* it closed before a segment left */
	__u8 call; /* enum failed_call: of a bind(); 0: anything else */
	struct icmp_message icmp; /* what ended it */
	__u32 _pad2;
};
_Static_assert(sizeof(struct closed_record) == 360, "closed_record");

/* What an attempt to connect goes by on its way: no address translation changes its number. */
struct handshake {
	__u32 initial_sequence;
	__u32 port; /* of the side that connects */
};
_Static_assert(sizeof(struct handshake) == 8, "handshake");

/*
 * SYNs and SYN-ACKs of one attempt to connect that this kernel dropped: it counts drops that carry a reason; if
 * none does, all. `reason`, `place`, `netns`: of the latest.
 */
struct syn_drop {
	__u64 place; /* address of the caller that freed the skb */
	__u32 reason;
	__u32 segments;
	__u32 netns; /* 0: not known */
	__u32 blamed; /* of `segments`, those that a retransmit was put down to */
	__u64 at_ns; /* when it dropped the latest */
};
_Static_assert(sizeof(struct syn_drop) == 32, "syn_drop");

enum life_kind {
	LIFE_CONNECT = 0,
	LIFE_ACCEPT = 1,
	LIFE_ESTABLISHED = 2,
	LIFE_STATE = 3,
	LIFE_RETRANSMIT = 4,
	LIFE_RESET = 5,
	LIFE_CLOSE = 6,
	LIFE_FAILED = 7,
	LIFE_KINDS = 8,
};

/* Something happened to a TCP connection, or a call on a socket failed. */
struct life_event {
	__u64 at_ns;
	__u64 cookie; /* 0: no socket */
	__u64 since_ns; /* accept: ESTABLISHED; else the connection's first state; 0: not known */
	__u64 rx_bytes; /* payload so far */
	__u64 tx_bytes; /* payload so far, without retransmissions */
	__u8 local_address[16];
	__u8 remote_address[16];
	__u32 pid; /* of the owner; 0: not known */
	__u32 netns;
	__u32 retransmits; /* so far */
	__u16 local_port;
	__u16 remote_port;
	__u8 kind; /* enum life_kind */
	__u8 old_state;
	__u8 state;
	__u8 error; /* errno */
	__u8 reset; /* enum reset_sender */
	__u8 reason; /* enum sk_rst_reason */
	__u8 accepted; /* by this machine */
	__u8 late; /* accept: when it was first used */
	__u8 unsent; /* it failed before a segment left */
	__u8 call; /* enum failed_call */
	__u16 protocol; /* IPPROTO_, or enum socket_kind */
	struct icmp_message icmp; /* what ended the connection */
	char comm[16];
};
_Static_assert(sizeof(struct life_event) == 136, "life_event");

/* Events by kind, per CPU. */
struct life_count {
	__u64 told[LIFE_KINDS];
	__u64 untold[LIFE_KINDS]; /* the ring was full */
	__u64 full; /* connections whose life found no room */
};
_Static_assert(sizeof(struct life_count) == 136, "life_count");
