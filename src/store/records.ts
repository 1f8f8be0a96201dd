import * as z from 'zod';

/**
 * The journal: every happening of a run is one line of runs/<id>/journal.jsonl. `v` is the schema version; all other
 * views derive from these records. Sources and replies are blobs, named by SHA-256.
 */
export const SCHEMA_VERSION = 1;

const hash = z.string().regex(/^[0-9a-f]{16,64}$/);
const split = z.enum(['train', 'validation', 'sealed']);

const envelope = { v: z.literal(SCHEMA_VERSION), at: z.iso.datetime() };

const scenarioSchema = z.strictObject({
  name: z.string(),
  split,
  trace: z.strictObject({ name: z.string(), hash }),
  window: z.strictObject({ warmupFromMs: z.number(), scoredFromMs: z.number(), untilMs: z.number() }),
  speedup: z.number().positive(),
  workers: z.int().positive(),
  kvBlocks: z.int().positive(),
  blockSize: z.int().positive(),
  maxBatchedTokens: z.int().positive(),
  engine: z.strictObject({ name: z.string(), hash }),
  seed: z.int(),
});

const metricsSchema = z.strictObject({
  scenario: z.string(),
  requests: z.int(),
  completed: z.int(),
  ttftMeanMs: z.number(),
  ttftP50Ms: z.number(),
  ttftP90Ms: z.number(),
  ttftP99Ms: z.number(),
  e2eMeanMs: z.number(),
  e2eP99Ms: z.number(),
  tpotMeanMs: z.number(),
  goodput: z.number(),
  reuse: z.number(),
  decisionHash: z.string(),
  policyCalls: z.int(),
  hookCalls: z
    .strictObject({
      admit: z.int(),
      cost: z.int(),
      order: z.int(),
      onRouted: z.int(),
      onFirstToken: z.int(),
      onCompleted: z.int(),
    })
    .optional(),
});

/** Facts about where a run happens; never part of the canonical journal. */
const host = z.record(z.string(), z.union([z.string(), z.number()]));

/** What a run may use up, besides attempts. */
const limitFields = {
  usd: z.number().nonnegative().optional(),
  tokens: z.int().positive().optional(),
  minutes: z.number().positive().optional(),
  evaluations: z.int().positive().optional(),
};

const runRecordSchema = z.strictObject({
  ...envelope,
  kind: z.literal('run'),
  id: z.string(),
  target: z.string(),
  seed: z.int(),
  /** Which proposer, without its file: `mutator`, `script`. */
  proposer: z.string(),
  attempts: z.int().positive(),
  useBaselines: z.boolean(),
  /** Smallest gain worth a commit. */
  epsilon: z.number().nonnegative(),
  scenarios: z.array(scenarioSchema),
  fingerprint: z.string(),
  /** Blobs of the seed policy and of the baselines, by name. */
  seedPolicy: hash,
  baselines: z.record(z.string(), hash),
  /** Blob of the proposals of a scripted run. */
  script: hash.optional(),
  /** How a proposer that answers in text is asked. */
  conversation: z
    .strictObject({
      model: z.string().optional(),
      api: z.string().optional(),
      extraBody: z.string().optional(),
      /** As the user gave it. */
      price: z.string().optional(),
      parallel: z.int().positive(),
      repairs: z.int().nonnegative(),
      replyTokens: z.int().positive(),
      editFormat: z.enum(['auto', 'edits', 'file']),
      /** How long the run waits for a server that is out of reach. */
      maxPauseMinutes: z.number().nonnegative(),
    })
    .optional(),
  limits: z.strictObject(limitFields).optional(),
  /** Wall-clock limit of one evaluation; set by the user or derived from the seed policy's own time. */
  deadlineSeconds: z.number().positive().optional(),
  /** Process, machine, base commit, the trace paths as a JSON list, and where the proposer is found. */
  host,
});

/** Whoever resumed the run gave it other limits: those named here take the place of the earlier ones from here on. */
const limitsRecordSchema = z.strictObject({
  ...envelope,
  kind: z.literal('limits'),
  changes: z.strictObject({ attempts: z.int().positive().optional(), ...limitFields }),
});

const answerFormat = z.enum(['edits', 'file']);

/**
 * A reply of a model, command or person: written before anything is done with it, in order of arrival, so not part of
 * the canonical journal.
 */
const replyRecordSchema = z.strictObject({
  ...envelope,
  kind: z.literal('reply'),
  attempt: z.int().positive(),
  /** 0 = the first reply; each repair is one more. */
  turn: z.int().nonnegative(),
  /** Blob of the messages it answers, as JSON. */
  prompt: hash,
  /** What the prompt asked for. */
  format: answerFormat,
  /** Blob of the text; absent when there was none. */
  reply: hash.optional(),
  /** `cut`: it reached its limit. */
  end: z.enum(['complete', 'cut']),
  /** Why there is no text. */
  problem: z.string().optional(),
});

/** What came of one reply. */
const turnSchema = z.strictObject({
  format: answerFormat,
  result: z.enum([
    'unusable',
    'malformed',
    'not-applied',
    'rejected',
    'build-failed',
    'policy-error',
    'usable',
  ]),
  problem: z.string().optional(),
  reply: hash.optional(),
});

