import type { AskedNames } from '../../capture/exchanges/asked-names.ts';
import { isOver } from '../../capture/ledger/socket.ts';
import type { Machine } from '../../machine/machine.ts';
import type { PaneSource } from '../../model/source.ts';
import { type HttpWishes, NO_WISHES } from '../../protocols/http1.ts';
import type { Feed } from '../feed.ts';
import { LatePane } from '../late-pane.ts';
import { Owners } from '../processes/owners.ts';
import { ProcessNames } from '../processes/process-names.ts';
import { Conversations } from './conversations.ts';
import type { Follow } from './exchange-feed.ts';
import { showsNames, wantsNames } from './names.ts';
import { RequestsPane } from './requests-pane.ts';

/** The requests pane, loaded when it is first asked for, and in the kernel while it is. */
export function requestsSource(
  feed: Feed,
  machine: Machine,
  asked: AskedNames,
): PaneSource<'requests'> & { pane(): RequestsPane | null } {
  const late = new LatePane<RequestsPane>();
  const wishes = { ...NO_WISHES };
  return {
    pane: () => late.pane,
    setFilter: (expression) => late.setFilter(expression),
    ask(question) {
      const { requests, metrics } = question.views;
      const wanted = requests || metrics?.requests ? 'requests' : wantsNames(question) ? 'names' : 'nothing';
      if (requests) wishes.query = requests.withQueries === true;
      if (wanted !== 'nothing') late.load(() => newPane(feed, machine, asked, wishes, wanted));
      if (requests?.isStreamed) late.pane?.stream();
      late.pane?.learnNames(showsNames(question));
      late.pane?.follow(wanted);
      late.pane?.readTexts(requests?.readsTls === true, machine.nowNs(), requests?.programs ?? []);
    },
    drain: () => late.pane?.drain() ?? 0,
    tick: ({ last }) => late.pane?.tick(machine.nowNs(), last),
    view: (asked) => late.pane?.view(asked),
    take: (limit) => (late.pane ? late.pane.take(limit, machine.nowNs()) : []),
    abandon: () => late.pane?.abandon(),
    inspect: (key) => late.pane?.inspect(key) ?? null,
    warnings: () => [
      ...(asked.evicted > 0 ? [`${asked.evicted} names that were asked for made room for newer ones`] : []),
      ...(late.pane?.warnings() ?? []),
    ],
    stop: () => late.pane?.stop(),
  };
}

/** null: the kernel refuses it. */
function newPane(
  feed: Feed,
  machine: Machine,
  asked: AskedNames,
  wishes: HttpWishes,
  part: 'requests' | 'names',
): RequestsPane | null {
  const { ledger } = feed.books;
  const owners = new Owners(feed, new ProcessNames(feed, machine));
  const isOpen = (cookie: number) => {
    const socket = ledger.find(cookie);
    return socket !== undefined && !isOver(socket);
  };
  const follow: Follow = (pieces, listener) =>
    new Conversations(pieces, listener, { owners, isOpen, wishes });
  const names = {
    asked,
    netns: (number: number) => machine.netnsName(number),
    user: (uid: number) => machine.userName(uid),
    epochUs: machine.epochUs(),
  };
  const opened = feed.openRequests(part, follow);
  return opened && new RequestsPane(opened, names, isOpen, () => feed.openTexts(), wishes);
}
