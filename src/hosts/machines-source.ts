import { CaptureError, UsageError } from '../errors.ts';
import type { Expression } from '../filter/ast.ts';
import type { Answer, Question, RowSource } from '../model/question.ts';
import type { Streams } from '../model/source.ts';
import type { Frame } from '../record/playback.ts';
import { MergedAnswers, type Told } from './answer.ts';
import { notesOf } from './notes.ts';
import { filterOf, type MachineFilter, questionOf } from './question.ts';
import { statusOf } from './status.ts';
import type { WatchedMachine } from './watched-machine.ts';

/** A tick that does not come is waited for so long, in intervals. */
const LATE = 1.5;
/** A machine that tells nothing of itself is waited for so long: ssh gives up a connection that is not made in 10 s. */
const PATIENCE_MS = 15_000;

export interface MachinesLook {
  /** What a filter means on a machine; throws where it means nothing there. */
  read(text: string, machine: WatchedMachine): Expression | null;
  /** Answers begin when every machine told of itself, or did not come. */
  isPatient: boolean;
  /** Hears why a machine is not watched, in one line. */
  log(line: string): void;
}

/** Several machines as one source: each is asked its part, and what they tell is put together. */
export class MachinesSource implements RowSource {
  private readonly merged = new MergedAnswers((place) => this.machines[place]?.name ?? '');
  private readonly listeners = new Map<keyof Streams, (rows: never) => Promise<void>>();
  private question: Question | null = null;
  private asked = '';
  private answered: (answer: Answer) => void = () => {};
  private failed: (error: Error) => void = () => {};
  private timer: NodeJS.Timeout | undefined;
  private isScheduled = false;
  /** The first answer goes out before anything is known, as that of a live run does. */
  private hasAnswered = false;
  private hasBegun = false;
  private askedMs = 0;

  constructor(
    private readonly machines: readonly WatchedMachine[],
    private readonly look: MachinesLook,
  ) {}

  ask(question: Question): void {
    const isFirst = this.question === null;
    this.question = question;
    this.askAll();
    if (isFirst) this.askedMs = performance.now();
    if (isFirst) for (const machine of this.machines) void this.watch(machine);
    this.sendSoon();
  }

  onAnswer(listener: (answer: Answer) => void): void {
    this.answered = listener;
  }

  onFailure(listener: (error: Error) => void): void {
    this.failed = listener;
  }

  onRows<Name extends keyof Streams>(of: Name, listener: (rows: Streams[Name]) => Promise<void>): void {
    this.listeners.set(of, listener);
  }

  async finish(): Promise<Answer | null> {
    const last = this.question && this.answer(this.question);
    this.question = null;
    clearTimeout(this.timer);
    await Promise.all(this.machines.map((machine) => machine.stop()));
    return last;
  }

  async stop(): Promise<void> {
    await this.finish();
  }

  private async watch(machine: WatchedMachine): Promise<void> {
    await machine.watch({
      question: (one) => this.questionOf(one),
      took: (one, frame) => this.took(one, frame),
    });
    const { question, machines } = this;
    if (!question || !machine.cause) return;
    this.look.log(`nettop: ${notesOf(machine)[0]}`);
    if (machines.every(({ cause }) => cause))
      this.failed(new CaptureError('no machine is left to watch', 'see above'));
    else this.sendSoon();
  }

  private async took(machine: WatchedMachine, { kind }: Frame): Promise<void> {
    for (const [of, listener] of this.listeners)
      for (const rows of machine.rows(of))
        if (machine.isWanted && this.question)
          await listener(rows.map((row) => ({ ...row, machine: machine.name })) as never);
    if (kind !== 'tick') return;
    machine.isNew = true;
    if (this.there.every(({ isNew }) => isNew)) this.sendSoon();
  }

  /** What the machine is asked; null: none of its rows can match. */
  private questionOf(machine: WatchedMachine): Question | null {
    const { question, merged } = this;
    if (!question) return null;
    const filter = this.filterOf(question, machine);
    const opens = question.inspect ? merged.opens(question.inspect.key) : [];
    return filter && questionOf(question, this.machines.indexOf(machine), { ...filter, opens });
  }

  private filterOf({ filter }: Question, machine: WatchedMachine): MachineFilter | null {
    machine.misunderstood = null;
    try {
      return filterOf(filter, machine.name, (text) => this.look.read(text, machine));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      machine.misunderstood = error.message;
      return null;
    }
  }

  private askAll(): void {
    this.asked = this.opens();
    for (const machine of this.machines) machine.ask((one) => this.questionOf(one));
  }

  private opens(): string {
    const { inspect = null } = this.question ?? {};
    return inspect ? this.merged.opens(inspect.key).join(' ') : '';
  }

  private get there(): WatchedMachine[] {
    return this.machines.filter(({ isThere }) => isThere);
  }

  private sendSoon(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => this.send());
  }

  private send(): void {
    const { question, look, machines } = this;
    this.isScheduled = false;
    if (!question) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), question.intervalMs * LATE);
    const isWaiting = machines.some(({ isNew, cause }) => !isNew && !cause);
    if (look.isPatient && isWaiting && this.hasAnswered && !this.hasBegun) {
      if (performance.now() < this.askedMs + PATIENCE_MS) return;
      for (const machine of machines)
        if (!machine.isThere && !machine.cause) look.log(`nettop: ${notesOf(machine)[0]}`);
      this.hasBegun = true;
    }
    this.hasBegun ||= !isWaiting;
    this.hasAnswered = true;
    for (const machine of machines) machine.isNew = false;
    this.answered(this.answer(question));
  }

  private answer(question: Question): Answer {
    if (this.opens() !== this.asked) this.askAll(); // an other end came, or went
    const told = this.machines.flatMap((machine, place): (Told & { machine: WatchedMachine })[] => {
      const { playback, isThere, isWanted } = machine;
      if (!playback || !isThere || !isWanted) return [];
      const { answers } = playback;
      return [{ place, machine, answer: answers.answer(), view: (name, asked) => answers.view(name, asked) }];
    });
    const status = statusOf(
      told.map(({ machine: { name }, answer: { status } }) => ({ machine: name, status })),
      {
        names: this.machines.map(({ name }) => name),
        notes: this.machines.flatMap(notesOf),
        uptimeSeconds: performance.now() / 1000,
      },
    );
    const shown = this.merged.shown(question, told);
    const inspection = question.inspect ? this.merged.inspection(question.inspect.key, told) : null;
    return { ...shown, status, inspection };
  }
}
