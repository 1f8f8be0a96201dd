import { truncate } from './text/printable.ts';

/** What a run is at. Fields that are not given keep their last value. */
interface ProgressUpdate {
  readonly attempt?: number;
  readonly attempts?: number;
  /** Best score so far: lower is better, 0 = the baseline. */
  readonly best?: number;
  /** Simulated policies and splits per minute. */
  readonly evaluationsPerMinute?: number;
  readonly leftMs?: number;
  /** What is happening now. */
  readonly note?: string;
}

export interface Progress {
  update(update: ProgressUpdate): void;
  /** One line that stays. */
  log(line: string): void;
  /** Removes the bar. On a pipe the last state is printed if it was not. */
  end(): void;
}

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressOptions {
  /** Say nothing at all. */
  readonly quiet: boolean;
  /** Milliseconds from any origin. */
  readonly clock?: () => number;
}

/** A terminal is redrawn at most this often, a pipe gets a line at most this often. */
const REDRAW_EVERY_MS = 100;
const LINE_EVERY_MS = 10_000;

const ERASE_LINE = '\r\u001b[K';
const BAR_WIDTH = 20;
const DEFAULT_COLUMNS = 80;

/** Progress of a run: one line redrawn on a terminal, a plain line now and then in a pipe. */
export function createProgress(
  stream: ProgressStream,
  { quiet, clock = () => performance.now() }: ProgressOptions,
): Progress {
  if (quiet) return { update: () => undefined, log: () => undefined, end: () => undefined };
  return stream.isTTY === true ? new TerminalProgress(stream, clock) : new PipeProgress(stream, clock);
}

class TerminalProgress implements Progress {
  readonly #stream: ProgressStream;
  readonly #clock: () => number;
  #state: ProgressUpdate = {};
  #drawnAt = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  constructor(stream: ProgressStream, clock: () => number) {
    this.#stream = stream;
    this.#clock = clock;
  }

  update(update: ProgressUpdate): void {
    this.#state = { ...this.#state, ...update };
    if (this.#clock() - this.#drawnAt >= REDRAW_EVERY_MS) this.#draw();
  }

  log(line: string): void {
    this.#erase();
    this.#stream.write(`${line}\n`);
    if (Object.keys(this.#state).length > 0) this.#draw();
  }

  end(): void {
    this.#erase();
    this.#state = {};
  }

  #draw(): void {
    const line = [bar(this.#state), describe(this.#state)].filter((part) => part !== '').join(' ');
    this.#stream.write(ERASE_LINE + truncate(line, (this.#stream.columns ?? DEFAULT_COLUMNS) - 1));
    this.#drawnAt = this.#clock();
    this.#isDrawn = true;
  }

  #erase(): void {
    if (this.#isDrawn) this.#stream.write(ERASE_LINE);
    this.#isDrawn = false;
  }
}

class PipeProgress implements Progress {
  readonly #stream: ProgressStream;
  readonly #clock: () => number;
  #state: ProgressUpdate = {};
  #printed = '';
  #printedAt = Number.NEGATIVE_INFINITY;

  constructor(stream: ProgressStream, clock: () => number) {
    this.#stream = stream;
    this.#clock = clock;
  }

  update(update: ProgressUpdate): void {
    this.#state = { ...this.#state, ...update };
    if (this.#clock() - this.#printedAt >= LINE_EVERY_MS) this.#print();
  }

  log(line: string): void {
    this.#stream.write(`${line}\n`);
  }

  end(): void {
    this.#print();
    this.#state = {};
  }

  #print(): void {
    const line = describe(this.#state);
    if (line === '' || line === this.#printed) return;
    this.#stream.write(`${line}\n`);
    this.#printed = line;
    this.#printedAt = this.#clock();
  }
}

function bar({ attempt, attempts }: ProgressUpdate): string {
  if (attempt === undefined || attempts === undefined || attempts <= 0) return '';
  const full = Math.round(BAR_WIDTH * Math.min(1, attempt / attempts));
  return '━'.repeat(full) + '─'.repeat(BAR_WIDTH - full);
}

function describe({ attempt, attempts, best, evaluationsPerMinute, leftMs, note }: ProgressUpdate): string {
  const parts = [
    attempt === undefined ? '' : `attempt ${attempt}${attempts === undefined ? '' : `/${attempts}`}`,
    best === undefined ? '' : `best ${comparedToBaseline(best)}`,
    evaluationsPerMinute === undefined
      ? ''
      : `${evaluationsPerMinute < 10 ? evaluationsPerMinute.toFixed(1) : Math.round(evaluationsPerMinute)} evaluations/min`,
    leftMs === undefined ? '' : `${duration(leftMs)} left`,
    note ?? '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** A score is a mean of log ratios: −0.1 means that latencies are 9.5 % lower than the baseline's. */
function comparedToBaseline(score: number): string {
  const percent = Math.abs(1 - Math.exp(score)) * 100;
  return `${percent.toFixed(2)} % ${score > 0 ? 'worse' : 'better'} than the baseline`;
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
