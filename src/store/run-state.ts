import { UserError } from '../../harness/index.ts';
import { CallLedger } from './call-ledger.ts';
import type {
  BuildRecord,
  CheckpointRecord,
  EvaluationRecord,
  JournalRecord,
  LimitsRecord,
  ProposalRecord,
  ReplyRecord,
  RunRecord,
  VerdictRecord,
} from './records.ts';

/** What the journal says of one attempt so far; 0 is the seed policy. */
export interface AttemptState {
  readonly attempt: number;
  readonly proposal: ProposalRecord;
  readonly build: BuildRecord | undefined;
  readonly evaluations: readonly EvaluationRecord[];
  readonly verdict: VerdictRecord | undefined;
}

/** An attempt that became the incumbent. Scores: lower is better, 0 = the baseline. */
export interface KeptAttempt {
  readonly attempt: number;
  readonly score: number;
  readonly validationScore: number | undefined;
}

/** What a run may use up. Undefined = as much as it takes. */
export type Limits = LimitsRecord['changes'] & { readonly attempts: number };

type Growing<State> = { -readonly [Field in keyof State]: State[Field] };
type GrowingAttempt = Growing<Omit<AttemptState, 'evaluations'>> & {
  readonly evaluations: EvaluationRecord[];
};

/**
 * Everything that follows from a run's journal. Feed it each record once, in order: the cost of a record does not
 * grow with the run.
 */
export class RunState {
  readonly run: RunRecord;
  /** The calls of models, and what they took. */
  readonly calls = new CallLedger();
  readonly #attempts: GrowingAttempt[] = [];
  readonly #replies = new Map<number, ReplyRecord[]>();
  readonly #baselines = new Map<string, EvaluationRecord[]>();
  readonly #kept: KeptAttempt[] = [];
  readonly #verdictsByCause = new Map<string, number>();
  #limits: Limits;
  #lastCheckpoint: CheckpointRecord | undefined;
  #begun = 0;
  #decided = 0;
  #evaluations = 0;

  /** A journal begins with the record of its run. */
  constructor(run: RunRecord) {
    this.run = run;
    this.#limits = { attempts: run.attempts, ...run.limits };
  }

  /** The limits in force: those the run began with, and what replaced them since. */
  get limits(): Limits {
    return this.#limits;
  }

  /** Attempts in order of their number, the seed policy first. */
  get attempts(): readonly AttemptState[] {
    return this.#attempts;
  }

  attempt(number: number): AttemptState | undefined {
    return this.#attempts[number];
  }

  /** What was answered for an attempt so far, the repairs included, by turn. */
  replies(attempt: number): readonly ReplyRecord[] {
    return this.#replies.get(attempt) ?? [];
  }

  /** The last attempt that anybody was asked for. */
  get begunAttempts(): number {
    return this.#begun;
  }

  /** Attempts with a verdict, not counting the seed policy. */
  get decidedAttempts(): number {
    return this.#decided;
  }

  /** Kept attempts in order, the seed policy included. */
  get kept(): readonly KeptAttempt[] {
    return this.#kept;
  }

  /** The policy to beat: the last kept attempt; undefined until the seed policy has its verdict. */
  get incumbent(): KeptAttempt | undefined {
    return this.#kept.at(-1);
  }

  /** The kept attempt with the lowest score; the earlier one on a tie. */
  get best(): KeptAttempt | undefined {
    let best = this.#kept[0];
    for (const kept of this.#kept) if (best === undefined || kept.score < best.score) best = kept;
    return best;
  }

  /** How many attempts got each verdict cause, the seed policy not counted. Causes in order of first appearance. */
  get verdictsByCause(): ReadonlyMap<string, number> {
    return this.#verdictsByCause;
  }

  /** Measurements so far, of whatever policy. */
  get evaluations(): number {
    return this.#evaluations;
  }

  /** Evaluations of the baselines, by name. */
  get baselines(): ReadonlyMap<string, readonly EvaluationRecord[]> {
    return this.#baselines;
  }

  /** The measurement of an attempt (number) or baseline (name) on a split. */
  evaluation(
    policy: number | string,
    split: EvaluationRecord['split'],
    round = 1,
  ): EvaluationRecord | undefined {
    const evaluations =
      typeof policy === 'number' ? this.#attempts[policy]?.evaluations : this.#baselines.get(policy);
    return evaluations?.find((evaluation) => evaluation.split === split && evaluation.round === round);
  }

  /** How the run ended, or undefined while it has not: then it is either in progress or was killed. */
  get ending(): CheckpointRecord | undefined {
    return this.#lastCheckpoint?.event === 'resumed' ? undefined : this.#lastCheckpoint;
  }

  /** Nothing is left to do: resuming would change nothing. */
  get isFinished(): boolean {
    return this.ending?.event === 'finished';
  }

  apply(record: JournalRecord): void {
    switch (record.kind) {
      case 'run':
        throw contradiction(this.run.id, 'two run records');
      case 'limits':
        this.#applyLimits(record);
        return;
      case 'reply':
        this.#applyReply(record);
        return;
      case 'proposal':
        this.#applyProposal(record);
        return;
      case 'build':
        this.#applyBuild(record);
        return;
      case 'evaluation':
        this.#applyEvaluation(record);
        return;
      case 'verdict':
        this.#applyVerdict(record);
        return;
      case 'call':
      case 'settled': {
        const problem = this.calls.apply(record);
        if (problem !== undefined) throw contradiction(this.run.id, problem);
        if (record.kind === 'call') this.#begin(record.attempt);
        return;
      }
      case 'checkpoint':
        this.#lastCheckpoint = record;
        return;
      case 'note':
        return;
      default:
        record satisfies never;
    }
  }

  /** New limits are there to go on with: what ended the run under the old ones has no say any more. */
  #applyLimits({ changes }: LimitsRecord): void {
    this.#limits = { ...this.#limits, ...changes, attempts: changes.attempts ?? this.#limits.attempts };
    this.#lastCheckpoint = undefined;
  }

