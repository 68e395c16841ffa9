import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countedIn } from './bpftool.ts';
import { createNamespace } from './namespace.ts';
import { live } from './nettop.ts';
import { openRequests } from './request-output.ts';
import { runWithin } from './request-rows.ts';
import { has } from './screen.ts';
import { until } from './until.ts';
import { CONNECTIONS, startPathServer, startWrk } from './wrk.ts';

/** Of others. */
const REQUESTS = 60_000;
const APIS = 20;
const isApi = (line: string) => /\/404\/api\/\d+ .* 404 /.test(line);

const UNITS: Readonly<Record<string, number>> = { k: 1e3, M: 1e6 };

/** How many rows there are, as the pane's title rounds it: 812, 1.2k; null: there is no title. */
function countOn(screen: string[]): number | null {
  const [, count = '', unit = ''] = / 5 Requests ([\d.]+)([kM]?)/.exec(screen.join('\n')) ?? [];
  return count === '' ? null : Number(count) * (UNITS[unit] ?? 1);
}

test(
  'url "/api/" typed in the pane beside 10,000 other requests a second: from then on the kernel tells of these alone',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const server = await startPathServer(t, namespace);
      const { ui } = await openRequests(t, '--port', `${server.port}`);
      const counted = (number: string) => countedIn(ui.process.pid, 'piece_counts', number) ?? 0;
      const curl = (paths: readonly string[]) => {
        const urls = paths.map((path) => `http://127.0.0.1:${server.port}${path}`);
        return runWithin(namespace, ['curl', '-s', '-Z', ...urls]);
      };
      await until('the pane looks', async () => {
        await curl(['/200/ready']);
        return has(/\/200\/ready/)(ui.screen());
      });
      const flood = startWrk(namespace, server, { most: REQUESTS, seconds: 60, prefix: 'other/' });
      t.after(() => flood.child.kill('SIGKILL'));
      await ui.until(has(/\/other\/[x…]*\d+/));
      ui.write(`/${'\x15'}http and port ${server.port} and url "/api/"\r`);
      await until('others are left out', () => counted('unwanted') > 0);
      await curl(Array.from({ length: APIS }, (_, index) => `/404/api/${index}`));
      await ui.until((screen) => screen.filter(isApi).length === APIS && countOn(screen) === APIS);
      const made = await flood.made;
      const leftOut = counted('unwanted') + counted('requests_lost');
      ui.write(`/${'\x15'}http and port ${server.port}\r`);
      const screen = await ui.until(has(/\/other\/[x…]*\d+/));
      const newest = Math.max(...screen.map((line) => Number(/\/other\/[x…]*(\d+)/.exec(line)?.[1] ?? 0)));
      assert.ok(newest < made / 2, `until the ${newest}th of ${made} each was told`);
      assert.ok(leftOut >= 2 * (made - newest - CONNECTIONS), `${leftOut} were left out at both ends`);
    },
    ['nginx', 'wrk', 'curl', 'ss', 'bpftool'],
  ),
);
