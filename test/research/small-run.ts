import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execaSync } from 'execa';
import { afterAll } from 'vitest';
import { generateTrace, traceText } from '../../harness/trace/generate.ts';
import type { Answer, Message, ModelClient } from '../../src/proposers/model/model-client.ts';
import { createModelRespondent } from '../../src/proposers/respondents/model-respondent.ts';
import type { NewLimits } from '../../src/research/change-limits.ts';
import { conductRun } from '../../src/research/conduct.ts';
import type { ProposerRequest } from '../../src/research/proposer-record.ts';
import type { Ending } from '../../src/research/research.ts';
import type { ResearchEvent } from '../../src/research/research-event.ts';
import { createRun, type OpenRun, resumeRun } from '../../src/research/run-setup.ts';
import { canonicalJournal } from '../../src/store/canonical-journal.ts';
import { readJournal } from '../../src/store/journal.ts';
import type { JournalRecord } from '../../src/store/records.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

export const SEED_POLICY = readFileSync(path.join(ROOT, 'policies/router/policy.ts'), 'utf8');

/** A repository with the router policy and a minute of traffic, for all tests of a file. */
export function smallRepository(): string {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'autoresearch-small-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...args: string[]) => execaSync('git', args, { cwd: folder });
  cpSync(path.join(ROOT, 'policies'), path.join(folder, 'policies'), { recursive: true });
  writeFileSync(path.join(folder, 'trace.jsonl'), traceText(generateTrace({ seed: 5, durationMinutes: 2 })));
  git('init', '--quiet', '--initial-branch', 'trunk');
  git('config', 'user.name', 'A User');
  git('config', 'user.email', 'user@example.com');
  git('add', '.');
  git('commit', '--quiet', '-m', 'begin');
  return folder;
}

/** A question as a scripted model sees it. */
export interface Asked {
  /** From 0, in order of asking. */
  readonly index: number;
  readonly messages: readonly Message[];
  readonly lastMessage: string;
  readonly signal: AbortSignal;
}

type Script = (asked: Asked) => Answer | string | Promise<Answer | string>;

/** A model that answers as it is told. Each call is reserved and settled at 100 tokens and a cent. */
export function scriptedModel(script: Script): ModelClient & { readonly questions: Asked[] } {
  const questions: Asked[] = [];
  const cost = { tokens: 100, usd: 0.01 };
  return {
    name: 'scripted',
    questions,
    async ask({ messages }, spending, signal) {
      const reservation = spending.reserve(cost);
      if (reservation === undefined)
        return { kind: 'out-of-budget', problem: 'the next call might cost $0.01' };
      const lastMessage = messages.at(-1)?.content ?? '';
      const asked = { index: questions.length, messages, lastMessage, signal };
      questions.push(asked);
      const said = await script(asked);
      const answer: Answer =
        typeof said === 'string' ? { kind: 'reply', text: said, finish: 'complete' } : said;
      if (answer.kind === 'reply')
        reservation.settle({ ...cost, usage: undefined, outcome: answer.finish, reply: answer.text });
      else reservation.settle({ ...cost, usage: undefined, outcome: answer.kind });
      return answer;
    },
  };
}

export interface SmallRun {
  readonly ending: Ending;
  readonly events: readonly ResearchEvent[];
  readonly records: readonly JournalRecord[];
  readonly canonical: string;
}

interface SmallRunOptions extends Partial<ProposerRequest> {
  readonly attempts: number;
  readonly name?: string;
  readonly signal?: AbortSignal;
}

/** A run in this process, with the scripted model in place of the one that its flags name. */
export async function beginSmallRun(
  repository: string,
  model: ModelClient,
  { attempts, name, signal, ...proposer }: SmallRunOptions,
): Promise<SmallRun> {
  const request = {
    target: 'router',
    traces: [path.join(repository, 'trace.jsonl')],
    proposer: { proposer: 'openai', model: 'scripted', baseUrl: 'http://127.0.0.1:9/v1', ...proposer },
    attempts,
    seed: 1,
    useBaselines: true,
    epsilon: 0.005,
    name,
    speedup: 5,
    workers: 8,
    kvBlocks: undefined,
    engine: undefined,
    deadlineSeconds: undefined,
  };
  return conduct(await createRun(request, repository), model, signal);
}

export async function resumeSmallRun(
  repository: string,
  name: string,
  model: ModelClient,
  limits: NewLimits = {},
): Promise<SmallRun> {
  return conduct(await resumeRun(name, repository, limits), model);
}

async function conduct(
  run: OpenRun,
  model: ModelClient,
  signal = new AbortController().signal,
): Promise<SmallRun> {
  const events: ResearchEvent[] = [];
  try {
    const ending = await conductRun(
      run,
      (event) => events.push(event),
      signal,
      (_choice, surroundings) => createModelRespondent(model, surroundings),
    );
    const records = readJournal(run.folder.journal);
    return { ending, events, records, canonical: canonicalJournal(records) };
  } finally {
    run.close();
  }
}

export function recordsOf<Kind extends JournalRecord['kind']>(
  { records }: Pick<SmallRun, 'records'>,
  kind: Kind,
): Extract<JournalRecord, { kind: Kind }>[] {
  return records.filter((record): record is Extract<JournalRecord, { kind: Kind }> => record.kind === kind);
}

/** `kept better`, `discarded not-applied`, … by attempt, the seed policy left out. */
export function verdictsOf(run: Pick<SmallRun, 'records'>): string[] {
  return recordsOf(run, 'verdict')
    .filter(({ attempt }) => attempt > 0)
    .map(({ verdict, cause }) => `${verdict} ${cause}`);
}

/** A reply with one edit of the seed policy. */
export function editReply(search: string, replace: string, idea = 'an idea'): string {
  return `IDEA: ${idea}\n\n<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n`;
}

export function fileReply(source: string, idea = 'an idea'): string {
  return `IDEA: ${idea}\n\n\`\`\`ts\n${source}\`\`\`\n`;
}
