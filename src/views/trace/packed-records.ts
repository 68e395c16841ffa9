/** Words of a page, and of all pages: 8 MB, which are touched as records come. */
const PAGE = 2048;
const PAGES = 1024;
/** Words that one mark tells of. */
const MARKED = 32;
/** Of a page: nothing is on it yet. */
const NONE = -1;

function onesIn(mark: number): number {
  const pairs = mark - ((mark >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * The newest records, by a number that rises by one with each. They lie on pages: of a page's first record all words,
 * of each other one those that differ from it, behind the marks that tell which. A new page takes the place of the
 * oldest one and of the records on it. Nothing is allocated for a record.
 */
export class PackedRecords {
  /** Number of the oldest record that is kept, and of the next one. */
  start = 0;
  end = 0;
  private readonly marks: number;
  private pages = new Uint32Array(0);
  /** Where each record begins, by its number: a word of the pages. */
  private places = new Uint32Array(0);
  /** Number of the first record on each page. */
  private readonly firsts = new Float64Array(PAGES).fill(NONE);
  /** Behind the newest record. */
  private place = 0;

  /** `words` of each record; `most` of them are kept, fewer where they differ much. */
  constructor(
    private readonly words: number,
    private readonly most: number,
  ) {
    this.marks = Math.ceil(words / MARKED);
  }

  /** Takes a copy of the words from `from` on. */
  add(source: Uint32Array, from: number): void {
    if (this.end === 0) this.hold();
    const used = this.place % PAGE;
    const place = used === 0 || used + this.marks + this.words > PAGE ? this.nextPage() : this.place;
    this.places[this.end % this.most] = place;
    this.place = place % PAGE === 0 ? this.copy(source, from, place) : this.pack(source, from, place);
    this.end++;
    this.start = Math.max(this.start, this.end - this.most);
  }

  /** Copies a record that lies between start and end. */
  read(number: number, target: Uint32Array): void {
    const { pages, words, marks } = this;
    const place = this.places[number % this.most] as number;
    const first = place - (place % PAGE);
    let other = place + marks;
    for (let i = 0; i < words; i++) {
      const differs = place !== first && ((pages[place + (i >>> 5)] as number) >>> (i & 31)) & 1;
      target[i] = pages[differs ? other++ : first + i] as number;
    }
  }

  /** One word of a record that lies between start and end. */
  word(number: number, at: number): number {
    const { pages, marks } = this;
    const place = this.places[number % this.most] as number;
    const first = place - (place % PAGE);
    const last = place + (at >>> 5);
    const mark = pages[last] as number;
    if (place === first || !((mark >>> (at & 31)) & 1)) return pages[first + at] as number;
    let before = onesIn(mark & ((1 << (at & 31)) - 1));
    for (let other = place; other < last; other++) before += onesIn(pages[other] as number);
    return pages[place + marks + before] as number;
  }

  /**
   * Not before there is a record: while nettop starts malloc gives memory that was in use before, all of which is
   * cleared and thereby resident; later it maps a block of this size, which is touched as it is filled.
   */
  private hold(): void {
    this.pages = new Uint32Array(PAGES * PAGE);
    this.places = new Uint32Array(this.most);
  }

  /** Where it begins; what was on it is gone. */
  private nextPage(): number {
    const page = Math.ceil(this.place / PAGE) % PAGES;
    if (this.firsts[page] !== NONE)
      this.start = Math.max(this.start, this.firsts[(page + 1) % PAGES] as number);
    this.firsts[page] = this.end;
    return page * PAGE;
  }

  /** Both return where the record ends. */
  private copy(source: Uint32Array, from: number, place: number): number {
    const { pages, words } = this;
    for (let i = 0; i < words; i++) pages[place + i] = source[from + i] as number;
    return place + words;
  }

  private pack(source: Uint32Array, from: number, place: number): number {
    const { pages, words, marks } = this;
    const first = place - (place % PAGE);
    let end = place + marks;
    for (let begin = 0, at = place; begin < words; begin += MARKED, at++) {
      const stop = Math.min(words, begin + MARKED);
      let mark = 0;
      for (let i = begin; i < stop; i++) {
        const word = source[from + i] as number;
        if (word === pages[first + i]) continue;
        pages[end++] = word;
        mark |= 1 << i;
      }
      pages[at] = mark;
    }
    return end;
  }
}
