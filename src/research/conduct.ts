import { existsSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Target } from '../../harness/index.ts';
import type { RunState } from '../store/run-state.ts';
import { commitTrailers } from '../workspace/commit-message.ts';
import { AttemptHistory } from './attempt-history.ts';
import { type Ending, research } from './research.ts';
import type { Emit } from './research-event.ts';
import type { OpenRun } from './run-setup.ts';

/** An evaluation may take this many times as long as the seed policy's, but never less than the floor. */
const DEADLINE_FACTOR = 10;
const DEADLINE_FLOOR_MS = 10_000;
/** Before the seed policy has been measured there is nothing to go by. */
const FIRST_DEADLINE_MS = 120_000;

/** Does research on an open run until it ends, and journals how it ended. */
export async function conductRun(run: OpenRun, emit: Emit, signal: AbortSignal): Promise<Ending> {
  const { log, target } = run;
  const history = new AttemptHistory(
    log,
    log.state.run.useBaselines ? run.baselines : [],
    target.pinnedBaseline,
  );
  const ending = await research({
    log,
    scenarios: run.scenarios,
    get deadlineMs() {
      return deadlineMs(run);
    },
    signal,
    proposer: run.proposer,
    history,
    reference: target.pinnedBaseline,
    emit,
    baselines: run.baselines,
    seedPolicy: run.seedPolicy,
    publish: (attempt) => publish(run, attempt),
    stopRequested: () => existsSync(run.folder.stopRequest),
  });
  rmSync(run.folder.stopRequest, { force: true });
  log.append({
    kind: 'checkpoint',
    event: ending.kind,
    reason: ending.reason,
    host: { pid: process.pid, hostname: hostname() },
  });
  return ending;
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
    model: run.proposer,
    fingerprint: run.fingerprint,
    traces: [...new Set(run.scenarios.map(({ trace }) => `${trace.name} ${trace.hash}`))],
  };
}
