import { doubled } from '../ds/doubled.ts';
import { NONE } from '../ds/key-table.ts';

const INITIAL_CELLS = 1024;
/** Fields of a cell: a span, and the cell of the next one. */
const CELL_FIELDS = 2;
const SPAN = 0;
const NEXT = 1;

/** Which spans each request holds, from the deepest to the first: a list of cells each, out of one pool. */
export class HeldSpans {
  readonly #deepest: Int32Array;
  #cells = new Int32Array(INITIAL_CELLS * CELL_FIELDS);
  #end = 0;
  #free = NONE;

  constructor(requests: number) {
    this.#deepest = new Int32Array(requests).fill(NONE);
  }

  /** The cell of a request's deepest span, or NONE. */
  deepest(request: number): number {
    return this.#deepest[request]!;
  }

  span(cell: number): number {
    return this.#cells[cell + SPAN]!;
  }

  /** The cell of the span above, or NONE. */
  next(cell: number): number {
    return this.#cells[cell + NEXT]!;
  }

  /** A request holds a span deeper than all others. */
  push(request: number, span: number): void {
    this.#deepest[request] = this.#newCell(span, this.#deepest[request]!);
  }

  insertAbove(cell: number, span: number): void {
    const inserted = this.#newCell(span, this.next(cell));
    this.#cells[cell + NEXT] = inserted;
  }

  /** A request lets go of what it holds. */
  clear(request: number): void {
    const deepest = this.#deepest[request]!;
    if (deepest === NONE) return;
    let first = deepest;
    for (let next = this.next(first); next !== NONE; next = this.next(first)) first = next;
    this.#cells[first + NEXT] = this.#free;
    this.#free = deepest;
    this.#deepest[request] = NONE;
  }

  #newCell(span: number, next: number): number {
    let cell = this.#free;
    if (cell === NONE) {
      cell = this.#end;
      this.#end += CELL_FIELDS;
      if (cell === this.#cells.length) this.#cells = doubled(this.#cells);
    } else this.#free = this.#cells[cell + NEXT]!;
    this.#cells[cell + SPAN] = span;
    this.#cells[cell + NEXT] = next;
    return cell;
  }
}
