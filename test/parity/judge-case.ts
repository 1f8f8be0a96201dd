import { outcomesDifference } from './compare-outcomes.ts';
import type { DynoSim } from './dynosim.ts';
import type { ReplayCase } from './replay-case.ts';
import { replayHere } from './replay-here.ts';

/** How a case came out. The real one breaks ties at random; ours takes the lowest id. */
export type Judgement =
  | { readonly kind: 'equal' }
  /** Both ended in an error of the same kind: a dead end, or a refusal of the input. */
  | { readonly kind: 'equal-error' }
  /** Equal once ours broke its ties as the real one happened to. */
  | { readonly kind: 'equal-after-draws' }
  /** Our run met a tie among used workers, and no draw of ours came out as the real one's. */
  | { readonly kind: 'excluded' }
  | { readonly kind: 'different'; readonly difference: string };

/** Enough to meet, almost surely, each of the 24 orders in which four unused workers can come. */
const MAX_DRAWS = 250;
/** Large cases get fewer draws, and have fewer ties. */
const MAX_DRAWN_REQUESTS = 12_500;

/** Runs a case on both programs and compares everything they print. */
export async function judgeCase(replayCase: ReplayCase, dynosim: DynoSim): Promise<Judgement> {
  const args = dynosim.prepare(replayCase);
  const ours = replayHere(args);
  const theirs = await dynosim.replay(args);
  const isKv = replayCase.flags['router-mode'] === 'kv_router';
  const comparison = { workerLabels: isKv ? 'arbitrary' : 'exact' } as const;
  const difference = outcomesDifference(theirs, ours.outcome, comparison);
  if (difference === null) return { kind: theirs.kind === 'ran' ? 'equal' : 'equal-error' };
  if (!isKv || theirs.kind === 'refused') return { kind: 'different', difference };
  let { ties } = ours;
  for (let draw = 1; draw <= drawsFor(replayCase); draw++) {
    const drawn = replayHere(args, draw);
    if (outcomesDifference(theirs, drawn.outcome, comparison) === null) return { kind: 'equal-after-draws' };
    ties += drawn.ties;
  }
  return ties > 0 ? { kind: 'excluded' } : { kind: 'different', difference };
}

function drawsFor({ rows, flags }: ReplayCase): number {
  const requests = rows?.length ?? Number(flags['request-count']) * Number(flags['turns-per-session'] ?? 1);
  return Math.max(3, Math.min(MAX_DRAWS, Math.floor(MAX_DRAWN_REQUESTS / requests)));
}
