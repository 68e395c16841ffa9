import type { Exchange, Talker } from '../../capture/exchanges/exchange.ts';
import type { Expression } from '../../filter/ast.ts';
import { matchesEitherWay } from '../../filter/evaluate.ts';
import { requestNeeds } from '../../filter/needs.ts';
import type { Inspection } from '../../model/panes.ts';
import type { View, ViewQuestion } from '../../model/question.ts';
import { REQUEST_GROUPINGS, type RequestRow, type RequestTotals } from '../../panes/requests/row.ts';
import type { HttpWishes } from '../../protocols/http1.ts';
import { type Items, Table } from '../list/table.ts';
import type { Begin, ExchangeFeed } from './exchange-feed.ts';
import { serverName } from './names.ts';
import { type GroupOfRequests, RequestGroups, sortGroups } from './request-groups.ts';
import { RequestList } from './request-list.ts';
import { sortRequests } from './request-order.ts';
import { groupRow, type RequestNames, requestRow } from './request-rows.ts';
import { RequestSubject } from './request-subject.ts';
import { RequestTexts } from './request-texts.ts';
import type { TextFeed } from './text-feed.ts';

/** Requests, or names alone. */
export type Following = 'requests' | 'names' | 'nothing';

/** Requests over what sockets say, from the moment when somebody looks. */
export class RequestsPane {
  readonly list: RequestList;
  private readonly exchanges: ExchangeFeed;
  private readonly table: Table<Exchange, RequestRow>;
  private readonly subject: RequestSubject;
  private expression: Expression | null = null;
  /** null: nobody looks at groups. */
  private grouped: { groups: RequestGroups; table: Table<GroupOfRequests, RequestRow> } | null = null;
  private nowNs = 0;
  private sinceNs: number | null = null;
  private following: Following = 'nothing';
  private learnsNames = false;
  private readonly texts: RequestTexts;

  constructor(
    begin: Begin,
    private readonly names: RequestNames,
    private readonly isOpen: (cookie: number) => boolean,
    openTexts: () => TextFeed | null,
    wishes: HttpWishes,
  ) {
    this.subject = new RequestSubject((exchange) => serverName(names.asked, exchange));
    const ownerOf = (talker: Talker) => this.exchanges.ownerOf(talker);
    this.list = new RequestList(ownerOf, (cookie) => this.exchanges.progressOf(cookie));
    this.texts = new RequestTexts(openTexts, this.list, ownerOf, wishes);
    this.exchanges = begin({
      began: (exchange) => this.followed?.began(exchange),
      joined: (exchange) => this.followed?.joined(exchange),
      done: (exchange) => {
        this.followed?.done(exchange);
        if (exchange.protocol === 'tls') this.texts.note(exchange);
      },
      spare: () => this.list.spare(),
      names: names.asked,
    });
    this.table = new Table(
      ({ number }) => number,
      (exchange) => requestRow(this.list.own(exchange), names),
    );
  }

  /** null: requests are not listed. */
  private get followed(): RequestList | null {
    return this.following === 'requests' ? this.list : null;
  }

  setFilter(expression: Expression | null): void {
    this.expression = expression;
    this.texts.setFilter(expression);
    this.tellNeeds();
    this.invalidate();
  }

  /** Rows that end are kept to be taken one by one. */
  stream(): void {
    this.list.isStreamed = true;
  }

  /** Names are learned of what no filter lets through too. */
  learnNames(isWanted: boolean): void {
    if (isWanted === this.learnsNames) return;
    this.learnsNames = isWanted;
    this.tellNeeds();
  }

  private tellNeeds(): void {
    const needs = this.learnsNames ? null : requestNeeds(this.expression);
    // handshakes say what is known of the TLS that requests are made within
    this.exchanges.want(
      needs && this.texts.isRead ? { ...needs, protocols: [...needs.protocols, 'tls'] } : needs,
    );
  }

  /** What was followed before and goes on is begun anew. */
  follow(wanted: Following): void {
    if (wanted === this.following) return;
    if (wanted === 'nothing') this.exchanges.pause();
    else this.exchanges.start(wanted === 'names');
    this.drain();
    this.exchanges.interrupt();
    this.following = wanted;
    if (wanted !== 'nothing') this.drain();
  }

  /** Whether text within TLS is asked for. */
  readTexts(isWanted: boolean, nowNs: number, programs: readonly string[]): void {
    if (isWanted === this.texts.isRead) return;
    this.texts.want(isWanted, nowNs, programs);
    this.tellNeeds();
  }

