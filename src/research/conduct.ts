import { existsSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Target } from '../../harness/index.ts';
import { cacheFolder } from '../config/cache-folder.ts';
import { createProposer } from '../proposers/create-proposer.ts';
import type { Message } from '../proposers/model/model-client.ts';
import { readProvider } from '../proposers/model/provider.ts';
import { briefing } from '../proposers/prompt/briefing.ts';
import type { RunState } from '../store/run-state.ts';
import { commitTrailers } from '../workspace/commit-message.ts';
import { AttemptHistory } from './attempt-history.ts';
import { Budget } from './budget.ts';
import { createConversedDrafts } from './conversed-drafts.ts';
import { estimateCost } from './cost-estimate.ts';
import { createDirectDrafts } from './direct-drafts.ts';
import type { DraftSource } from './draft.ts';
import { readGuidance } from './guidance.ts';
import { limitReached } from './limits.ts';
import type { MeasureContext } from './measure.ts';
import { DEFAULT_MAX_PAUSE_MINUTES, DEFAULT_REPAIRS, DEFAULT_REPLY_TOKENS } from './proposer-record.ts';
import { type Ending, research } from './research.ts';
import type { Emit } from './research-event.ts';
import type { OpenRun } from './run-setup.ts';

/** An evaluation may take this many times as long as the seed policy's, but never less than the floor. */
const DEADLINE_FACTOR = 10;
const DEADLINE_FLOOR_MS = 10_000;
/** Before the seed policy has been measured there is nothing to go by. */
const FIRST_DEADLINE_MS = 120_000;

/** Does research on an open run until it ends, and journals how it ended. */
export async function conductRun(
  run: OpenRun,
  emit: Emit,
  signal: AbortSignal,
  create = createProposer,
): Promise<Ending> {
  const { log, target } = run;
  const { useBaselines } = log.state.run;
  const startedAtMs = performance.now();
  const history = new AttemptHistory(log, useBaselines ? run.baselines : [], target.pinnedBaseline);
  const measuring = {
    log,
    scenarios: run.scenarios,
    deadlineMs: () => deadlineMs(run),
    signal,
    emit,
  };
  const drafts = draftSource(run, history, measuring, create);
  const ending = await research({
    ...measuring,
    drafts,
    history,
    reference: target.pinnedBaseline,
    baselines: run.baselines,
    seedPolicy: run.seedPolicy,
    publish: (attempt) => publish(run, attempt),
    stopRequested: () => existsSync(run.folder.stopRequest),
    limitReached: () => limitReached(log.state, log.state.limits, performance.now() - startedAtMs),
  }).finally(() => drafts.close());
  rmSync(run.folder.stopRequest, { force: true });
  log.append({
    kind: 'checkpoint',
    event: ending.kind,
    reason: ending.reason,
    host: { pid: process.pid, hostname: hostname() },
  });
  return ending;
}

/** Asks the proposer in the way it answers: with changes, or with text. */
function draftSource(
  run: OpenRun,
  history: AttemptHistory,
  measuring: MeasureContext,
  create: typeof createProposer,
): DraftSource {
  const { log, target, folder } = run;
  const { conversation } = log.state.run;
  const parallel = conversation?.parallel ?? 1;
  const proposer = create(run.proposer, {
    parallel,
    replyTokens: conversation?.replyTokens ?? DEFAULT_REPLY_TOKENS,
    purse: new Budget(log, log.state.limits),
    manualFolder: join(folder.root, 'manual'),
    cacheFolder: cacheFolder(),
    tell: (text) => {
      log.append({ kind: 'note', text });
      measuring.emit({ kind: 'note', text });
    },
  });
  if (!('respond' in proposer)) return createDirectDrafts(proposer, history);
  return createConversedDrafts({
    ...measuring,
    respondent: proposer,
    parallel,
    repairs: conversation?.repairs ?? DEFAULT_REPAIRS,
    editFormat: conversation?.editFormat ?? 'auto',
    maxPauseMs: (conversation?.maxPauseMinutes ?? DEFAULT_MAX_PAUSE_MINUTES) * 60_000,
    reference: target.pinnedBaseline,
    briefing: briefing(target),
    guidance: () => readGuidance(folder.guidance),
    beforeAsking: (prompt) => announceCost(run, prompt, measuring.emit),
  });
}

/** Before any money is spent; commands and people have no price. */
function announceCost({ log: { state }, proposer }: OpenRun, prompt: readonly Message[], emit: Emit): void {
  if (proposer.kind !== 'openai') return;
  const attempts = state.limits.attempts - state.decidedAttempts;
  const replyTokens = state.run.conversation?.replyTokens ?? DEFAULT_REPLY_TOKENS;
  const { price } = readProvider(proposer.provider);
  const maxUsd = state.limits.usd;
  emit({ kind: 'estimate', estimate: estimateCost(prompt, { attempts, replyTokens, price, maxUsd }) });
}

function deadlineMs({ log }: OpenRun): number {
  const { deadlineSeconds } = log.state.run;
  if (deadlineSeconds !== undefined) return deadlineSeconds * 1000;
  const seed = log.state.evaluation(0, 'train');
  return seed === undefined ? FIRST_DEADLINE_MS : Math.max(DEADLINE_FLOOR_MS, DEADLINE_FACTOR * seed.wallMs);
}

/** A kept attempt becomes a commit on the run's branch. */
async function publish(run: OpenRun, attempt: number): Promise<void> {
  const { log, target, worktree } = run;
  const state = log.state.attempt(attempt);
  if (state?.verdict?.score === undefined || state.proposal.source === undefined) {
    throw new Error(`attempt ${attempt} has no score to publish`);
  }
  await worktree.commitPolicy({
    path: target.policyFile,
    source: log.blobs.get(state.proposal.source),
    subject: state.proposal.idea,
    trailers: commitTrailers(commitFacts(run, attempt)),
  });
}

/** What a commit says about a kept attempt; gains are against its incumbent. */
export function commitFacts(
  { log, target }: { readonly log: { readonly state: RunState }; readonly target: Target },
  attempt: number,
) {
  const state = log.state.attempt(attempt);
  const verdict = state?.verdict;
  if (verdict?.score === undefined || verdict.gain === undefined)
    throw new Error(`attempt ${attempt} was not kept`);
  const { run } = log.state;
  return {
    run: run.id,
    attempt,
    score: verdict.score,
    baseline: target.pinnedBaseline,
    gain: verdict.gain,
    validationGain: verdict.validationGain,
    complexity: state?.build?.complexity,
    model: run.conversation?.model ?? run.proposer,
    fingerprint: run.fingerprint,
    traces: [...new Set(run.scenarios.map(({ trace }) => `${trace.name} ${trace.hash}`))],
  };
}
