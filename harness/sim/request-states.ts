import { NONE } from '../ds/key-table.ts';
import type { EngineConfig } from './config.ts';
import { type KvCacheShared, kvCacheShared } from './kv-cache-shared.ts';
import type { RequestColumns } from './request-columns.ts';

/** What changes about requests while they are served, one column per field; shared by all workers of a cluster. */
export class RequestStates {
  readonly columns: RequestColumns;
  /** Tokens after which a request is finished: its requested output, or less where the model's length limit cuts it. */
  readonly targetTokens: Int32Array;
  /** Tokens produced; of a decoding request only brought up to date when it leaves the decoding set. */
  readonly generated: Int32Array;
  /** Tokens whose KV is computed; of a decoding request, derived. */
  readonly computed: Int32Array;
  /** A decoding request has produced `rounds of its worker − roundsBefore` tokens, and is finished after `finishRound` rounds. */
  readonly roundsBefore: Int32Array;
  readonly finishRound: Int32Array;
  readonly isDecoding: Uint8Array;
  readonly preemptions: Int32Array;
  readonly lastTokenMs: Float64Array;
  /** Prompt tokens seen cached on the worker at placement; 0 after a preemption. */
  readonly overlapTokens: Int32Array;
  /** Tokens computed as of the last pass end, for requests in prefill: what telemetry shows. */
  readonly progressTokens: Int32Array;
  /** What the pass `grantPass` gave the request: taken back when it is preempted in that same pass. */
  readonly grantPass: Int32Array;
  readonly grantTokens: Int32Array;
  readonly grantPromptTokens: Int32Array;
  readonly grantPrefix: Int32Array;
  readonly cache: KvCacheShared;

  constructor(columns: RequestColumns, engine: EngineConfig) {
    const { count, promptTokens, outputTokens } = columns;
    this.columns = columns;
    this.targetTokens = new Int32Array(count);
    for (let request = 0; request < count; request++) {
      const most = Math.max(0, engine.maxModelLen - promptTokens[request]!);
      this.targetTokens[request] = Math.min(outputTokens[request]!, most);
    }
    this.generated = new Int32Array(count);
    this.computed = new Int32Array(count);
    this.roundsBefore = new Int32Array(count);
    this.finishRound = new Int32Array(count);
    this.isDecoding = new Uint8Array(count);
    this.preemptions = new Int32Array(count);
    this.lastTokenMs = new Float64Array(count);
    this.overlapTokens = new Int32Array(count);
    this.progressTokens = new Int32Array(count);
    this.grantPass = new Int32Array(count).fill(NONE);
    this.grantTokens = new Int32Array(count);
    this.grantPromptTokens = new Int32Array(count);
    this.grantPrefix = new Int32Array(count);
    this.cache = kvCacheShared(count);
  }

  /** Prompt and produced tokens; not of a decoding request. */
  knownTokens(request: number): number {
    return this.columns.promptTokens[request]! + this.generated[request]!;
  }
}
