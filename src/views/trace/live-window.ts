import type { View, ViewQuestion } from '../../model/question.ts';
import { view } from '../list/window.ts';
import type { TraceIndex } from './trace-index.ts';

/** The part of a growing list that is on screen: it follows the list's end until a row is selected. */
export class LiveWindow<R extends { key: string }> {
  /** Number of the first packet shown, while the window does not follow the end. */
  private firstNumber: number | null = null;

  /** `numberOf` gives the packet in the index that a row's key means. */
  constructor(
    private readonly index: TraceIndex,
    private readonly row: (number: number) => R,
    private readonly numberOf: (key: string) => number,
  ) {}

  /** Back to the end of the list. */
  follow(): void {
    this.firstNumber = null;
  }

  view(question: ViewQuestion): View<R> {
    const { index } = this;
    index.tend();
    if (question.cursor === null) this.follow();
    const before = this.firstNumber === null ? null : index.find(this.firstNumber);
    const answer = view<R>(
      {
        size: index.size,
        find: (key) => {
          const number = this.numberOf(key);
          const place = index.find(number);
          return place < index.size && index.at(place) === number ? place : null;
        },
        rows: (first, count) => Array.from({ length: count }, (_, i) => this.row(index.at(first + i))),
      },
      question,
      before,
    );
    if (question.cursor !== null && index.size > 0) this.firstNumber = index.at(answer.first);
    return answer;
  }
}
