import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReplyRequest, Respondent } from '../proposer.ts';
import { plainConversation } from './plain-conversation.ts';

interface ManualOptions {
  /** Where prompts are written and answers are expected. */
  readonly folder: string;
  /** Told once per question: where the prompt is, and where the answer belongs. */
  readonly announce: (line: string) => void;
  readonly pollMs?: number;
}

const POLL_MS = 500;

/** A person: each prompt becomes a file, and the answer is the file beside it, once it has stopped growing. */
export function createManualRespondent({ folder, announce, pollMs = POLL_MS }: ManualOptions): Respondent {
  return {
    name: 'a person',
    operator: 'person',
    async respond(request, signal) {
      const { prompt, answer } = filesOf(folder, request);
      mkdirSync(folder, { recursive: true });
      writeFileSync(prompt, plainConversation(request.messages));
      announce(`the prompt is in ${prompt}; write the answer to ${answer}`);
      let sizeBefore = 0;
      while (true) {
        const size = statSync(answer, { throwIfNoEntry: false })?.size ?? 0;
        if (size > 0 && size === sizeBefore) {
          return { kind: 'reply', text: readFileSync(answer, 'utf8'), finish: 'complete' };
        }
        sizeBefore = size;
        await sleep(pollMs, undefined, { signal });
      }
    },
  };
}

function filesOf(folder: string, { attempt, turn }: ReplyRequest): { prompt: string; answer: string } {
  const name = turn === 0 ? `attempt-${attempt}` : `attempt-${attempt}-repair-${turn}`;
  return { prompt: path.join(folder, `${name}.prompt.md`), answer: path.join(folder, `${name}.answer.md`) };
}
