import { UserError } from '../../harness/index.ts';
import { flagNamed } from '../config/flag-name.ts';
import { readProvider } from '../proposers/model/provider.ts';
import type { ProposerChoice } from '../proposers/proposer-choice.ts';
import type { Limits } from '../store/run-state.ts';
import { requirePrice } from './budget.ts';

/** What the user lets a run use up, besides attempts. Flags that were not given are undefined. */
export interface LimitRequest {
  readonly maxUsd?: number;
  readonly maxTokens?: number;
  readonly maxMinutes?: number;
  readonly maxEvaluations?: number;
}

/** Says which limit means nothing with this proposer. */
export function checkLimits(choice: ProposerChoice, request: LimitRequest): void {
  if (choice.kind === 'openai') {
    const { price, model } = readProvider(choice.provider);
    requirePrice({ usd: request.maxUsd }, price, model);
    return;
  }
  const given = (['maxUsd', 'maxTokens'] as const).find((name) => request[name] !== undefined);
  if (given !== undefined)
    throw new UserError(`${flagNamed(given)} does not go with --proposer ${choice.kind}; leave it out`);
}

/** The limits that were given, as the journal has them. */
export function requestedLimits(request: LimitRequest): Omit<Limits, 'attempts'> {
  const { maxUsd, maxTokens, maxMinutes, maxEvaluations } = request;
  return {
    ...(maxUsd === undefined ? {} : { usd: maxUsd }),
    ...(maxTokens === undefined ? {} : { tokens: maxTokens }),
    ...(maxMinutes === undefined ? {} : { minutes: maxMinutes }),
    ...(maxEvaluations === undefined ? {} : { evaluations: maxEvaluations }),
  };
}
