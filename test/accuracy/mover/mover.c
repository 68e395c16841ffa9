/* SPDX-License-Identifier: MIT */
/*
 * mover: moves bytes through sockets as it is told, a command a line, and answers each with a line of
 * numbers, or with the error. Ends with its input.
 */
#include "ways.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <sys/wait.h>

#define WORDS 10
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

/* What commands are about: the socket, and the listener that it was accepted from. */
static int current = -1, listener = -1;
/* The way to a child and back. */
static FILE *child_in, *child_out;

static const struct {
	const char *name;
	int type, protocol, protocol6;
} kinds[] = {
	{ "tcp", SOCK_STREAM, 0, 0 },
	{ "mptcp", SOCK_STREAM, IPPROTO_MPTCP, IPPROTO_MPTCP },
	{ "udp", SOCK_DGRAM, 0, 0 },
	{ "ping", SOCK_DGRAM, IPPROTO_ICMP, IPPROTO_ICMPV6 },
	{ "icmp", SOCK_RAW, IPPROTO_ICMP, IPPROTO_ICMPV6 },
	{ "raw", SOCK_RAW, 253, 253 }, /* for experiments: RFC 3692 */
};

static const struct {
	const char *name;
	int level, option;
} options[] = {
	{ "send-buffer", SOL_SOCKET, SO_SNDBUF },   { "receive-buffer", SOL_SOCKET, SO_RCVBUFFORCE },
	{ "reuse-port", SOL_SOCKET, SO_REUSEPORT }, { "receive-segments", IPPROTO_UDP, 104 /* UDP_GRO */ },
	{ "fastopen", IPPROTO_TCP, TCP_FASTOPEN },  { "no-delay", IPPROTO_TCP, TCP_NODELAY },
};

static void set_address(const char *host, const char *port)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&to;
	struct sockaddr_in *four = (struct sockaddr_in *)&to;

	memset(&to, 0, sizeof(to));
	if (strchr(host, ':')) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(atoi(port));
		inet_pton(AF_INET6, host, &six->sin6_addr);
		to_length = sizeof(*six);
	} else {
		four->sin_family = AF_INET;
		four->sin_port = htons(atoi(port));
		inet_pton(AF_INET, host, &four->sin_addr);
		to_length = sizeof(*four);
	}
}

static long local_port(void)
{
	struct sockaddr_in6 here = {};
	socklen_t length = sizeof(here);

	return getsockname(current, (struct sockaddr *)&here, &length) ? -1 : ntohs(here.sin6_port);
}

static long make(char **words)
{
	int six = !strcmp(words[2], "6");

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].name, words[1]))
			current = socket(six ? AF_INET6 : AF_INET, kinds[i].type,
					 six ? kinds[i].protocol6 : kinds[i].protocol);
	return current < 0 ? -1 : 0;
}

static long bind_to(char **words)
{
	long failed;

	set_address(words[1], words[2]);
	failed = bind(current, address(), to_length);
	to_length = 0;
	return failed ? -1 : local_port();
}

static long start_listening(char **words)
{
	(void)words;
	listener = current;
	return listen(listener, 8) ? -1 : local_port();
}

static long take_connection(char **words)
{
	(void)words;
	current = accept(listener, 0, 0);
	return current < 0 ? -1 : 0;
}

static long connect_to(char **words)
{
	long failed;

	set_address(words[1], words[2]);
	failed = connect(current, address(), to_length);
	to_length = 0;
	return failed ? -1 : local_port();
}

static long set_destination(char **words)
{
	set_address(words[1], words[2]);
	return 0;
}

