import type { Message } from '../proposers/model/model-client.ts';
import { composePrompt } from '../proposers/prompt/compose-prompt.ts';
import type { ProposalRecord, Turn } from '../store/records.ts';
import type { RunState } from '../store/run-state.ts';
import { batchOf } from './batch.ts';
import { type ConversationContext, converse, type Topic } from './conversation.ts';
import type { Drafted, DraftSource } from './draft.ts';
import { chooseFormat } from './edit-format.ts';
import { type Parent, promptFacts } from './prompt-facts.ts';
import type { RunLog } from './run-log.ts';

export interface ConversedDraftsContext extends ConversationContext {
  /** Attempts that are asked for at once. */
  readonly parallel: number;
  readonly reference: string;
  readonly briefing: string;
  /** What the person who runs this has to say now; undefined = nothing. */
  readonly guidance: () => string | undefined;
  /** Told once, before the first question: what will be asked, about as long as all that follows. */
  readonly beforeAsking: (prompt: readonly Message[]) => void;
}

/** Lines of the ledger in the prompt, and in shorter prompts for a model that can't take it. */
const LEDGER_LINES = [40, 10, 0] as const;

/**
 * Proposals of a respondent, a batch at a time: all attempts of a batch are asked for at once, about the same
 * incumbent and with the same prompt, so that nothing depends on who answers first.
 */
export function createConversedDrafts(context: ConversedDraftsContext): DraftSource {
  const { log } = context;
  const breakOff = new AbortController();
  const within = { ...context, signal: AbortSignal.any([context.signal, breakOff.signal]) };
  const asked = new Map<number, Promise<Drafted>>();

  function ask(attempt: number): void {
    const { parallel } = context;
    const batch = batchOf(attempt, { parallel, attempts: log.state.limits.attempts });
    const topic = topicOf(context, batch.first);
    const [prompt] = topic.promptsFor(topic.format);
    if (asked.size === 0 && prompt !== undefined) context.beforeAsking(prompt);
    for (const one of batch.left) {
      const drafted = converse(within, one, topic);
      // Awaited in its turn; until then a failure must not count as unhandled.
      drafted.catch(() => undefined);
      asked.set(one, drafted);
    }
  }

  return {
    draftOf(attempt) {
      if (!asked.has(attempt)) ask(attempt);
      return asked.get(attempt) as Promise<Drafted>;
    },
    isAsked: (attempt) => asked.has(attempt) || log.state.replies(attempt).length > 0,
    async hasLaterDraft(attempt) {
      const later = [...asked].filter(([other]) => other > attempt).map(([, drafted]) => drafted);
      return (await Promise.all(later)).some(({ kind }) => kind === 'draft');
    },
    async close() {
      breakOff.abort();
      await Promise.allSettled(asked.values());
    },
  };
}

/** What of a run decides what is asked. */
export type TopicContext = Pick<
  ConversedDraftsContext,
  'reference' | 'briefing' | 'guidance' | 'editFormat'
> & {
  readonly log: Pick<RunLog, 'state' | 'blobs'>;
};

/** What a batch is asked, as it was when its first attempt began. */
export function topicOf(context: TopicContext, first: number): Topic {
  const { log, reference, guidance, editFormat } = context;
  const { state } = log;
  const parent = incumbentBefore(context, first);
  const facts = promptFacts(state, {
    before: first,
    incumbent: parent,
    reference,
    guidance: guidance(),
  });
  return {
    parent,
    format: chooseFormat(editFormat, turnsBefore(state, first)),
    promptsFor: (format) =>
      LEDGER_LINES.map((lines) => composePrompt(context.briefing, { ...facts, format }, lines)),
  };
}

function incumbentBefore({ log: { state, blobs } }: TopicContext, first: number): Parent {
  const kept = state.kept.findLast(({ attempt }) => attempt < first);
  const source = kept === undefined ? undefined : state.attempt(kept.attempt)?.proposal.source;
  if (kept === undefined || source === undefined) throw new Error('the seed policy has no verdict yet');
  return { attempt: kept.attempt, source: blobs.get(source) };
}

function turnsBefore({ attempts }: RunState, first: number): Turn[] {
  return attempts
    .slice(0, first)
    .flatMap(({ proposal }: { proposal: ProposalRecord }) => proposal.turns ?? []);
}
