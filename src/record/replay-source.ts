import { complete } from '../machine/work.ts';
import type { Answer, Question, Source } from '../model/question.ts';
import { Answers } from '../views/answers.ts';
import type { Entry } from './log.ts';
import { Player } from './player.ts';
import { RecordedFeed } from './recorded-feed.ts';
import { recordedMachine } from './recorded-machine.ts';

/** Answers over what was recorded, which begins anew when it is over. */
export class ReplaySource implements Source {
  private player!: Player;
  private answers!: Answers;
  private question: Question | null = null;
  private timer: NodeJS.Timeout | undefined;
  private answered: (answer: Answer) => void = () => {};

  constructor(private readonly entries: readonly Entry[]) {
    this.begin();
  }

  ask(question: Question): void {
    this.answers.ask(question);
    if (question.intervalMs !== this.question?.intervalMs) {
      clearInterval(this.timer);
      this.timer = setInterval(() => this.tick(), question.intervalMs);
    }
    this.question = question;
    setImmediate(() => this.answered(this.answers.answer()));
  }

  onAnswer(listener: (answer: Answer) => void): void {
    this.answered = listener;
  }

  onFailure(): void {}

  async stop(): Promise<void> {
    clearInterval(this.timer);
  }

  private begin(): void {
    this.player = new Player(this.entries);
    const machine = recordedMachine(this.player);
    this.answers = new Answers(new RecordedFeed(this.player, machine), machine);
  }

  private tick(): void {
    if (this.player.isOver) {
      this.begin();
      if (this.question) this.answers.ask(this.question);
    }
    complete(this.answers.tick());
    this.answered(this.answers.answer());
  }
}