static long set_option(char **words)
{
	int value = atoi(words[2]);

	for (unsigned i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (!strcmp(options[i].name, words[1]))
			return setsockopt(current, options[i].level, options[i].option, &value, sizeof(value));
	return -1;
}

static const struct way *way_of(const char *name)
{
	for (unsigned i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (!strcmp(ways[i].name, name))
			return &ways[i];
	return &ways[0];
}

/* How often a call moved less than it was asked to, and nothing as there was no room. */
static long partial, again;

/* send BYTES SIZE WAY, receive BYTES SIZE WAY: calls of that size until all is moved, or the far end is done. */
static long move(char **words)
{
	int sends = !strcmp(words[0], "send");
	long left = atol(words[1]), whole = left, size = atol(words[2]), bytes;
	const struct way *way = way_of(words[3]);
	struct pollfd ready = { .fd = current, .events = sends ? POLLOUT : POLLIN };

	partial = again = 0;
	while (left > 0) {
		long asked = size < left ? size : left;

		bytes = (sends ? way->send : way->receive)(current, sends ? asked : size);
		if (bytes == 0)
			break;
		if (bytes < 0 && errno != EAGAIN)
			return -1;
		if (bytes < 0) {
			again++;
			poll(&ready, 1, 1000);
			continue;
		}
		partial += sends && bytes < asked;
		left -= bytes;
	}
	return whole - left;
}

static long count_mapped(char **words)
{
	(void)words;
	return mapped;
}

/* echo TYPE SIZE: the payload is an echo request (RFC 792); its checksum is for raw ICMP sockets, RFC 1071. */
static long fill(char **words)
{
	long size = atol(words[2]), total = 0;

	memset(payload, 0, 8);
	payload[0] = atoi(words[1]);
	for (long i = 0; i + 1 < size; i += 2)
		total += (uint8_t)payload[i] << 8 | (uint8_t)payload[i + 1];
	total = (total >> 16) + (total & 0xffff);
	total = ~(total + (total >> 16));
	payload[2] = total >> 8;
	payload[3] = total;
	return 0;
}

static long end_sending(char **words)
{
	(void)words;
	return shutdown(current, SHUT_WR);
}

static long close_current(char **words)
{
	(void)words;
	return close(current);
}

static long reset(char **words)
{
	struct linger now = { 1, 0 };

	(void)words;
	setsockopt(current, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	return close(current);
}

static void serve(FILE *in, FILE *out);

/* fork [new]: a child that has the same sockets, in a pid namespace of its own. Its pid out here. */
static long split(char **words)
{
	int there[2], back[2];
	pid_t child;

	if (!strcmp(words[1], "new") && unshare(CLONE_NEWPID))
		return -1;
	if (pipe(there) || pipe(back))
		return -1;
	child = fork();
	if (child == 0) {
		close(there[1]);
		close(back[0]);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(fdopen(there[0], "r"), fdopen(back[1], "w"));
		_exit(0);
	}
	close(there[0]);
	close(back[1]);
	child_in = fdopen(there[1], "w");
	child_out = fdopen(back[0], "r");
	return child;
}

static struct sockaddr_un *unix_address(const char *path)
{
	static struct sockaddr_un at;

	at = (struct sockaddr_un){ .sun_family = AF_UNIX };
	strncpy(at.sun_path, path, sizeof(at.sun_path) - 1);
	return &at;
}

/* give PATH, take PATH: the socket goes to another process (SCM_RIGHTS). */
static long pass(char **words)
{
	int gives = !strcmp(words[0], "give"), post = socket(AF_UNIX, SOCK_DGRAM, 0);
	char control[CMSG_SPACE(sizeof(int))] = {}, byte = 0;
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	struct sockaddr_un *at = unix_address(words[1]);

	if (gives) {
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(int));
		*(int *)CMSG_DATA(head) = current;
		while (connect(post, (struct sockaddr *)at, sizeof(*at)))
			usleep(1000);
		return sendmsg(post, &message, 0) < 0 ? -1 : 0;
	}
	if (bind(post, (struct sockaddr *)at, sizeof(*at)) || recvmsg(post, &message, 0) < 0)
		return -1;
	current = *(int *)CMSG_DATA(CMSG_FIRSTHDR(&message));
	return 0;
}

static const struct {
	const char *name;
	long (*act)(char **words);
} acts[] = {
	{ "socket", make },	      { "bind", bind_to },	  { "listen", start_listening },
	{ "accept", take_connection }, { "connect", connect_to },  { "to", set_destination },
	{ "set", set_option },	      { "send", move },		  { "receive", move },
	{ "echo", fill },	      { "shutdown", end_sending }, { "close", close_current },
	{ "reset", reset },	      { "fork", split },	  { "give", pass },
	{ "take", pass },	      { "mapped", count_mapped },
};

static long act(char **words)
{
	for (unsigned i = 0; i < sizeof(acts) / sizeof(*acts); i++)
		if (!strcmp(acts[i].name, words[0]))
			return acts[i].act(words);
	errno = EINVAL;
	return -1;
}

static void *act_in_thread(void *words)
{
	prctl(PR_SET_NAME, "another-name");
	return (void *)act(words);
}

/* thread COMMAND: by a thread of another name. */
static long in_thread(char **words)
{
	pthread_t thread;
	void *result;

	if (pthread_create(&thread, 0, act_in_thread, words + 1) || pthread_join(thread, &result))
		return -1;
	return (long)result;
}

/* child COMMAND: by the child, and waits for it; begin COMMAND: without waiting; end: what it then answered. */
static int by_child(char *line, FILE *out)
{
	char answer[256];
	int begins = !strncmp(line, "begin ", 6), waits = !strcmp(line, "end");

	if (strncmp(line, "child ", 6) && !begins && !waits)
		return 0;
	if (!waits) {
		fprintf(child_in, "%s\n", line + 6);
		fflush(child_in);
	}
	if (begins)
		strcpy(answer, "0\n");
	else if (!fgets(answer, sizeof(answer), child_out))
		strcpy(answer, "error the child is gone\n");
	fputs(answer, out);
	fflush(out);
	return 1;
}

static void serve(FILE *in, FILE *out)
{
	char line[512], *words[WORDS];
	long result;

	while (fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = 0;
		if (by_child(line, out))
			continue;
		memset(words, 0, sizeof(words));
		for (int i = 0; i < WORDS; i++)
			words[i] = strtok(i ? 0 : line, " ") ?: "";
		result = strcmp(words[0], "thread") ? act(words) : in_thread(words);
		if (result < 0)
			fprintf(out, "error %s: %s\n", words[0], strerror(errno));
		else
			fprintf(out, "%ld %ld %ld\n", result, partial, again);
		fflush(out);
	}
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	alarm(120);
	serve(stdin, stdout);
	return 0;
}
