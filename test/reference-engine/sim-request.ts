import type { RequestColumns } from '../../harness/sim/request-columns.ts';
import type { Block } from './block-pool.ts';

/** Issues keys that no other block will ever have. */
export class UniqueKeys {
  #next: number;

  constructor(firstKey: number) {
    this.#next = firstKey;
  }

  take(): number {
    const key = this.#next;
    this.#next += 1;
    return key;
  }
}

/** What a pass has granted a request: undone when the request is preempted in that same pass. */
export interface PassGrant {
  readonly pass: number;
  readonly tokens: number;
  readonly promptTokens: number;
  /** Contributions to the pass's sums of prompt lengths and of computed prefixes. */
  readonly isl: number;
  readonly prefix: number;
}

/** A request on its way through a worker. */
export class SimRequest {
  /** Row in RequestColumns. */
  readonly id: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly session: number;
  readonly turn: number;
  /** Full KV blocks of the prompt. */
  readonly promptBlocks: number;

  arrivalMs = Number.NaN;
  /** Tokens produced so far. */
  generated = 0;
  /** Tokens whose KV has been (or, during a pass, is being) computed. */
  computed = 0;
  /** Tokens covered by allocated blocks. */
  allocated = 0;
  blocks: Block[] = [];
  preemptions = 0;
  /** Has produced all its tokens. */
  finished = false;
  grant: PassGrant | null = null;
  /** Tokens computed as of the last pass end: what telemetry shows. */
  progressTokens = 0;
  /** Prompt tokens the router saw cached on the worker when it placed the request. */
  overlapTokens = 0;
  /** Prompt tokens the router booked for prefill; 0 once the first token is out. */
  bookedPrefillTokens = 0;

  readonly #columns: RequestColumns;
  readonly #keyStart: number;
  readonly #uniqueKeys: UniqueKeys;
  readonly #generatedKeys: number[] = [];

  constructor(columns: RequestColumns, id: number, uniqueKeys: UniqueKeys) {
    this.id = id;
    this.promptTokens = columns.promptTokens[id]!;
    this.outputTokens = columns.outputTokens[id]!;
    this.session = columns.session[id]!;
    this.turn = columns.turn[id]!;
    this.#columns = columns;
    this.#keyStart = columns.keyStart[id]!;
    this.promptBlocks = columns.keyStart[id + 1]! - this.#keyStart;
    this.#uniqueKeys = uniqueKeys;
  }

  /** Prompt plus generated tokens. */
  get knownTokens(): number {
    return this.promptTokens + this.generated;
  }

  /** Key of the prompt block `index` < promptBlocks. */
  promptKey(index: number): number {
    return this.#columns.keys[this.#keyStart + index]!;
  }

  /** Key of any full block; one that holds a generated token gets a key of its own and keeps it. */
  blockKey(index: number): number {
    if (index < this.promptBlocks) return this.promptKey(index);
    const own = this.#generatedKeys;
    while (own.length <= index - this.promptBlocks) own.push(this.#uniqueKeys.take());
    return own[index - this.promptBlocks]!;
  }
}
