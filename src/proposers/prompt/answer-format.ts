/** How a reply states its change: SEARCH/REPLACE blocks, or the whole file. */
export type AnswerFormat = 'edits' | 'file';

const FENCE = '```';

/** Both formats, as the briefing explains them. */
export const ANSWER_FORMATS = `Begin with one line that says what the change does and why it should help:

IDEA: <one sentence>

Then give the change, in the format that the last message asks for.

EDITS: one or more blocks, each of them whole. The SEARCH part is copied from policy.ts character by character with its
indentation, and occurs there only once. For example:

IDEA: Count waiting requests twice, because each of them delays the others.
<<<<<<< SEARCH
        const waiting = worker.queued;
=======
        const waiting = 2 * worker.queued;
>>>>>>> REPLACE

FILE: the whole new policy.ts in one code block, nothing left out:

IDEA: Send each request to the worker with the fewest requests.
${FENCE}ts
import type { Init, Policy } from 'autoresearch/contract';

export default function create(_init: Init): Policy {
  return { router: { cost: (_req, worker) => worker.inFlight } };
}
${FENCE}`;

/** The last words of a prompt. */
export function formatReminder(format: AnswerFormat): string {
  return format === 'edits'
    ? 'Answer now in the format EDITS: a line that begins with IDEA:, then SEARCH/REPLACE blocks.'
    : `Answer now in the format FILE: a line that begins with IDEA:, then the whole new policy.ts in one ${FENCE}ts block.`;
}