  #begin(attempt: number): void {
    this.#begun = Math.max(this.#begun, attempt);
  }

  #applyReply(reply: ReplyRecord): void {
    const replies = this.#replies.get(reply.attempt) ?? [];
    if (reply.turn !== replies.length)
      throw contradiction(
        this.run.id,
        `reply ${reply.turn} to attempt ${reply.attempt} where ${replies.length} is next`,
      );
    this.#replies.set(reply.attempt, [...replies, reply]);
    this.#begin(reply.attempt);
  }

  #applyProposal(proposal: ProposalRecord): void {
    if (proposal.attempt !== this.#attempts.length)
      throw contradiction(
        this.run.id,
        `a proposal for attempt ${proposal.attempt} where ${this.#attempts.length} is next`,
      );
    this.#begin(proposal.attempt);
    this.#attempts.push({
      attempt: proposal.attempt,
      proposal,
      build: undefined,
      evaluations: [],
      verdict: undefined,
    });
  }

  #applyBuild(build: BuildRecord): void {
    const attempt = this.#openAttempt(build.attempt, 'build');
    if (attempt.build !== undefined)
      throw contradiction(this.run.id, `attempt ${build.attempt} was built twice`);
    attempt.build = build;
  }

  #applyEvaluation(evaluation: EvaluationRecord): void {
    const { policy, split, round } = evaluation;
    this.#evaluations++;
    if (this.evaluation(policy, split, round) !== undefined)
      throw contradiction(this.run.id, `${policy} was evaluated twice on ${split}, round ${round}`);
    if (typeof policy === 'number') this.#openAttempt(policy, 'evaluation').evaluations.push(evaluation);
    else this.#baselines.set(policy, [...(this.#baselines.get(policy) ?? []), evaluation]);
  }

  #applyVerdict(verdict: VerdictRecord): void {
    const attempt = this.#openAttempt(verdict.attempt, 'verdict');
    attempt.verdict = verdict;
    if (verdict.verdict === 'kept') this.#keep(verdict);
    if (verdict.attempt === 0) return;
    this.#decided++;
    this.#verdictsByCause.set(verdict.cause, (this.#verdictsByCause.get(verdict.cause) ?? 0) + 1);
  }

  #keep({ attempt, score, validationScore }: VerdictRecord): void {
    if (score === undefined) throw contradiction(this.run.id, `attempt ${attempt} was kept without a score`);
    this.#kept.push({ attempt, score, validationScore });
  }

  #openAttempt(number: number, what: string): GrowingAttempt {
    const attempt = this.#attempts[number];
    if (attempt === undefined)
      throw contradiction(this.run.id, `a ${what} of attempt ${number}, which was not proposed`);
    if (attempt.verdict !== undefined)
      throw contradiction(this.run.id, `a ${what} of attempt ${number} after its verdict`);
    return attempt;
  }
}

/** The state a whole journal adds up to. */
export function deriveRunState(records: readonly JournalRecord[], journalPath: string): RunState {
  const [first, ...rest] = records;
  if (first?.kind !== 'run')
    throw new UserError(
      `${journalPath}:1: a journal begins with its run record, this one does not; restore it from a copy or start a new run`,
    );
  const state = new RunState(first);
  for (const record of rest) state.apply(record);
  return state;
}

function contradiction(run: string, problem: string): UserError {
  return new UserError(
    `journal of run ${run} contradicts itself: ${problem}; restore it from a copy or start a new run`,
  );
}
