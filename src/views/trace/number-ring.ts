/** Rising numbers, at most `capacity`: one more takes the place of the first. No memory is taken for each. */
export class NumberRing {
  private numbers: Float64Array | null = null;
  private first = 0;
  size = 0;

  constructor(private readonly capacity: number) {}

  push(number: number): void {
    this.numbers ??= new Float64Array(this.capacity);
    this.numbers[(this.first + this.size) % this.capacity] = number;
    if (this.size < this.capacity) this.size++;
    else this.first = (this.first + 1) % this.capacity;
  }

  /** undefined: there are not so many. */
  at(place: number): number | undefined {
    return place < this.size ? this.numbers?.[(this.first + place) % this.capacity] : undefined;
  }

  /** Without the first one. */
  shift(): void {
    this.first = (this.first + 1) % this.capacity;
    this.size--;
  }

  /** One more, before the one that is at that place. */
  insert(place: number, number: number): void {
    const isFull = this.size === this.capacity;
    this.push(number);
    for (let at = this.size - 1; at > (isFull ? place - 1 : place); at--) this.swap(at, at - 1);
  }

  clear(): void {
    this.first = 0;
    this.size = 0;
  }

  private swap(a: number, b: number): void {
    const { numbers, first, capacity } = this;
    if (!numbers) return;
    const [one, other] = [(first + a) % capacity, (first + b) % capacity];
    const value = numbers[one] ?? 0;
    numbers[one] = numbers[other] ?? 0;
    numbers[other] = value;
  }
}
