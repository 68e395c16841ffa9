#!/bin/bash
# Process 1 of the emulated machine: mounts what a running system has, runs the job, powers off.
# NODE, STAGE, CHECKS and LEFT are written in when the job is staged.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t tmpfs tmpfs /run
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t tracefs tracefs /sys/kernel/tracing
mount -t securityfs securityfs /sys/kernel/security
mount -t cgroup2 cgroup /sys/fs/cgroup
ip link set lo up
export NETTOP_TEST_SLOWNESS=10 # JavaScript runs some 17 times slower here, most waiting is for it
export NETTOP_CHECKS=@CHECKS@ NETTOP_CHECKS_LEFT=@LEFT@
"@NODE@" --test-reporter="@STAGE@/test/kernels/reporter.mjs" "@STAGE@/test/kernels/job.mjs"
echo o > /proc/sysrq-trigger
sleep 60