const proposalRecordSchema = z.strictObject({
  ...envelope,
  kind: z.literal('proposal'),
  /** 0 is the seed policy itself. */
  attempt: z.int().nonnegative(),
  parent: z.int().nonnegative(),
  operator: z.string(),
  idea: z.string(),
  /** Blob of the whole policy source; absent when the change did not apply. */
  source: hash.optional(),
  /** Why the change did not apply. */
  problem: z.string().optional(),
  /** The replies it took, in order. */
  turns: z.array(turnSchema).optional(),
});

const buildRecordSchema = z.strictObject({
  ...envelope,
  kind: z.literal('build'),
  attempt: z.int().nonnegative(),
  outcome: z.enum(['built', 'rejected', 'build-failed']),
  reason: z.string().optional(),
  /** Hash of the normalised program: equal for policies that differ in names, comments and layout only. */
  programHash: z.string().optional(),
  /** Size of the normalised program, bytes. */
  complexity: z.int().optional(),
});

const evaluationRecordSchema = z.strictObject({
  ...envelope,
  kind: z.literal('evaluation'),
  /** Attempt number, or the name of a baseline. */
  policy: z.union([z.int().nonnegative(), z.string().min(1)]),
  split,
  /** 1 = the measurement; 2 = the repetition in another process before a keep. */
  round: z.int().positive(),
  outcome: z.string(),
  reason: z.string().optional(),
  scenarios: z.array(metricsSchema).optional(),
  decisionHash: z.string().optional(),
  /** Per scenario: requests placed on another worker than by the incumbent, of how many. */
  decisionChanges: z.array(z.strictObject({ changed: z.int(), of: z.int() })).optional(),
  /** Blob of where each request was placed, by scenario; of what may become the incumbent. */
  placements: hash.optional(),
  /** The evaluation ended after the first scenario, for this reason. */
  stopped: z.literal('same-decisions').optional(),
  layers: z.array(z.string()),
  /** A hook call took no longer on average, ns. */
  decisionNs: z.int().optional(),
  wallMs: z.number(),
});

const verdictRecordSchema = z.strictObject({
  ...envelope,
  kind: z.literal('verdict'),
  attempt: z.int().nonnegative(),
  verdict: z.enum(['kept', 'discarded']),
  /** One word for grouping: `better`, `not-applied`, `duplicate`, `rejected`, `timed-out`, `same-decisions`, `not-better`, … */
  cause: z.string(),
  /** One sentence. */
  reason: z.string(),
  score: z.number().optional(),
  validationScore: z.number().optional(),
  gain: z.number().optional(),
  validationGain: z.number().optional(),
});

const cost = { tokens: z.int().nonnegative(), usd: z.number().nonnegative().nullable() };

/** A call of a model is about to be made. How many it takes is an accident: not part of the canonical journal. */
const callRecordSchema = z.strictObject({
  ...envelope,
  kind: z.literal('call'),
  /** From 1. */
  call: z.int().positive(),
  attempt: z.int().nonnegative(),
  /** 0 = the first question of the attempt; each repair is one more. */
  turn: z.int().nonnegative(),
  /** At most; US dollars null = the price is not known. */
  ...cost,
});

/** A call is over. Not part of the canonical journal. */
const settledRecordSchema = z.strictObject({
  ...envelope,
  kind: z.literal('settled'),
  call: z.int().positive(),
  ...cost,
  /** `complete`, `cut`, or what went wrong. */
  outcome: z.string(),
  usage: z
    .strictObject({
      promptTokens: z.int().nonnegative(),
      cachedTokens: z.int().nonnegative(),
      replyTokens: z.int().nonnegative(),
      reasoningTokens: z.int().nonnegative(),
      estimated: z.boolean(),
    })
    .optional(),
  /** Blob of the text. */
  reply: hash.optional(),
});

/** A run was resumed, stopped or finished. Not part of the canonical journal. */
const checkpointRecordSchema = z.strictObject({
  ...envelope,
  kind: z.literal('checkpoint'),
  event: z.enum(['resumed', 'stopped', 'finished', 'failed']),
  reason: z.string(),
  host,
});

const noteRecordSchema = z.strictObject({ ...envelope, kind: z.literal('note'), text: z.string() });

export const journalRecordSchema = z.discriminatedUnion('kind', [
  runRecordSchema,
  limitsRecordSchema,
  replyRecordSchema,
  proposalRecordSchema,
  buildRecordSchema,
  evaluationRecordSchema,
  verdictRecordSchema,
  callRecordSchema,
  settledRecordSchema,
  checkpointRecordSchema,
  noteRecordSchema,
]);

export type RunRecord = z.infer<typeof runRecordSchema>;
export type LimitsRecord = z.infer<typeof limitsRecordSchema>;
export type ReplyRecord = z.infer<typeof replyRecordSchema>;
export type Turn = z.infer<typeof turnSchema>;
export type ProposalRecord = z.infer<typeof proposalRecordSchema>;
export type BuildRecord = z.infer<typeof buildRecordSchema>;
export type EvaluationRecord = z.infer<typeof evaluationRecordSchema>;
export type VerdictRecord = z.infer<typeof verdictRecordSchema>;
export type CallRecord = z.infer<typeof callRecordSchema>;
export type SettledRecord = z.infer<typeof settledRecordSchema>;
export type CheckpointRecord = z.infer<typeof checkpointRecordSchema>;
export type JournalRecord = z.infer<typeof journalRecordSchema>;

type WithoutEnvelope<Entry> = Entry extends JournalRecord ? Omit<Entry, 'v' | 'at'> : never;

/** What a caller appends: a record before the journal stamps it with version and time. */
export type JournalEntry = WithoutEnvelope<JournalRecord>;
