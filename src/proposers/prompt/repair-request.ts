import type { Message } from '../model/model-client.ts';
import { type AnswerFormat, formatReminder } from './answer-format.ts';
import { quotedBlock, quotedLine } from './quoted-text.ts';

const LONGEST_PROBLEM = 800;
/** Characters of a reply that are shown to its author again. */
const LONGEST_REPLY = 24_000;

/** Goes on with a conversation whose last reply could not be used. */
export function repairRequest(
  conversation: readonly Message[],
  {
    reply,
    problem,
    format,
  }: { readonly reply: string; readonly problem: string; readonly format: AnswerFormat },
): Message[] {
  const complaint = [
    'Your answer could not be used. The reason, word for word:',
    quotedBlock([quotedLine(problem, LONGEST_PROBLEM)]),
    'Nothing of it was applied: policy.ts is still the incumbent shown above. Correct the mistake and give the whole answer again.',
    formatReminder(format),
  ];
  const said = reply.slice(0, LONGEST_REPLY).trim();
  return [
    ...conversation,
    { role: 'assistant', content: said === '' ? '(no text)' : said },
    { role: 'user', content: `${complaint.join('\n\n')}\n` },
  ];
}
