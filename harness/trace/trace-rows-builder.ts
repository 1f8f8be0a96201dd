import { doubled } from '../ds/doubled.ts';
import { HashIdNumbering } from './hash-id-numbering.ts';
import type { TraceRow } from './mooncake-row.ts';
import type { TraceRows } from './parsed-trace.ts';
import type { PlainRowScanner } from './plain-row-scanner.ts';

const INITIAL_ROWS = 4096;
const INITIAL_BLOCKS = 65_536;

/** Collects rows into columns. */
export class TraceRowsBuilder {
  #count = 0;
  #line = new Int32Array(INITIAL_ROWS);
  #timestampMs = new Float64Array(INITIAL_ROWS);
  #promptTokens = new Int32Array(INITIAL_ROWS);
  #outputTokens = new Int32Array(INITIAL_ROWS);
  #session = new Int32Array(INITIAL_ROWS);
  #delayMs = new Float64Array(INITIAL_ROWS);
  #blockStart = new Int32Array(INITIAL_ROWS + 1);
  #blocks = new Int32Array(INITIAL_BLOCKS);
  readonly #numbering = new HashIdNumbering();
  readonly #sessions = new Map<string, number>();

  addScanned(row: PlainRowScanner, line: number): void {
    const at = this.#blockStart[this.#count] as number;
    this.#add(row, line, row.idCount);
    this.#numbering.numberAll(row.ids, row.idCount, this.#blocks, at);
  }

  add(row: TraceRow, line: number): void {
    const { hashIds, timestampMs = Number.NaN, delayMs = Number.NaN } = row;
    const at = this.#blockStart[this.#count] as number;
    this.#add({ ...row, timestampMs, delayMs }, line, hashIds.length);
    hashIds.forEach((id, index) => {
      this.#blocks[at + index] = this.#numbering.number(id);
    });
  }

  finish(): TraceRows {
    const count = this.#count;
    return {
      count,
      line: this.#line.slice(0, count),
      timestampMs: this.#timestampMs.slice(0, count),
      promptTokens: this.#promptTokens.slice(0, count),
      outputTokens: this.#outputTokens.slice(0, count),
      session: this.#session.slice(0, count),
      sessionNames: [...this.#sessions.keys()],
      delayMs: this.#delayMs.slice(0, count),
      blockStart: this.#blockStart.slice(0, count + 1),
      blocks: this.#blocks.slice(0, this.#blockStart[count]),
      blockCount: this.#numbering.size,
    };
  }

  /** Everything but the hash ids, for which it makes room. */
  #add(row: Pick<PlainRowScanner, RowField>, line: number, blocks: number): void {
    const index = this.#count;
    if (index === this.#line.length) this.#extendRows();
    const end = (this.#blockStart[index] as number) + blocks;
    while (end > this.#blocks.length) this.#blocks = doubled(this.#blocks);
    this.#line[index] = line;
    this.#timestampMs[index] = row.timestampMs;
    this.#promptTokens[index] = row.promptTokens;
    this.#outputTokens[index] = row.outputTokens;
    this.#session[index] = row.sessionName === undefined ? -1 : this.#sessionNamed(row.sessionName);
    this.#delayMs[index] = row.delayMs;
    this.#blockStart[index + 1] = end;
    this.#count = index + 1;
  }

  #sessionNamed(name: string): number {
    const number = this.#sessions.get(name) ?? this.#sessions.size;
    this.#sessions.set(name, number);
    return number;
  }

  #extendRows(): void {
    this.#line = doubled(this.#line);
    this.#timestampMs = doubled(this.#timestampMs);
    this.#promptTokens = doubled(this.#promptTokens);
    this.#outputTokens = doubled(this.#outputTokens);
    this.#session = doubled(this.#session);
    this.#delayMs = doubled(this.#delayMs);
    this.#blockStart = doubled(this.#blockStart);
  }
}

type RowField = 'timestampMs' | 'promptTokens' | 'outputTokens' | 'sessionName' | 'delayMs';
