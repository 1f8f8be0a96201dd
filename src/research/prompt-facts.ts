import { gain, type ScenarioMetrics, scoreAgainst } from '../../harness/index.ts';
import type { LedgerEntry, PromptFacts } from '../proposers/prompt/prompt-facts.ts';
import type { AttemptState, RunState } from '../store/run-state.ts';
import { metricsOf, type OpenSplit } from './measure.ts';

/** The policy a batch of attempts changes. */
export interface Parent {
  readonly attempt: number;
  readonly source: string;
}

/** What of a run goes into the prompts of attempt `before`, and of the attempts beside it. Follows from the journal. */
export function promptFacts(
  state: RunState,
  facts: {
    readonly before: number;
    readonly incumbent: Parent;
    readonly reference: string;
    readonly guidance: string | undefined;
  },
): Omit<PromptFacts, 'format'> {
  const { before, incumbent, reference, guidance } = facts;
  const metrics = (policy: number | string, split: OpenSplit): readonly ScenarioMetrics[] => {
    const record = state.evaluation(policy, split);
    if (record === undefined) throw new Error(`${policy} was not measured on ${split}`);
    return metricsOf(record);
  };
  return {
    incumbent,
    ...standing((split) => ({
      baseline: metrics(reference, split),
      incumbent: metrics(incumbent.attempt, split),
    })),
    attempts: state.attempts.slice(1, before).flatMap(ledgerEntry),
    guidance,
  };
}

/** How the incumbent does against the baseline: on train scenario by scenario, on validation in one number. */
export function standing(
  measured: (split: OpenSplit) => {
    readonly baseline: readonly ScenarioMetrics[];
    readonly incumbent: readonly ScenarioMetrics[];
  },
): Pick<PromptFacts, 'train' | 'trainGain' | 'validationGain'> {
  const gainOn = (split: OpenSplit) => {
    const { baseline, incumbent } = measured(split);
    return gain(scoreAgainst(baseline, incumbent).score, 0);
  };
  const train = measured('train');
  return {
    train: train.baseline.flatMap((baseline) => {
      const same = train.incumbent.find(({ scenario }) => scenario === baseline.scenario);
      return same === undefined ? [] : [{ baseline, incumbent: same }];
    }),
    trainGain: gainOn('train'),
    validationGain: gainOn('validation'),
  };
}

function ledgerEntry(state: AttemptState): LedgerEntry[] {
  const { attempt, proposal, verdict } = state;
  if (verdict === undefined) return [];
  return [{ attempt, idea: proposal.idea, verdict: verdict.verdict, outcome: outcomeOf(state) }];
}

/** What happened on validation is told without its reason: a reason may name scenarios, or be the policy's own words. */
function outcomeOf({ verdict, evaluations }: AttemptState): string {
  if (verdict === undefined) return '';
  if (verdict.verdict === 'kept') return verdict.reason;
  const sawValidation = evaluations.some(({ split }) => split === 'validation');
  if (!sawValidation) return `${verdict.cause}: ${verdict.reason}`;
  const train = verdict.gain === undefined ? '' : ` (train ${(verdict.gain * 100).toFixed(2)} % faster)`;
  return `${verdict.cause} on validation traffic${train}`;
}
