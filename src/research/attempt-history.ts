import { scoreAgainst } from '../../harness/index.ts';
import type { PastAttempt, ProposalContext } from '../proposers/proposer.ts';
import type { AttemptState } from '../store/run-state.ts';
import { metricsOf } from './measure.ts';
import type { RunLog } from './run-log.ts';

/** What a proposer may know, kept up to date attempt by attempt. Follows from the journal alone. */
export class AttemptHistory {
  readonly #log: RunLog;
  readonly #baselines: ProposalContext['baselines'];
  readonly #reference: string;
  readonly #past: PastAttempt[] = [];
  /** First attempt with each program. */
  readonly #programs = new Map<string, number>();
  #incumbent: ProposalContext['incumbent'] | undefined;

  constructor(log: RunLog, baselines: ProposalContext['baselines'], reference: string) {
    this.#log = log;
    this.#baselines = baselines;
    this.#reference = reference;
    for (const state of log.state.attempts) if (state.verdict !== undefined) this.add(state.attempt);
  }

  /** The policy to beat, with its source. */
  get incumbent(): ProposalContext['incumbent'] {
    if (this.#incumbent === undefined) throw new Error('the seed policy has no verdict yet');
    return this.#incumbent;
  }

  /** Takes in an attempt that has its verdict. */
  add(attempt: number): void {
    const state = this.#log.state.attempt(attempt);
    if (state?.verdict === undefined) throw new Error(`attempt ${attempt} has no verdict yet`);
    const { verdict, cause, reason, score } = state.verdict;
    const source =
      state.proposal.source === undefined ? undefined : this.#log.blobs.get(state.proposal.source);
    const program = state.build?.programHash;
    if (program !== undefined && !this.#programs.has(program)) this.#programs.set(program, attempt);
    if (verdict === 'kept' && source !== undefined) this.#incumbent = { source, attempt, score: score ?? 0 };
    this.#past.push({
      attempt,
      idea: state.proposal.idea,
      operator: state.proposal.operator,
      verdict,
      reason: `${cause}: ${reason}`,
      score: score ?? this.#trainScore(state),
      source,
    });
  }

  /** The earlier attempt that had this very program, if any. */
  attemptWithProgram(programHash: string | undefined, before: number): number | undefined {
    const attempt = programHash === undefined ? undefined : this.#programs.get(programHash);
    return attempt !== undefined && attempt < before ? attempt : undefined;
  }

  proposalContext(attempt: number): ProposalContext {
    return {
      attempt,
      seed: attemptSeed(this.#log.state.run.seed, attempt),
      incumbent: this.incumbent,
      baselines: this.#baselines,
      history: this.#past,
    };
  }

  #trainScore(state: AttemptState): number | undefined {
    const train = state.evaluations.find(({ split, round }) => split === 'train' && round === 1);
    const reference = this.#log.state.evaluation(this.#reference, 'train');
    if (train?.outcome !== 'scored' || train.stopped !== undefined || reference === undefined)
      return undefined;
    return scoreAgainst(metricsOf(reference), metricsOf(train)).score;
  }
}

/** A 32-bit seed for each attempt: equal for equal runs, unrelated between attempts. */
export function attemptSeed(runSeed: number, attempt: number): number {
  let mixed = Math.imul(runSeed ^ 0x5bd1e995, 0x85ebca6b) ^ Math.imul(attempt + 0x9e3779b9, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
