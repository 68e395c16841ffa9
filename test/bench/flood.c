/* SPDX-License-Identifier: MIT */
/*
 * flood RATE SECONDS [NETNS ADDRESS]: datagrams at that rate, sent and taken again; over loopback, or to the
 * address in the network namespace of that file. Prints how many.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define BATCHES 1000 /* a second */
#define MOST 1024

/* In another network namespace; -1 where that can't be entered. */
static int socket_in(const char *netns)
{
	return setns(open(netns, O_RDONLY | O_CLOEXEC), CLONE_NEWNET) ? -1 : socket(AF_INET, SOCK_DGRAM, 0);
}

int main(int count, char **words)
{
	int batch = count > 2 ? atoi(words[1]) / BATCHES : 0, batches = count > 2 ? atoi(words[2]) * BATCHES : 0;
	int from = socket(AF_INET, SOCK_DGRAM, 0), room = 16 << 20;
	int to = count > 4 ? socket_in(words[3]) : socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	static char payload[64];
	struct iovec part = { payload, sizeof(payload) };
	static struct mmsghdr messages[MOST];
	struct timespec due;
	long sent = 0, taken;

	if (count > 4 && inet_pton(AF_INET, words[4], &address.sin_addr) != 1)
		return 1;
	setsockopt(to, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (batch < 1 || batch > MOST || bind(to, (struct sockaddr *)&address, length) ||
	    getsockname(to, (struct sockaddr *)&address, &length) || connect(from, (struct sockaddr *)&address, length))
		return 1;
	for (int i = 0; i < MOST; i++)
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &part, .msg_iovlen = 1 };
	clock_gettime(CLOCK_MONOTONIC, &due);
	for (int i = 0; i < batches; i++) {
		taken = sendmmsg(from, messages, batch, 0);
		sent += taken > 0 ? taken : 0;
		recvmmsg(to, messages, batch, MSG_DONTWAIT, 0);
		due.tv_nsec += 1000000000 / BATCHES;
		if (due.tv_nsec >= 1000000000) {
			due.tv_nsec -= 1000000000;
			due.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, 0);
	}
	printf("%ld\n", sent);
	return 0;
}
