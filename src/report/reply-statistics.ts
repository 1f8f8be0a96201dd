import type { RunState } from '../store/run-state.ts';

/** How the replies of a run's proposer did; each count is a part of the one before, repairs and keeps aside. */
export interface ReplyStatistics {
  readonly model: string;
  readonly replies: number;
  readonly parsable: number;
  readonly applied: number;
  readonly built: number;
  readonly usable: number;
  /** Times something was sent back, and attempts that were usable only after that. */
  readonly repairs: number;
  readonly repaired: number;
  /** Of the replies, those that were asked for as a whole file. */
  readonly wholeFiles: number;
  readonly kept: number;
  readonly calls: number;
  readonly tokens: number;
  /** US dollars; null = the price is not known. */
  readonly usd: number | null;
}

const UNREADABLE: ReadonlySet<string> = new Set(['unusable', 'malformed']);
const NOT_BUILT: ReadonlySet<string> = new Set(['rejected', 'build-failed']);

/** Undefined for a proposer that does not answer in text. */
export function replyStatistics({ run, attempts, calls }: RunState): ReplyStatistics | undefined {
  if (run.conversation === undefined) return undefined;
  const talks = attempts.flatMap(({ proposal, verdict }) =>
    proposal.turns === undefined ? [] : [{ turns: proposal.turns, verdict }],
  );
  const turns = talks.flatMap((talk) => talk.turns);
  const parsable = turns.filter(({ result }) => !UNREADABLE.has(result));
  const applied = parsable.filter(({ result }) => result !== 'not-applied');
  const built = applied.filter(({ result }) => !NOT_BUILT.has(result));
  return {
    model: run.conversation.model ?? run.proposer,
    replies: turns.length,
    parsable: parsable.length,
    applied: applied.length,
    built: built.length,
    usable: built.filter(({ result }) => result === 'usable').length,
    repairs: turns.length - talks.length,
    repaired: talks.filter((talk) => talk.turns.length > 1 && talk.turns.at(-1)?.result === 'usable').length,
    wholeFiles: turns.filter(({ format }) => format === 'file').length,
    kept: talks.filter(({ verdict }) => verdict?.verdict === 'kept').length,
    calls: calls.totals.calls,
    tokens: calls.totals.tokens,
    usd: calls.totals.usd,
  };
}

export function replyStatisticsText(statistics: ReplyStatistics): string {
  const { model, replies, parsable, applied, built, usable, repairs, repaired, wholeFiles, kept } =
    statistics;
  return `replies of ${model}: ${replies} (${wholeFiles} whole files), parsable ${parsable}, applied ${applied}, built ${built}, usable ${usable}
repairs asked for: ${repairs}, attempts repaired: ${repaired}, kept: ${kept}
${spendingText(statistics)}`;
}

/** Commands and people make no calls that we know of. */
function spendingText({ calls, tokens, usd }: ReplyStatistics): string {
  if (calls === 0) return '';
  return `model calls: ${calls}, ${tokens} tokens, ${usd === null ? 'price unknown' : `$${usd.toFixed(4)}`}\n`;
}
