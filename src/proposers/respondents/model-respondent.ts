import type { ModelClient } from '../model/model-client.ts';
import type { Respondent } from '../proposer.ts';
import type { Purse } from '../purse.ts';

interface ModelRespondentOptions {
  /** Limit of one reply, reasoning included. */
  readonly replyTokens: number;
  readonly purse: Purse;
}

/** A language model. What was paid for is not asked for again. */
export function createModelRespondent(
  client: ModelClient,
  { replyTokens, purse }: ModelRespondentOptions,
): Respondent {
  return {
    name: client.name,
    operator: 'model',
    async respond({ attempt, turn, messages }, signal) {
      const paid = purse.paidReply(attempt, turn);
      if (paid !== undefined) return { kind: 'reply', ...paid };
      const question = { messages, maxReplyTokens: replyTokens };
      return client.ask(question, purse.spending(attempt, turn), signal);
    },
  };
}
