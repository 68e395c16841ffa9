/* SPDX-License-Identifier: MIT */
/*
 * storm THREADS SECONDS: each thread connects to a listener of its own over loopback, accepts, and closes both ends
 * with a reset (SO_LINGER 0), which leaves no TIME_WAIT, as fast as it can. Prints how many connections were made,
 * how many nanoseconds that took, and how many of the processors.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 64

static long end_ns;

static long now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000L + now.tv_nsec;
}

static void reset(int fd)
{
	struct linger now = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

/* Connections that were made; -1: one could not be. */
static void *storm(void *number)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + (long)number) };
	socklen_t length = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM, 0), client, server;
	long made = 0;

	if (bind(listener, (struct sockaddr *)&at, length) || listen(listener, 16) ||
	    getsockname(listener, (struct sockaddr *)&at, &length))
		return (void *)-1L;
	while (now_ns(CLOCK_MONOTONIC) < end_ns) {
		client = socket(AF_INET, SOCK_STREAM, 0);
		if (client < 0 || connect(client, (struct sockaddr *)&at, length))
			return (void *)-1L;
		server = accept(listener, 0, 0);
		if (server < 0)
			return (void *)-1L;
		reset(server);
		reset(client);
		made++;
	}
	return (void *)made;
}

int main(int count, char **words)
{
	int threads = count > 2 ? atoi(words[1]) : 0;
	long begin = now_ns(CLOCK_MONOTONIC), made = 0;
	pthread_t running[MOST];
	void *each;

	if (threads < 1 || threads > MOST)
		return 1;
	end_ns = begin + atol(words[2]) * 1000000000L;
	for (long i = 0; i < threads; i++)
		if (pthread_create(&running[i], 0, storm, (void *)i))
			return 1;
	for (int i = 0; i < threads; i++) {
		pthread_join(running[i], &each);
		if ((long)each < 0)
			return 1;
		made += (long)each;
	}
	printf("%ld %ld %ld\n", made, now_ns(CLOCK_MONOTONIC) - begin, now_ns(CLOCK_PROCESS_CPUTIME_ID));
	return 0;
}
