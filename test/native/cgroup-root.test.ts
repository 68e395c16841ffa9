import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mountedRoots } from '../../native/cgroup.ts';

test('cgroup v2 is found where it is mounted from its root on', () => {
  const mountinfo = [
    '35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory',
    '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw',
    '42 31 0:38 /system.slice /mnt/part rw,relatime - cgroup2 cgroup2 rw',
    '43 31 0:38 / /mnt/two\\040words rw,relatime - cgroup2 none rw',
    '',
  ].join('\n');
  assert.deepEqual(mountedRoots(mountinfo), ['/sys/fs/cgroup/unified', '/mnt/two words']);
});
