import type { View, ViewQuestion } from '../../model/question.ts';
import { type List, view } from './window.ts';

/** Items in an order. */
export interface Items<T> {
  readonly length: number;
  slice(first: number, end: number): T[];
  findIndex(isIt: (item: T) => boolean): number;
}

/** One pane's list: sorted anew when it is stale or is asked for in another order. */
export class Table<T, R extends { key: string }> {
  stale = true;
  private items: Items<T> = [];
  private order = '';
  private first = 0;

  constructor(
    /** A number, where there are many: no text is made of each. */
    private readonly keyOf: (item: T) => string | number,
    private readonly rowOf: (item: T) => R,
  ) {}

  view(question: ViewQuestion, sort: (sort: string, descending: boolean) => Items<T>): View<R> {
    const order = `${question.sort} ${question.descending}`;
    if (this.stale || order !== this.order) this.items = sort(question.sort, question.descending);
    this.stale = false;
    this.order = order;
    const { items, keyOf, rowOf } = this;
    const list: List<R> = {
      size: items.length,
      find: (key) => {
        const number = Number(key);
        const place = items.findIndex((item) => {
          const own = keyOf(item);
          return own === key || own === number;
        });
        return place < 0 ? null : place;
      },
      rows: (first, count) => items.slice(first, first + count).map(rowOf),
    };
    const answer = view(list, question, this.first);
    this.first = answer.first;
    return answer;
  }
}
