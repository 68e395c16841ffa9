/* SPDX-License-Identifier: MIT */
/* Which requests are wanted, as far as a packet says so. */
#pragma once
#include "abi/request.h"
#include "abi/sizes.h"
#include "packet/segment.bpf.h"
#include "requests/piece.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, TWO);
	__type(key, __u32);
	__type(value, struct wanted);
} wanted_pieces SEC(".maps");

/* Which of the two is in force: none is written while it is looked at, though a packet may meet both. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ONE);
	__type(key, __u32);
	__type(value, __u32);
} wanted_place SEC(".maps");

static __always_inline struct wanted *wanted_now(void)
{
	__u32 zero = 0, now, *place = bpf_map_lookup_elem(&wanted_place, &zero);

	if (!place)
		return 0;
	now = *place;
	return bpf_map_lookup_elem(&wanted_pieces, &now);
}

/* This and the next ones are global functions: the verifier walks through each once. */
__noinline int are_names_alone(void)
{
	struct wanted *wanted = wanted_now();

	return wanted && wanted->names_alone;
}

static __always_inline int is_wanted_speech(__u8 speech)
{
	struct wanted *wanted = wanted_now();

	return !wanted || !(wanted->speeches >> (speech & 31) & 1);
}

#define DNS_PORT 53

/* By TCP. */
static __always_inline int is_of_dns(const struct segment *segment)
{
	return segment->source == DNS_PORT || segment->destination == DNS_PORT;
}

#define PORTS(segment) ((__u32)(segment)->source << 16 | (segment)->destination)

static __always_inline int is_of_ports(struct wanted *wanted, __u16 source, __u16 destination)
{
	__u16 low = wanted->port_low, high = wanted->port_high;

	return !high || (source >= low && source <= high) || (destination >= low && destination <= high);
}

static __always_inline int is_within(struct wanted *wanted, const __u32 address[4])
{
	__u32 differing = 0;
	int i;

#pragma unroll
	for (i = 0; i < 4; i++)
		differing |= (address[i] ^ wanted->address[i]) & wanted->address_mask[i];
	return !differing;
}

static __always_inline int is_between(struct wanted *wanted, struct __sk_buff *skb, __u32 ports, __u32 speech)
{
	__u32 source[4] = {}, destination[4] = {};

	if (!wanted || (speech == SPEECH_DNS && wanted->answers))
		return 1;
	if (wanted->speeches >> (speech & 31) & 1 || !is_of_ports(wanted, ports >> 16, ports))
		return 0;
	if (!(wanted->address_mask[3] | wanted->address_mask[0]))
		return 1;
	read_packet_ends(skb, (__u8 *)source, (__u8 *)destination);
	return is_within(wanted, source) || is_within(wanted, destination);
}

/* Whether a packet may be of a request that is wanted, going by its protocol and its ends. */
__noinline int is_wanted_between(struct __sk_buff *skb, __u32 ports, __u32 speech)
{
	return is_between(wanted_now(), skb, ports, speech);
}

#define HEAD_END 0x0d0a0d0a

/* Without a branch: the verifier would walk both ways at each letter. */
static __always_inline __u32 small(__u32 letter)
{
	__u32 from_a = letter - 'A';

	return letter | ((from_a - 26) & ~from_a) >> 31 << 5;
}

/* 1 where anything is left, without a branch, of which clang would make one again. */
static __always_inline __u64 differs(__u64 difference)
{
	__u64 either = difference | -difference;

	asm volatile("" : "+r"(either));
	return either >> 63;
}

#define PART 64

/*
 * Up to PART bytes of the payload, of which 1 or more are left. Without a branch on the length: of two ways that go
 * on at each part the verifier walks all combinations.
 */
static __always_inline int load_part(struct __sk_buff *skb, __u32 offset, __u32 left, __u8 bytes[PART])
{
	__u64 last = (__u64)left - 1;

	__builtin_memset(bytes, 0, PART);
	last |= -differs(last / PART);
	asm volatile("" : "+r"(last));
	last &= PART - 1;
	return bpf_skb_load_bytes(skb, offset, bytes, last + 1);
}

#define HOST_FIELD 0x0a686f73743aULL /* "\nhost:" */
#define HOST_FIELD_MASK 0xffffffffffffULL

enum part { PART_LACKS_TEXT = 1, PART_LACKS_HOST = 2, PART_LACKS_FIELD = 4, PART_IS_LAST = 8 };

/*
 * What up to PART bytes of a head lack, enum part, or-ed; of a head that ends there what comes before its end. A global
 * function: the verifier walks through it once, and not once a part.
 */
__noinline int part_lacks(struct __sk_buff *skb, __u32 offset, __u32 left)
{
	__u64 window = 0, text = 1, host = 1, field = 1;
	struct wanted *wanted = wanted_now();
	__u8 bytes[PART];
	__u32 i, last = 0;

	if (!wanted || !left || load_part(skb, offset, left, bytes))
		return PART_IS_LAST;
	for (i = 0; i < PART && !last; i++) {
		window = window << 8 | small(bytes[i]);
		text &= differs((window & wanted->text_mask) ^ wanted->text);
		host &= differs((window & wanted->host_mask) ^ wanted->host);
		field &= differs((window & HOST_FIELD_MASK) ^ HOST_FIELD);
		if ((__u32)window == HEAD_END)
			last = PART_IS_LAST;
	}
	return text * PART_LACKS_TEXT | host * PART_LACKS_HOST | field * PART_LACKS_FIELD | last;
}

#define WINDOW 8 /* bytes that are looked for at once */

/*
 * Whether the head of a request of HTTP may be what is wanted: one that goes on beyond `length` bytes, or some USUAL, may
 * contain it. Parts overlap, so that nothing that is looked for lies in two. A global function too.
 */
__noinline int is_wanted_request(struct __sk_buff *skb, __u32 ports, __u64 head, __u32 offset, __u32 length)
{
	__u32 at, found, lacks = PART_LACKS_TEXT | PART_LACKS_HOST | PART_LACKS_FIELD;
	struct wanted *wanted = wanted_now();

	if (!wanted)
		return 1;
	if (((__u32)head ^ wanted->method) & wanted->method_mask || !is_wanted_between(skb, ports, SPEECH_HTTP))
		return 0;
	if (!(wanted->text_mask | wanted->host_mask))
		return 1;
	for (at = 0; at < USUAL && at < length; at += PART - WINDOW + 1) {
		found = part_lacks(skb, offset + at, length - at);
		lacks &= found;
		if (found & PART_IS_LAST)
			return !(lacks & PART_LACKS_TEXT) && (!(lacks & PART_LACKS_HOST) || lacks & PART_LACKS_FIELD);
	}
	return 1;
}
