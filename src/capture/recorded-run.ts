import { jiffiesPerSecond } from '../../native/libc.ts';
import type { CaptureOptions } from '../attach/capture-options.ts';
import { RunningKernel } from '../attach/running-kernel.ts';
import { monotonicNs } from '../machine/clock.ts';
import type { RunningMachine } from '../machine/running-machine.ts';
import { complete } from '../machine/work.ts';
import type { Answer, Question } from '../model/question.ts';
import type { Streams } from '../model/source.ts';
import type { RecordingWriter } from '../record/file/writer.ts';
import type { FrameKind, TickFrame } from '../record/frames.ts';
import { PacketNames } from '../record/packet-names.ts';
import { Recorder } from '../record/recorder.ts';
import { recordingFeed } from '../record/recording-feed.ts';
import { Answers } from '../views/answers.ts';
import { KernelFeed } from './kernel-feed.ts';

const BATCH = 2000;

/** What is done with a run beside recording it. */
interface Beside {
  /** false: nobody looks at traced packets meanwhile. */
  isShown?: boolean;
  alerted?(rows: Streams['alerts']): void;
}

/** A run whose every frame is written down: what the kernel told, and the names that rows of it show. */
export class RecordedRun {
  readonly answers: Answers;
  private readonly kernel: KernelFeed;
  private readonly recorder: Recorder;
  private readonly names: PacketNames;

  constructor(
    options: CaptureOptions,
    running: RunningMachine,
    private readonly writer: Pick<RecordingWriter, 'add' | 'endFrame'>,
    private readonly beside: Beside = {},
  ) {
    this.recorder = new Recorder((entry) => writer.add(entry));
    const { recorder } = this;
    const machine = recorder.listen('machine', running);
    recorder.tell('begun', { jiffies: jiffiesPerSecond() });
    this.kernel = new KernelFeed(options, machine, new RunningKernel(running.types), recorder);
    recorder.listen('layouts', this.kernel.layouts).layout('socket_record');
    recorder.tell('opened');
    this.names = new PacketNames(machine, recorder.listen('feed', this.kernel));
    this.answers = new Answers(recordingFeed(this.kernel, recorder, this.names, beside.isShown), machine);
  }

  get isBusy(): boolean {
    return this.kernel.accounting.isBusy;
  }

  begin(question: Question): void {
    this.answers.ask(question);
    this.answers.answer();
    this.writer.endFrame();
  }

  /** What waits in rings; returns how much there was. */
  drain(): number {
    const found = this.frame('reading', null, () => this.answers.drain());
    this.endFrame();
    this.frame('survey', null, () => {
      this.kernel.accounting.survey(monotonicNs());
      this.recorder.tell('surveyed');
    });
    this.endFrame();
    return found;
  }

  tick(last = false): Answer {
    const told: TickFrame = { last };
    this.names.tick(monotonicNs());
    this.frame('tick', told, () => {
      if (last) this.answers.finish();
      else complete(this.answers.tick());
    });
    const answer = this.answers.answer(); // rows are asked for: the names that they show are part of the recording
    this.endFrame();
    return answer;
  }

  private frame<T>(kind: FrameKind, told: unknown, act: () => T): T {
    this.recorder.tell(kind, told);
    const result = act();
    const { answers, beside } = this;
    while (answers.take('requests', BATCH).length > 0);
    for (let rows = answers.take('alerts', BATCH); rows.length > 0; rows = answers.take('alerts', BATCH))
      beside.alerted?.(rows);
    this.recorder.endFrame();
    return result;
  }

  private endFrame(): void {
    while (this.answers.take('events', BATCH).length > 0);
    this.writer.endFrame();
  }
}
