import type { Draw } from './draw.ts';
import type { CaseRow } from './replay-case.ts';

export interface TraceShape {
  readonly traceBlockSize: number;
  readonly maxRows: number;
  readonly maxBlocks: number;
  readonly maxOutput: number;
  /** Whether rows without timestamps are legal. */
  readonly isClosedLoop: boolean;
}

/** A few requests that share prefixes, some of them turns of sessions. */
export function randomTrace(draw: Draw, shape: TraceShape): CaseRow[] {
  const rows: CaseRow[] = [];
  const count = draw.between(2, shape.maxRows);
  const clock = new Clock(draw);
  const hasSessions = draw.chance(0.4);
  const idOffset = draw.chance(0.1) ? 2 ** 32 : 0;
  const sessionCount = draw.between(1, count);
  const isUntimed = shape.isClosedLoop && draw.chance(0.3);
  const begun = new Set<string>();
  for (let index = 0; index < count; index++) {
    const session = hasSessions ? `s${draw.between(1, sessionCount)}` : undefined;
    rows.push({
      ...(session === undefined ? {} : { session_id: session }),
      ...timesOf(session),
      ...randomPrompt(draw, rows, shape, idOffset),
      output_length: draw.chance(0.08) ? 0 : draw.between(1, shape.maxOutput),
    });
  }
  return hasSessions || draw.chance(0.8) ? rows : outOfOrder(draw, rows);

  function timesOf(session: string | undefined): { timestamp?: number; delay?: number } {
    const timestamp = clock.next();
    const isFirst = session === undefined || !begun.has(session);
    if (session !== undefined) begun.add(session);
    if (isFirst) return isUntimed ? {} : { timestamp };
    const delay = draw.chance(0.5) ? draw.between(0, 80) : draw.real(0, 40);
    if (isUntimed || draw.chance(0.2)) return draw.chance(0.8) ? { delay } : {};
    if (draw.chance(0.2)) return { timestamp, delay };
    return draw.chance(0.15) ? {} : { timestamp };
  }
}

/** The same rows with the same times, in another order. */
function outOfOrder(draw: Draw, rows: readonly CaseRow[]): CaseRow[] {
  const left = [...rows];
  return rows.flatMap(() => left.splice(draw.between(0, left.length - 1), 1));
}

/** Arrival times that never go back: whole or fractional, spread out or all at once. */
class Clock {
  readonly #draw: Draw;
  readonly #isWhole: boolean;
  readonly #gapMs: number;
  #nowMs: number;

  constructor(draw: Draw) {
    this.#draw = draw;
    this.#isWhole = draw.chance(0.4);
    this.#gapMs = draw.oneOf(0, 2, 10, 40, 150);
    this.#nowMs = draw.oneOf(0, 0, 1000);
  }

  next(): number {
    const now = this.#nowMs;
    this.#nowMs += this.#isWhole
      ? this.#draw.between(0, this.#gapMs)
      : this.#draw.real(0.01, this.#gapMs + 1);
    return now;
  }
}

const SHARED_IDS = 6;
const UNIQUE_IDS = 1_000_000;

type Prompt = Pick<CaseRow, 'input_length' | 'hash_ids'>;

/** Often the beginning of an earlier prompt and then something of its own. `idOffset` now and then makes a new id of an old one. */
function randomPrompt(draw: Draw, rows: readonly CaseRow[], shape: TraceShape, idOffset: number): Prompt {
  const length = draw.between(1, shape.maxBlocks);
  const model = rows.length > 0 && draw.chance(0.6) ? rows[draw.between(0, rows.length - 1)] : undefined;
  const ids = model === undefined ? [] : model.hash_ids.slice(0, draw.between(0, length));
  while (ids.length < length) {
    const id = draw.chance(0.5) ? draw.between(1, SHARED_IDS) : draw.between(SHARED_IDS + 1, UNIQUE_IDS);
    ids.push(draw.chance(0.5) ? id : id + idOffset);
  }
  const capacity = ids.length * shape.traceBlockSize;
  const least = Math.max(1, capacity - shape.traceBlockSize + 1);
  if (draw.chance(0.04)) return { hash_ids: ids };
  const input = draw.chance(0.3) ? capacity : draw.between(least, capacity);
  return { input_length: draw.chance(0.05) ? capacity + draw.between(1, 50) : input, hash_ids: ids };
}
