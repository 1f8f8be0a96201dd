import type { HookCalls } from '../sim/hook-calls.ts';

/**
 * What a child writes to its answer pipe: one line of JSON (the header), then, scenario by scenario, the columns below
 * as raw bytes in this order and in the machine's byte order.
 */
export interface AnswerColumns {
  readonly status: Uint8Array;
  readonly worker: Int32Array;
  readonly arrivalMs: Float64Array;
  readonly admitMs: Float64Array;
  readonly firstTokenMs: Float64Array;
  readonly lastTokenMs: Float64Array;
  readonly endMs: Float64Array;
  readonly outputTokens: Int32Array;
  readonly reusedTokens: Int32Array;
  /** Requests in the order they were placed: as long as the header's `placements`, all others have one row per request. */
  readonly placementOrder: Int32Array;
  /** How many calls the router had had at each placement; as long as `placementOrder`. */
  readonly placementCalls: Int32Array;
}

export interface ColumnLayout {
  readonly name: keyof AnswerColumns;
  readonly array: Uint8ArrayConstructor | Int32ArrayConstructor | Float64ArrayConstructor;
  readonly perRequest: boolean;
}

export const ANSWER_LAYOUT: readonly ColumnLayout[] = [
  { name: 'status', array: Uint8Array, perRequest: true },
  { name: 'worker', array: Int32Array, perRequest: true },
  { name: 'arrivalMs', array: Float64Array, perRequest: true },
  { name: 'admitMs', array: Float64Array, perRequest: true },
  { name: 'firstTokenMs', array: Float64Array, perRequest: true },
  { name: 'lastTokenMs', array: Float64Array, perRequest: true },
  { name: 'endMs', array: Float64Array, perRequest: true },
  { name: 'outputTokens', array: Int32Array, perRequest: true },
  { name: 'reusedTokens', array: Int32Array, perRequest: true },
  { name: 'placementOrder', array: Int32Array, perRequest: false },
  { name: 'placementCalls', array: Int32Array, perRequest: false },
];

export interface ScenarioHeader {
  readonly requests: number;
  readonly placements: number;
  readonly hookCalls: HookCalls;
  readonly passes: number;
  /** Wall time of the simulation, policy included. */
  readonly simulatedNs: number;
}

export type AnswerErrorKind = 'policy-error' | 'out-of-memory' | 'invariant-violated';

export interface AnswerError {
  readonly kind: AnswerErrorKind;
  readonly reason: string;
  /** Index of the scenario in the job. */
  readonly scenario: number;
}

export type AnswerHeader =
  | {
      readonly nonce: string;
      readonly scenarios: readonly ScenarioHeader[];
      /** The first scenario's decisions were those the job named: the others were not simulated. */
      readonly stopped?: 'same-decisions';
    }
  | { readonly nonce: string; readonly error: AnswerError };

/** Longest header line, bytes. */
export const MAX_HEADER_BYTES = 64 * 1024;

/** Bytes of one scenario's columns. */
export function columnBytes(requests: number, placements: number): number {
  return ANSWER_LAYOUT.reduce(
    (sum, { array, perRequest }) => sum + array.BYTES_PER_ELEMENT * (perRequest ? requests : placements),
    0,
  );
}
