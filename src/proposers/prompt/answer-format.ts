/** How a reply states its change: SEARCH/REPLACE blocks, or the whole file. */
export type AnswerFormat = 'edits' | 'file';

const FENCE = '```';

/** What the briefing says of both. They are shown where one is asked for: small models copy whatever they are shown. */
export const ANSWER_FORMATS = `Begin with one line, IDEA: and a sentence that says what the change does and why it should help. Then give the change in
the format that the last message asks for and shows, and in no other:

- EDITS: blocks with SEARCH and REPLACE parts, each block whole. A SEARCH part is copied from policy.ts character by character,
  with its indentation, and occurs there only once.
- FILE: the whole new policy.ts in one code block, nothing left out.

An answer is used only if all of it applies. Nobody repairs or completes it.`;

/** The last words of a prompt. */
export function formatReminder(format: AnswerFormat): string {
  return `Answer now in exactly this format, ${format === 'edits' ? EDITS : FILE}`;
}

const EDITS = `EDITS: one line IDEA, then one or more edit blocks:

IDEA: <one sentence>
<<<<<<< SEARCH
<lines of policy.ts to be replaced>
=======
<new lines>
>>>>>>> REPLACE`;

const FILE = `FILE: one line IDEA, then the complete new policy.ts in one code block:

IDEA: <one sentence>
${FENCE}ts
<the complete file>
${FENCE}`;
