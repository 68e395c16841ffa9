import { inspect } from 'node:util';

/** How node:test calls a test that the choice by name leaves out. */
const NOT_CHOSEN = 'test name does not match pattern';

/** Takes node:test's events: failures are printed in full as they come, skips with their reason at the end. */
export class Report {
  #passed = 0;
  /** Titles of what failed, by file. */
  #failures = new Map();
  /** What failed beside others, and passed alone. */
  #unstable = [];
  #skipped = [];
  #names = [];
  #output = new Map();
  #diagnostics = [];
  #times = [];
  /** Of the test that was reported last. */
  #nesting = 0;

  take({ type, data }) {
    if (type === 'test:start') this.#names.splice(data.nesting, Infinity, data.name);
    if (type === 'test:stdout' || type === 'test:stderr') this.#keep(data);
    if (type === 'test:diagnostic' && placeOf(data).startsWith('test/kernels/'))
      this.#diagnostics.push(data.message);
    if (type === 'test:pass') this.#pass(data);
    if (type === 'test:fail') this.#fail(data);
  }

  /** Files of which something failed. */
  get failing() {
    return [...this.#failures.keys()];
  }

  /** `alone`: the report of a failing file that was run again by itself. If that passed, it is told as unstable. */
  settle(file, alone) {
    if (alone.failing.length > 0 || alone.#passed === 0) return;
    const titles = this.#failures.get(file) ?? [];
    this.#unstable.push(...titles);
    this.#passed += titles.filter((title) => title.includes(': ')).length;
    this.#failures.delete(file);
  }

  /** Prints the skips, the slowest tests and the closing line; true if nothing failed and something was tried. */
  close(slowest = 0) {
    for (const line of this.#skipped) print(`skipped: ${line}`);
    for (const line of this.#diagnostics) print(line);
    if (slowest > 0) print(['the slowest tests, in seconds:', ...this.slowest(slowest)].join('\n'));
    for (const title of this.#unstable)
      print(`unstable: ${title}: failed beside others, as told above; passed alone`);
    const failed = [...this.#failures.values()].flat().length;
    const tried = this.#passed + failed + this.#skipped.length;
    if (tried === 0) print('no test is meant by that');
    const unstable = this.#unstable.length > 0 ? `, ${this.#unstable.length} unstable` : '';
    print(`${this.#passed} passed, ${failed} failed, ${this.#skipped.length} skipped${unstable}`);
    return failed === 0 && tried > 0;
  }

  /** A line each, the slowest first. */
  slowest(count) {
    const sorted = this.#times.toSorted(([one], [other]) => other - one).slice(0, count);
    return sorted.map(([ms, title]) => `${(ms / 1000).toFixed(1).padStart(7)}  ${title}`);
  }

  /** Not of a test that has others inside, which are told apart. */
  #time(data) {
    const isParent = this.#nesting > data.nesting;
    this.#nesting = data.nesting;
    if (!isParent && !isFile(data)) this.#times.push([data.details.duration_ms, this.#title(data)]);
  }

  #pass(data) {
    const reason = data.skip ?? data.todo;
    if (reason === NOT_CHOSEN) return;
    this.#time(data);
    if (data.details.type === 'suite' || isFile(data)) return;
    if (reason === undefined) this.#passed += 1;
    else this.#skipped.push(`${this.#title(data)}: ${reason === true ? 'no reason given' : reason}`);
  }

  /** A test that failed only because one inside it did was told there. */
  #fail(data) {
    this.#time(data);
    const { error } = data.details;
    if (error.failureType === 'subtestsFailed') return;
    const titles = this.#failures.get(data.file) ?? [];
    this.#failures.set(data.file, [...titles, this.#title(data)]);
    print(`\nFAILED: ${this.#title(data)}\n${isFile(data) ? endOf(error) : textOf(error.cause ?? error)}`);
    const output = this.#output.get(data.file);
    if (output) print(`${placeOf(data)} printed:\n${output}`);
    this.#output.delete(data.file);
  }

  /** Printed only if the file has a failure. */
  #keep({ file, message }) {
    this.#output.set(file, (this.#output.get(file) ?? '') + message);
  }

  #title(data) {
    if (isFile(data)) return placeOf(data);
    return `${placeOf(data)}: ${[...this.#names.slice(0, data.nesting), data.name].join(' › ')}`;
  }
}

/** node:test reports a whole file as a test if it has none or if its process failed. */
const isFile = ({ name, file }) => name === file;
const placeOf = ({ file }) => file?.slice(file.indexOf('/test/') + 1) ?? 'test';
const textOf = (cause) => cause.stack ?? inspect(cause);

function endOf(error) {
  if (error.failureType === 'testTimeoutFailure') return error.message;
  return error.signal ? `ended by ${error.signal}` : `ended with exit code ${error.exitCode}`;
}

const print = (text) => process.stdout.write(`${text}\n`);
