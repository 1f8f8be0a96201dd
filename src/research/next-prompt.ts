import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  evaluatePolicy,
  pinnedBaseline,
  prepareScenarios,
  type ScenarioMetrics,
  targetNamed,
  UserError,
} from '../../harness/index.ts';
import type { Message } from '../proposers/model/model-client.ts';
import { briefing } from '../proposers/prompt/briefing.ts';
import { composePrompt } from '../proposers/prompt/compose-prompt.ts';
import { BlobStore } from '../store/blob-store.ts';
import { batchOf } from './batch.ts';
import { topicOf } from './conversed-drafts.ts';
import type { FoundRun } from './find-run.ts';
import { readGuidance } from './guidance.ts';
import type { OpenSplit } from './measure.ts';
import { standing } from './prompt-facts.ts';
import { checkRunRequest, type RunRequest } from './run-request.ts';

const DEADLINE_MS = 120_000;

/** What a run would ask first. Refuses what that would refuse, measures the seed policy, and leaves nothing behind. */
export async function firstPrompt(request: RunRequest, cwd: string): Promise<readonly Message[]> {
  const { target, seedPolicy: source, traces, scenarios } = await checkRunRequest(request, cwd);
  const folder = mkdtempSync(join(tmpdir(), 'autoresearch-prompt-'));
  try {
    const open = scenarios.filter(({ split }) => split !== 'sealed');
    const prepared = prepareScenarios(open, traces, folder);
    const measure = async (policy: string, split: OpenSplit): Promise<readonly ScenarioMetrics[]> => {
      const ofSplit = prepared.filter(({ scenario }) => scenario.split === split);
      const job = { source: policy, name: 'policy.ts', scenarios: ofSplit, deadlineMs: DEADLINE_MS };
      const { outcome } = await evaluatePolicy(job);
      if (outcome.kind === 'scored') return outcome.scenarios;
      throw new UserError(`${target.policyFile}: ${outcome.kind}: ${outcome.reason}`);
    };
    const reference = pinnedBaseline(target).source;
    const pair = async (split: OpenSplit) => ({
      baseline: await measure(reference, split),
      incumbent: await measure(source, split),
    });
    const measured = { train: await pair('train'), validation: await pair('validation') };
    return composePrompt(briefing(target), {
      incumbent: { attempt: 0, source },
      ...standing((split) => measured[split]),
      attempts: [],
      guidance: undefined,
      format: request.proposer.editFormat === 'file' ? 'file' : 'edits',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a run that was begun would ask next, were it to make so many attempts in all. */
export function nextPrompt(
  { state, folder }: FoundRun,
  attempts: number = state.limits.attempts,
): readonly Message[] {
  const { run } = state;
  if (state.incumbent === undefined)
    throw new UserError(`run ${run.id} has not measured its seed policy yet; resume it first`);
  const target = targetNamed(run.target);
  const next = Math.min(state.decidedAttempts + 1, attempts);
  const batch = { parallel: run.conversation?.parallel ?? 1, attempts };
  const topic = topicOf(
    {
      log: { state, blobs: new BlobStore(folder.blobs) },
      reference: target.pinnedBaseline,
      briefing: briefing(target),
      guidance: () => readGuidance(folder.guidance),
      editFormat: run.conversation?.editFormat ?? 'auto',
    },
    batchOf(next, batch).first,
  );
  return topic.promptsFor(topic.format)[0] ?? [];
}
