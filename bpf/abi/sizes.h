/* SPDX-License-Identifier: MIT */
/*
 * How large the maps are. After the colon why, and what happens to that which finds no room; before it the bytes of
 * keys and values, beside which the kernel needs some 60 for each entry of a hash. test/bpf/maps.test.ts holds them, and
 * the table in docs/architecture.md, to the objects.
 */
#pragma once

enum map_size {
	ONE = 1, /* a scratch on each CPU, or a number for all programs */
	TWO = 2, /* what is in force, and what is written to be next */
	AS_NEEDED = 1, /* user space makes it larger before the load, where what fills it is wanted */

	/*
	 * sockets and their processes; user space reads all of it, shares the first two with the other objects, and makes
	 * these smaller where few files are open (src/capture/accounting/room.ts)
	 */
	/* 9.4 MB: a busy server's open sockets; the least used goes, and is learned at its next call */
	OWNERS = 131072,
	/* 7.3 MB: one for each owner; the least used goes with its packets' owner */
	FLOWS = 131072,
	/* 14 MB: a TCP connection for each owner; counted, the connection has no times */
	LIVES = 131072,
	/* 1.7 MB: processes that begin and end between two readings of /proc; the oldest goes unnamed */
	PEOPLE = 8192,
	/* 0.6 MB: containers and units of one machine with their parents; a path is not whole */
	CGROUPS = 4096,
	/* 14 kB: UDP sockets whose error no call has returned yet; the oldest has no cause */
	DATAGRAM_MESSAGES = 512,
	/* 53 kB: connections that messages are about within a minute; the oldest's is not named */
	HEARD_MESSAGES = 512,
	/* 0.3 MB: 2,000 events between two drains, more where they are asked for; counted */
	LIFE_EVENTS_BYTES = 256 << 10,

	/* what moved and what ended since user space looked last, once a tick */
	/* 4.2 MB: 12,000 sockets that close between two drains; then the map of overflow */
	CLOSED_BYTES = 4 << 20,
	/* 6.0 MB: as many again; their last bytes are counted as lost */
	CLOSED_OVERFLOW = 16384,
	/* 5.2 MB: datagram sockets times the processes that use them; bytes counted as lost */
	USAGES = 65536,
	/* 3.7 MB: who a DNS server talks to in a minute; bytes counted without their far end */
	FAR_ENDS = 65536,
	/* 41 kB: sockets whose bind() failed that are still open; the oldest failure is not shown */
	BINDINGS = 1024,
	/* 0.7 MB: tasks that are in a call at once; the oldest call's bytes have no far end */
	NOTED = 16384,
	/* 0.8 MB: connections of several processes; counted, they are not divided */
	STREAMS = 16384,
	/* 33 kB: network namespaces between two sweeps of files; a warning */
	NAMESPACES = 4096,
	/* 0.7 MB: attempts that were dropped lately, and floods of them; the oldest has no drop */
	SYN_DROPS = 16384,
	/* 1.2 MB: segments that were dropped and are not sent again yet; a retransmit that may be the oldest's has no cause */
	SEGMENT_DROPS = 2048,
	/* 0.9 MB: connections that retransmitted or were dropped of lately; the oldest begins anew */
	RETRANSMIT_FAULTS = 8192,
	/* 66 kB: 1,600 processes that execute between two drains; all names are read again */
	RENAMES_BYTES = 64 << 10,

	/* the trace */
	/* 17 MB: user space sets it, 8 MB if it is not told otherwise; counted */
	RING_BYTES = 16 << 20,
	/* 3.1 MB: packets that are under way at once; the oldest has a path of two parts */
	JOURNEYS = 65536,

	/* drops, by cause and place */
	/* 1.7 MB: causes times places, devices and processes; counted as not shown */
	DROPS = 16384,
	/* 2.1 MB: one for each of them */
	LAST_DROPS = 16384,
	/* 0.8 MB: ways to a drop; one that has another's number is without a stack */
	DROP_STACKS = 2048,
	/* 33 kB: packets that a rule dropped and that are not freed yet; the oldest's rule is not told */
	VERDICTS = 1024,
	/* 41 kB: rules that drop; that which goes is sought again */
	KNOWN_RULES = 1024,
	/* 0.3 MB: 4,600 ports that are tried between two drains; counted */
	REFUSALS_BYTES = 256 << 10,

	/* 8.2 kB: network namespaces times reasons to drop an RST; those of further ones are not counted */
	RESETS = 512,

	/* frames on the wire */
	/* 3.7 MB: processes times devices and protocols; counted as lost */
	WIRE_COUNTS = 32768,
	/* 1.4 MB: flows whose process is not learned yet; counted without one */
	WIRE_WAITING = 8192,
	/* 3.3 MB: packets between coming in and going out; the oldest is not seen to be forwarded */
	ARRIVALS = 16384,
	/* 5.8 MB: connections that end in a minute; what comes later has no process */
	FINISHED_FLOWS = 65536,

	/* traffic by flow */
	/* 4.2 MB: flows of a router at its devices; those that find no room are summed up by device */
	TRAFFIC_FLOWS = 32768,
	/* 41 kB: devices with flows that found no room; those of further ones are one sum */
	TRAFFIC_DEVICES = 1024,

	/* what comes while it is more than usual */
	/* 0.7 MB: networks times ports; the oldest goes: the total is counted elsewhere */
	FLOODS = 16384,

	/* SYNs while a SYN queue is high */
	/* 0.5 MB: addresses that send them; counted as the rest */
	SYN_ADDRESSES = 16384,
	/* 0.3 MB: networks that send them; further ones are not told */
	SYN_NETWORKS = 8192,
	/* 25 kB: listeners; of further ones nothing is told */
	SYN_LISTENERS = 1024,

	/* what sockets say to each other */
	/* 8.4 MB: 22,000 pieces between two drains; counted, with the requests that they are of */
	PIECES_BYTES = 8 << 20,
	/* 0.2 MB: connections of QUIC that opened in 10 s; what the oldest sends again is told anew */
	QUIC_FLOWS = 4096,
	/* 1.6 MB: processes times the ports that they serve; counted as not shown */
	SERVICES = 1024,
	/* 1.1 MB: connections with an answer under way; of two at one place the older is not seen to be read */
	PROGRESS = 16384,
	/* 49 kB: requests between their two ends; the other end of one that is overwritten is decided anew */
	DECISIONS = 4096,
	/* 49 kB: answers to what listeners were shown; the oldest is a row without its request */
	HELD_ANSWERS = 4096,

	/* text within TLS */
	/* 4.2 MB: 10,000 pieces between two drains; counted, and their requests say so */
	TEXTS_BYTES = 4 << 20,
	/* 2.0 MB: threads and goroutines that are in a call of TLS at once; what others move is not known, and counted */
	TEXT_CALLS = 16384,
	/* 6.3 MB: sessions that moved something lately; the oldest begins anew */
	TEXT_SESSIONS = 32768,
	/* 33 kB: processes of Go that called TLS lately; a forgotten one is known again by its next call */
	GO_PROCESSES = 4096,
};
