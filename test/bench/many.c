/* SPDX-License-Identifier: MIT */
/*
 * many PROCESSES CONNECTIONS: each process makes that many connections to itself over loopback, two sockets
 * each. Prints a line when all stand; a byte goes over every hundredth of them five times a second until the
 * input ends.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define GAP_MS 200
#define EACH 100

static int *sent, *taken;

/* Every process has an address of its own, and so its own 28,000 ports. */
static int connections(int number, int count)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + number) };
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t length = sizeof(address);

	if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 16) ||
	    getsockname(listener, (struct sockaddr *)&address, &length))
		return -1;
	for (int i = 0; i < count; i++) {
		sent[i] = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(sent[i], (struct sockaddr *)&address, length))
			return -1;
		taken[i] = accept(listener, 0, 0);
		if (taken[i] < 0)
			return -1;
	}
	return 0;
}

static int child(int number, int count, int ready)
{
	char byte = 0;

	prctl(PR_SET_PDEATHSIG, 9);
	sent = calloc(count, sizeof(*sent));
	taken = calloc(count, sizeof(*taken));
	if (!sent || !taken || connections(number, count) || write(ready, &byte, 1) != 1)
		return 1;
	for (int first = 0;; first = (first + 1) % EACH) {
		for (int i = first; i < count; i += EACH)
			if (write(sent[i], &byte, 1) != 1 || read(taken[i], &byte, 1) != 1)
				return 1;
		poll(0, 0, GAP_MS);
	}
}

int main(int words, char **arguments)
{
	int processes = words > 2 ? atoi(arguments[1]) : 0, count = words > 2 ? atoi(arguments[2]) : 0;
	struct rlimit most;
	int ready[2];
	char byte;

	getrlimit(RLIMIT_NOFILE, &most);
	most.rlim_cur = most.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &most) || pipe(ready))
		return 1;
	for (int i = 0; i < processes; i++)
		if (!fork())
			return child(i, count, ready[1]);
	close(ready[1]);
	for (int i = 0; i < processes; i++)
		if (read(ready[0], &byte, 1) != 1)
			return 1;
	puts("ready");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	return 0;
}
