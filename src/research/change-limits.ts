import { UserError } from '../../harness/index.ts';
import { BlobStore } from '../store/blob-store.ts';
import type { LimitsRecord } from '../store/records.ts';
import type { RunFolder } from '../store/run-folder.ts';
import type { RunState } from '../store/run-state.ts';
import { checkLimits, type LimitRequest, requestedLimits } from './limit-request.ts';
import { recordedChoice } from './proposer-record.ts';

/** The limits that the user gives a run that was begun. What is not given stays as it is. */
export interface NewLimits extends LimitRequest {
  readonly attempts?: number;
}

type Changes = LimitsRecord['changes'];

const FLAGS: Readonly<Record<keyof Changes, string>> = {
  attempts: '--attempts',
  usd: '--max-usd',
  tokens: '--max-tokens',
  minutes: '--max-minutes',
  evaluations: '--max-evaluations',
};

/** What new limits change. A UserError for one that is below what the run has used up, or has no use. */
export function limitChanges(
  { state, folder }: { readonly state: RunState; readonly folder: RunFolder },
  request: NewLimits,
): Changes {
  const { attempts } = request;
  const wanted: Changes = {
    ...(attempts === undefined ? {} : { attempts }),
    ...requestedLimits(request),
  };
  const changes = Object.entries(wanted) as [keyof Changes, number][];
  if (changes.length === 0) return {};
  checkLimits(recordedChoice(state.run, new BlobStore(folder.blobs)), request);
  for (const [name, value] of changes) requireRoom(state, name, value);
  return Object.fromEntries(changes.filter(([name, value]) => value !== state.limits[name]));
}

function requireRoom(state: RunState, name: keyof Changes, value: number): void {
  const used = usedUp(state, name);
  if (used === null)
    throw new UserError(
      `${FLAGS[name]}: run ${state.run.id} made calls whose price is not known; limit it with --max-tokens`,
    );
  if (value < used)
    throw new UserError(
      `${FLAGS[name]} is ${value}, but run ${state.run.id} has used up ${used} already; give at least ${used}`,
    );
}

/** Null = not known. Minutes begin anew whenever a run is resumed. */
function usedUp({ begunAttempts, evaluations, calls }: RunState, name: keyof Changes): number | null {
  switch (name) {
    case 'attempts':
      return begunAttempts;
    case 'usd':
      return calls.totals.usd;
    case 'tokens':
      return calls.totals.tokens;
    case 'evaluations':
      return evaluations;
    case 'minutes':
      return 0;
  }
}
