import type { Api, Capabilities } from './capabilities.ts';
import type { Message, Question } from './model-client.ts';

/** A call, ready to be sent. */
export interface Call {
  readonly api: Api;
  readonly body: Readonly<Record<string, unknown>>;
  /** What the body asks for, in the words of errors; `system` stands for messages of that role. */
  readonly parameters: readonly string[];
  readonly maxReplyTokens: number;
}

/** Writes a question the way this model takes it. `extra` is the user's and goes over everything else. */
export function planCall(
  question: Question,
  { api, refused }: Capabilities,
  { model, extra }: { readonly model: string; readonly extra: Readonly<Record<string, unknown>> },
): Call {
  const messages = refused.includes('system') ? withoutSystem(question.messages) : question.messages;
  const all =
    api === 'chat'
      ? { messages, ...chatParameters(question, refused) }
      : { input: messages, ...responsesParameters(question) };
  const kept = Object.entries(all).filter(([name]) => !refused.includes(name));
  const body = { model, ...Object.fromEntries(kept), ...extra };
  return {
    api,
    body,
    parameters: [...Object.keys(body), ...(messages.some(({ role }) => role === 'system') ? ['system'] : [])],
    maxReplyTokens: question.maxReplyTokens,
  };
}

/** Sampling is left to the server: some models refuse any value but their own. */
function chatParameters({ maxReplyTokens }: Question, refused: readonly string[]) {
  return {
    stream: true,
    ...(refused.includes('stream') ? {} : { stream_options: { include_usage: true } }),
    // The older name is for servers that don't know the newer.
    ...(refused.includes('max_completion_tokens')
      ? { max_tokens: maxReplyTokens }
      : { max_completion_tokens: maxReplyTokens }),
  };
}

function responsesParameters({ maxReplyTokens }: Question) {
  return { stream: true, store: false, max_output_tokens: maxReplyTokens };
}

/** For models whose template knows no such role: instructions become part of what the user says first. */
function withoutSystem(messages: readonly Message[]): Message[] {
  const merged: Message[] = [];
  for (const { role, content } of messages) {
    const last = merged.at(-1);
    const said = role === 'system' ? 'user' : role;
    if (last?.role === 'user' && said === 'user')
      merged[merged.length - 1] = { role: said, content: `${last.content}\n\n${content}` };
    else merged.push({ role: said, content });
  }
  return merged;
}
