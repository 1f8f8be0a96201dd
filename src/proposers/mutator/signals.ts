import type { Signal, SignalRole } from './expression.ts';

/** What a cost or a term can be measured in. `ratio` is a plain number. */
export type Dimension = 'tokens' | 'blocks' | 'requests' | 'ms' | 'ratio';

/** Numeric fields of the views and what each is measured in. Identifiers, seeds and clocks are left out. */
const FIELDS: Readonly<Record<Exclude<SignalRole, 'init'>, Readonly<Record<string, Dimension>>>> = {
  request: {
    isl: 'tokens',
    blocks: 'blocks',
    priority: 'ratio',
    turn: 'requests',
    heldMs: 'ms',
    minPrefillTokens: 'tokens',
  },
  worker: {
    overlapBlocks: 'blocks',
    activeOverlapBlocks: 'blocks',
    activeBlocks: 'blocks',
    prefillTokens: 'tokens',
    inFlight: 'requests',
    queued: 'requests',
    queuedTokens: 'tokens',
    decodeRequests: 'requests',
    contextTokens: 'tokens',
    usedBlocks: 'blocks',
    passEndsInMs: 'ms',
    capacityBlocks: 'blocks',
    hostOverlapBlocks: 'blocks',
    ageMs: 'ms',
  },
};

/** Worker fields that say how loaded a worker is, and what to call them in a sentence. */
export const LOAD_FIELDS: Readonly<Record<string, string>> = {
  inFlight: 'unfinished requests',
  queued: 'queued requests',
  queuedTokens: 'queued prompt tokens',
  prefillTokens: 'booked prompt tokens',
  decodeRequests: 'decoding requests',
  contextTokens: 'tokens in context',
  usedBlocks: 'blocks in use',
  activeBlocks: 'active prompt blocks',
  passEndsInMs: 'rest of the running pass',
};

export function fieldUnit(of: SignalRole, field: string): Dimension | undefined {
  return of === 'init' ? undefined : FIELDS[of][field];
}

/** Whether it is a number a cost can be computed from, rather than an identifier or an unknown field. */
export function isMeasured(signal: Signal): boolean {
  return fieldUnit(signal.of, signal.field) !== undefined;
}

/** All signals of one role with their units. */
export function signalsOf(of: SignalRole): { signal: Signal; dimension: Dimension }[] {
  return Object.entries(of === 'init' ? {} : FIELDS[of]).map(([field, dimension]) => ({
    signal: { kind: 'signal', of, field },
    dimension,
  }));
}

export function workerSignal(field: string): Signal {
  return { kind: 'signal', of: 'worker', field };
}
