import type { JournalEntry } from '../../src/store/records.ts';

const HASH = 'a'.repeat(64);

type EntryOf<Kind extends JournalEntry['kind']> = Extract<JournalEntry, { kind: Kind }>;

export function runEntry(changes: Partial<EntryOf<'run'>> = {}): EntryOf<'run'> {
  return {
    kind: 'run',
    id: 'router-1',
    target: 'router',
    seed: 1,
    proposer: 'mutator',
    attempts: 3,
    useBaselines: true,
    epsilon: 0.001,
    scenarios: [],
    fingerprint: 'f00d',
    seedPolicy: HASH,
    baselines: { 'kv-default': HASH },
    host: { pid: 1, base: 'c0ffee' },
    ...changes,
  };
}

export function proposalEntry(
  attempt: number,
  changes: Partial<EntryOf<'proposal'>> = {},
): EntryOf<'proposal'> {
  return {
    kind: 'proposal',
    attempt,
    parent: 0,
    operator: 'scripted',
    idea: `idea ${attempt}`,
    source: HASH,
    ...changes,
  };
}

export function buildEntry(attempt: number): EntryOf<'build'> {
  return { kind: 'build', attempt, outcome: 'built', programHash: 'beef', complexity: 100 };
}

export function evaluationEntry(
  policy: number | string,
  split: 'train' | 'validation' = 'train',
  changes: Partial<EntryOf<'evaluation'>> = {},
): EntryOf<'evaluation'> {
  return {
    kind: 'evaluation',
    policy,
    split,
    round: 1,
    outcome: 'scored',
    layers: ['process'],
    wallMs: 12.5,
    ...changes,
  };
}

export function verdictEntry(attempt: number, changes: Partial<EntryOf<'verdict'>> = {}): EntryOf<'verdict'> {
  return {
    kind: 'verdict',
    attempt,
    verdict: 'discarded',
    cause: 'not-better',
    reason: 'no gain',
    ...changes,
  };
}

export function checkpointEntry(event: EntryOf<'checkpoint'>['event']): EntryOf<'checkpoint'> {
  return { kind: 'checkpoint', event, reason: 'asked to', host: { pid: 7 } };
}
