/* SPDX-License-Identifier: MIT */
/*
 * talk ping ROUNDS: 64 bytes that no protocol has go to and fro over loopback, both ends in this process. Prints the
 * nanoseconds of the processor that a round took.
 * talk get PORT RATE SECONDS: asks a server of HTTP on loopback so often a second. Prints how many answers came.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCHES 500 /* a second */

static const char request[] = "GET / HTTP/1.1\r\nHost: bench\r\n\r\n";

static long now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000L + now.tv_nsec;
}

static int connected(struct sockaddr_in *at)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return connect(fd, (struct sockaddr *)at, sizeof(*at)) ? -1 : fd;
}

static int ping(struct sockaddr_in *at, long rounds)
{
	int listener = socket(AF_INET, SOCK_STREAM, 0), near, far;
	socklen_t length = sizeof(*at);
	static char bytes[64];
	long begin;

	memset(bytes, 0xee, sizeof(bytes));
	if (bind(listener, (struct sockaddr *)at, length) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)at, &length))
		return 1;
	near = connected(at);
	far = accept(listener, 0, 0);
	begin = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	for (long i = 0; i < rounds; i++)
		if (write(near, bytes, sizeof(bytes)) < 0 || read(far, bytes, sizeof(bytes)) < 0 ||
		    write(far, bytes, sizeof(bytes)) < 0 || read(near, bytes, sizeof(bytes)) < 0)
			return 1;
	printf("%ld\n", (now_ns(CLOCK_PROCESS_CPUTIME_ID) - begin) / rounds);
	return 0;
}

static int get(struct sockaddr_in *at, long rate, long seconds)
{
	long begin = now_ns(CLOCK_MONOTONIC), made = 0;
	char answer[4096];
	int fd = -1;

	for (long batch = 1; batch <= seconds * BATCHES; batch++) {
		long due = begin + batch * (1000000000L / BATCHES);
		struct timespec until = { due / 1000000000L, due % 1000000000L };

		for (long i = 0; i < rate / BATCHES; i++) {
			if (made % 500 == 0) { /* nginx ends a connection after 1,000 by itself */
				close(fd);
				fd = connected(at);
			}
			if (write(fd, request, sizeof(request) - 1) < 0 || read(fd, answer, sizeof(answer)) <= 0)
				return 1;
			made++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0);
	}
	printf("%ld\n", made);
	return 0;
}

int main(int count, char **words)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	if (count == 3 && strcmp(words[1], "ping") == 0)
		return ping(&at, atol(words[2]));
	if (count != 5)
		return 1;
	at.sin_port = htons(atoi(words[2]));
	return get(&at, atol(words[3]), atol(words[4]));
}