  /** Takes in what waits in the ring; returns how much there was to show: of names alone nothing. */
  drain(): number {
    const found = this.exchanges.drain() + this.texts.drain();
    if (found > 0) this.invalidate();
    return this.following === 'requests' ? found : 0;
  }

  /** `last`: nothing is waited for any more. */
  tick(nowNs: number, last: boolean): void {
    this.nowNs = nowNs;
    this.sinceNs ??= nowNs;
    this.drain();
    this.names.asked.tick(nowNs);
    this.exchanges.sweep(nowNs);
    this.texts.tick(nowNs, this.isOpen);
    if (last) {
      this.texts.settle();
      this.list.endAll();
    }
    this.invalidate();
  }

  view(question: ViewQuestion): View<RequestRow> & RequestTotals {
    this.groupBy(question.group);
    const { grouped } = this;
    const view = grouped
      ? grouped.table.view(question, (sort, descending) =>
          sortGroups(this.groups(grouped.groups), sort, descending),
        )
      : this.table.view(question, (sort, descending) => this.sorted(sort, descending));
    return { ...view, group: grouped?.groups.by ?? 'request', ...this.totals() };
  }

  totals(): RequestTotals {
    const { leftOut, ...loss } = this.exchanges.loss();
    const { counts, joinedEnds: bothEnds, overtaken, unread } = this.list;
    return {
      ...counts,
      texts: this.texts.totals(),
      bothEnds,
      leftOut,
      lost: { ...loss, overtaken, unread },
    };
  }

  /** Rows that ended and were not handed out yet, at most `limit`. */
  take(limit: number, nowNs: number): RequestRow[] {
    const rows: RequestRow[] = [];
    while (rows.length < limit) {
      const exchange = this.list.next(nowNs);
      if (exchange === undefined) break;
      if (this.matches(exchange)) rows.push(requestRow(exchange, this.names));
    }
    return rows;
  }

  abandon(): void {
    this.list.abandon();
  }

  inspect(key: string): Inspection | null {
    if (this.grouped && key.startsWith(`${this.grouped.groups.by}:`))
      return this.inspectGroup(this.grouped.groups, key);
    const found = this.list.find(Number(key));
    if (!found) return null;
    const beside = this.list
      .matching(({ talker }) => talker === found.talker)
      .slice(-MOST_BESIDE)
      .reverse();
    return {
      pane: 'requests',
      row: requestRow(found, this.names),
      beside: beside.map((exchange) => requestRow(exchange, this.names)),
    };
  }

  warnings(): string[] {
    return this.texts.warnings();
  }

  stop(): void {
    this.texts.stop();
    this.exchanges.stop();
  }

  private inspectGroup(groups: RequestGroups, key: string): Inspection | null {
    const found = this.groups(groups).find((group) => group.key === key);
    if (!found) return null;
    const newest = found.members.slice(-MOST_BESIDE).reverse();
    return {
      pane: 'requests',
      row: groupRow(found, this.names),
      beside: newest.map((exchange) => requestRow(exchange, this.names)),
    };
  }

  private groupBy(wanted: string | undefined): void {
    const by = REQUEST_GROUPINGS.find((one) => one === wanted) ?? null;
    if (by === (this.grouped?.groups.by ?? null)) return;
    const table = new Table<GroupOfRequests, RequestRow>(
      ({ key }) => key,
      (group) => groupRow(group, this.names),
    );
    this.grouped = by && { groups: new RequestGroups(by), table };
    this.invalidate();
  }

  private groups(groups: RequestGroups): GroupOfRequests[] {
    return groups.of(this.matching(), this.nowNs, this.sinceNs ?? this.nowNs);
  }

  private sorted(sort: string, descending: boolean): Items<Exchange> {
    if (this.expression === null && sort === 'time') return this.list.inOrder(descending);
    return sortRequests(this.matching(), sort, descending);
  }

  /** One that was seen at both ends is there for the sake of each. */
  private matching(): Exchange[] {
    const matchesPeer = ({ peer }: Exchange) => peer !== null && this.matches(peer);
    return this.list.matching((exchange) => this.matches(exchange) || matchesPeer(exchange));
  }

  private invalidate(): void {
    this.table.stale = true;
    if (this.grouped) this.grouped.table.stale = true;
  }

  private matches(exchange: Exchange): boolean {
    const { expression } = this;
    return expression === null || matchesEitherWay(expression, this.subject.of(exchange));
  }
}

/** Requests of the same connection that an inspector shows. */
const MOST_BESIDE = 200;
