import type { Message } from '../proposers/model/model-client.ts';
import type { AnswerFormat } from '../proposers/prompt/answer-format.ts';
import { repairRequest } from '../proposers/prompt/repair-request.ts';
import type { Respondent } from '../proposers/proposer.ts';
import type { ReplyRecord, Turn } from '../store/records.ts';
import { askPatiently } from './ask-patiently.ts';
import { type AssessedReply, assessReply } from './assess-reply.ts';
import type { Draft, Drafted, Halt } from './draft.ts';
import { chooseRepairFormat, type EditFormat } from './edit-format.ts';
import type { MeasureContext } from './measure.ts';
import type { Parent } from './prompt-facts.ts';

export interface ConversationContext extends MeasureContext {
  readonly respondent: Respondent;
  readonly repairs: number;
  readonly editFormat: EditFormat;
  readonly maxPauseMs: number;
}

/** What is asked of a batch of attempts. */
export interface Topic {
  readonly parent: Parent;
  readonly format: AnswerFormat;
  /** The prompt that asks for a format, and shorter ones for a model that can't take it. */
  readonly promptsFor: (format: AnswerFormat) => readonly (readonly Message[])[];
}

/**
 * One attempt's talk: asks, and while the reply can't be measured asks again with what was wrong, up to the number of
 * repairs. Where the format changes it asks afresh: a small model repeats the reply it is shown. A reply is journaled
 * before anything is done with it, and one that the journal has is not asked for again.
 */
export async function converse(
  context: ConversationContext,
  attempt: number,
  topic: Topic,
): Promise<Drafted> {
  const turns: Turn[] = [];
  let { format } = topic;
  let prompts = topic.promptsFor(format);
  let last: AssessedReply | undefined;
  while (last === undefined || (last.turn.result !== 'usable' && turns.length <= context.repairs)) {
    const heard = await hear(context, { attempt, turn: turns.length, prompts, format, parent: topic.parent });
    if ('halt' in heard) {
      if (last !== undefined && heard.halt.kind === 'out-of-budget') break;
      return { kind: 'halted', halt: heard.halt };
    }
    last = await assessReply(context, heard.record, topic.parent.source);
    turns.push(last.turn);
    context.emit({ kind: 'replied', attempt, turn: last.turn });
    const asked = format;
    format = chooseRepairFormat(context.editFormat, last.turn);
    prompts =
      format === asked
        ? [repairRequest(heard.messages, { reply: last.text, problem: last.turn.problem ?? '', format })]
        : topic.promptsFor(format);
  }
  return { kind: 'draft', draft: draftOf(context, topic, last, turns) };
}

function draftOf(
  { respondent }: ConversationContext,
  { parent }: Topic,
  { idea, change }: AssessedReply,
  turns: readonly Turn[],
): Draft {
  return { idea, change, operator: respondent.operator, parent, turns };
}

interface Asked {
  readonly attempt: number;
  readonly turn: number;
  readonly prompts: ReturnType<Topic['promptsFor']>;
  readonly format: AnswerFormat;
  readonly parent: Parent;
}

type Heard =
  | { readonly record: ReplyRecord; readonly messages: readonly Message[] }
  | { readonly halt: Halt };

/** The reply to a question, from the journal or from the respondent. */
async function hear(context: ConversationContext, asked: Asked): Promise<Heard> {
  const { log } = context;
  const { attempt, turn, prompts, format } = asked;
  const known = log.state.replies(attempt)[turn];
  if (known !== undefined) return { record: known, messages: JSON.parse(log.blobs.get(known.prompt)) };
  let tooLong = '';
  for (const messages of prompts) {
    context.emit({ kind: 'asking', attempt, turn });
    const request = { attempt, turn, messages, incumbent: asked.parent.source };
    const answer = await askPatiently(context.respondent, request, context);
    if (answer.kind === 'too-long') {
      tooLong = answer.problem;
      continue;
    }
    if (answer.kind !== 'reply' && answer.kind !== 'unusable') return { halt: answer };
    const record = log.append({
      kind: 'reply',
      attempt,
      turn,
      prompt: log.blobs.put(JSON.stringify(messages)),
      format,
      ...(answer.kind === 'reply'
        ? { reply: log.blobs.put(answer.text), end: answer.finish }
        : { problem: answer.problem, end: 'complete' as const }),
    });
    return { record, messages };
  }
  // A repair that doesn't fit is one that isn't made; a first prompt that doesn't fit never will.
  const kind = turn === 0 ? 'refused' : 'out-of-budget';
  return { halt: { kind, problem: `the prompt does not fit the model: ${tooLong}` } };
}
