import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createManualRespondent } from '../../../src/proposers/respondents/manual-respondent.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const REQUEST = {
  attempt: 2,
  turn: 0,
  messages: [{ role: 'user' as const, content: 'What now?\n' }],
  incumbent: '',
};

function person(folder: string) {
  const announced: string[] = [];
  const respondent = createManualRespondent({ folder, announce: (line) => announced.push(line), pollMs: 20 });
  return { respondent, announced };
}

describe('a person', () => {
  it('finds the prompt in a file, is told where, and answers in the file beside it', async () => {
    const folder = path.join(temporaryFolder(), 'manual');
    const { respondent, announced } = person(folder);
    const asked = respondent.respond(REQUEST, new AbortController().signal);
    const prompt = path.join(folder, 'attempt-2.prompt.md');
    while (!existsSync(prompt)) await sleep(5);
    expect(readFileSync(prompt, 'utf8')).toBe('What now?\n');
    expect(announced).toEqual([
      `the prompt is in ${prompt}; write the answer to ${path.join(folder, 'attempt-2.answer.md')}`,
    ]);
    writeFileSync(path.join(folder, 'attempt-2.answer.md'), 'Hold.');
    expect(await asked).toEqual({ kind: 'reply', text: 'Hold.', finish: 'complete' });
  });

  it('is waited for again after an interruption, and an answer given meanwhile counts', async () => {
    const folder = temporaryFolder();
    const interrupt = new AbortController();
    const asked = person(folder).respondent.respond(REQUEST, interrupt.signal);
    interrupt.abort();
    await expect(asked).rejects.toThrow();
    writeFileSync(path.join(folder, 'attempt-2.answer.md'), 'Later.');
    const answer = await person(folder).respondent.respond(REQUEST, new AbortController().signal);
    expect(answer).toMatchObject({ text: 'Later.' });
  });

  it('gets repairs in files of their own', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'attempt-2-repair-1.answer.md'), 'Better.');
    const messages = [
      ...REQUEST.messages,
      { role: 'assistant' as const, content: 'Hold.' },
      { role: 'user' as const, content: 'That is no change.' },
    ];
    const asked = { ...REQUEST, turn: 1, messages };
    expect(await person(folder).respondent.respond(asked, new AbortController().signal)).toMatchObject({
      text: 'Better.',
    });
    expect(readFileSync(path.join(folder, 'attempt-2-repair-1.prompt.md'), 'utf8')).toBe(
      'What now?\n\n# Your answer was\n\nHold.\n\nThat is no change.',
    );
  });
});
