/** Of what it was before, a value weighs so much: some 20 looks. */
const WEIGHT = 0.05;

/** What a rate is usually: a mean in which older looks weigh ever less. */
export class Usual {
  value = 0;
  /** Whether there was one. */
  isKnown = false;

  add(rate: number): void {
    this.value = this.isKnown ? this.value + (rate - this.value) * WEIGHT : rate;
    this.isKnown = true;
  }
}
