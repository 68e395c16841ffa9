/* SPDX-License-Identifier: MIT */
/* What the first bytes of a turn are the beginning of. */
#pragma once
#include "abi/request.h"
#include "packet/segment.bpf.h"
#include "requests/frames.bpf.h"
#include "requests/http.bpf.h"

#define TLS_HANDSHAKE 22 /* RFC 8446, 5.1 */
#define TLS_APPLICATION_DATA 23
#define CLIENT_HELLO 1
#define SERVER_HELLO 2

#define BETWEEN(letter, from, to) ((__u8)((letter) - (from)) <= (to) - (from))
#define IS_DIGIT(letter) BETWEEN(letter, '0', '9')
#define IS_TEXT(letter) BETWEEN(letter, ' ', '~')
/* A statement begins with a word, a bracket or a comment. */
#define IS_STATEMENT(letter) (BETWEEN((letter) | 32, 'a', 'z') || (letter) == '(' || (letter) == '/' || (letter) == '-')
/* An array of bulk strings: "*1\r\n$4\r\n"; an answer may be one too. */
static __always_inline int is_redis(__u64 head)
{
	if (AT(head, 0) != '*' || !BETWEEN(AT(head, 1), '1', '9'))
		return 0;
	if (IS_DIGIT(AT(head, 2)))
		head >>= 8;
	return AT(head, 2) == '\r' && AT(head, 3) == '\n' && AT(head, 4) == '$' && IS_DIGIT(AT(head, 5));
}

#define POSTGRESQL_SPECIAL WORD(4, 0xd2, 0x16, 0)

/*
 * A start (a length below 64 kB, then a version or a code of its own), a statement, one to prepare, or parameters of
 * one that was.
 */
static __always_inline int is_postgresql(__u64 head)
{
	__u8 tag = AT(head, 0), first = AT(head, 5), second = AT(head, 6);

	if (AT(head, 1))
		return 0;
	if (!tag)
		return (!AT(head, 4) && first == 3 && !second && AT(head, 7) < 16) ||
		       (head >> 32 & 0xffffff) == POSTGRESQL_SPECIAL;
	if (tag == 'Q')
		return IS_STATEMENT(first);
	if (tag == 'P')
		return first ? IS_TEXT(first) : IS_STATEMENT(second);
	return tag == 'B' && !AT(head, 2) && (!first || IS_TEXT(first)) && (!second || IS_TEXT(second));
}

#define MYSQL_GREETING 10
#define MYSQL_QUERY 3
#define MYSQL_PREPARE 22

/* A greeting, which has a version, or a statement: each the first packet of its kind. */
static __always_inline int is_mysql(__u64 head)
{
	__u8 code = AT(head, 4), first = AT(head, 5), second = AT(head, 6);

	if (AT(head, 2) || AT(head, 3))
		return 0;
	if (code == MYSQL_GREETING)
		return IS_DIGIT(first) && (second == '.' || IS_DIGIT(second));
	if (code != MYSQL_QUERY && code != MYSQL_PREPARE)
		return 0;
	return IS_STATEMENT(first) || (!first && second == 1 && IS_STATEMENT(AT(head, 7)));
}

static __always_inline int database_of(__u64 head)
{
	if (is_redis(head))
		return SPEECH_REDIS;
	if (is_postgresql(head))
		return SPEECH_POSTGRESQL;
	return is_mysql(head) ? SPEECH_MYSQL : SPEECH_UNKNOWN;
}

/* Whether a turn of either side may begin so, on a connection that speaks it. */
__noinline int may_speak(__u32 speech, __u64 head, __u32 length)
{
	__u8 first = AT(head, 0);

	if (speech == SPEECH_REDIS) /* punctuation alone */
		return BETWEEN(first, '!', '>') ? !IS_DIGIT(first) : first == '_' || first == '|' || first == '~';
	if (speech == SPEECH_POSTGRESQL)
		return !AT(head, 1);
	return (head & 0xffffff) + 4 <= length;
}

static __always_inline int is_hello(__u64 head)
{
	return AT(head, 0) == TLS_HANDSHAKE && AT(head, 1) == 3 &&
	       (AT(head, 5) == CLIENT_HELLO || AT(head, 5) == SERVER_HELLO);
}

/* enum speech */
__noinline int speech_of(__u64 head)
{
	if (is_request(head) || is_response(head))
		return SPEECH_HTTP;
	if (begins_frames(bpf_be64_to_cpu(head)))
		return SPEECH_HTTP2;
	if (is_hello(head))
		return SPEECH_TLS;
	return database_of(head);
}

#define END_BYTES 12

/*
 * Whether an answer may end there: of PostgreSQL by an error, or that the server waits again, of MySQL the end of rows
 * in either form.
 * A global function: the verifier walks through it once.
 */
__noinline int ends_answer(struct __sk_buff *skb, __u32 end, __u32 speech)
{
	__u8 last[END_BYTES] = {};

	if (bpf_skb_load_bytes(skb, end - END_BYTES, last, END_BYTES))
		return 0;
	if (speech == SPEECH_POSTGRESQL)
		return (last[6] == 'Z' && !last[7] && !last[8] && !last[9] && last[10] == 5) ||
		       (IS_TEXT(last[9]) && !last[10] && !last[11]);
	return (last[3] == 5 && !last[4] && !last[5] && last[7] == 0xfe) ||
	       (last[1] == 7 && !last[2] && !last[3] && last[5] == 0xfe);
}
