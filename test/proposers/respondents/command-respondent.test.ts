import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { applyChange } from '../../../src/proposers/reply/apply-change.ts';
import { parseReply } from '../../../src/proposers/reply/parse-reply.ts';
import { createCommandRespondent } from '../../../src/proposers/respondents/command-respondent.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const INCUMBENT = 'export default function create() {\n  return {};\n}\n';
const REQUEST = {
  attempt: 3,
  turn: 0,
  messages: [
    { role: 'system' as const, content: 'You improve policies.\n' },
    { role: 'user' as const, content: 'Improve this one.\n' },
  ],
  incumbent: INCUMBENT,
};
const FOREVER = new AbortController().signal;

function scratchFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('autoresearch-command-'));
}

async function ask(command: string, { deadlineMs = 20_000, signal = FOREVER } = {}) {
  const notes: string[] = [];
  const respondent = createCommandRespondent({ command, deadlineMs, note: (line) => notes.push(line) });
  const answer = await respondent.respond(REQUEST, signal);
  return { answer, notes };
}

async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(20);
  }
  return false;
}

describe('a command', () => {
  it('gets the conversation on stdin and the incumbent as policy.ts, and may print its answer', async () => {
    const { answer } = await ask('cat; ls');
    expect(answer).toMatchObject({ kind: 'reply', finish: 'complete' });
    const text = answer.kind === 'reply' ? answer.text : '';
    expect(text).toMatch(/^You improve policies\.\n\nImprove this one\.\n\n# Where you are\n/);
    expect(text).toMatch(/\npolicy\.ts\n$/);
  });

  it('that changes policy.ts has answered with that file, whatever it prints', async () => {
    const { answer, notes } = await ask("sed -i 's/{}/{ a: 1 }/' policy.ts; echo 'IDEA: say a'; echo done");
    expect(notes).toEqual([]);
    const { idea, change } = parseReply(answer.kind === 'reply' ? answer.text : '');
    expect(idea).toBe('say a');
    expect(applyChange(INCUMBENT, change)).toEqual({
      kind: 'applied',
      source: INCUMBENT.replace('{}', '{ a: 1 }'),
    });
  });

  it('cannot end the file it is quoted in', async () => {
    const { answer } = await ask("printf '````ts\\nexport default 1;\\n````\\n' > policy.ts");
    const { change } = parseReply(answer.kind === 'reply' ? answer.text : '');
    expect(change).toEqual({ kind: 'source', source: '````ts\nexport default 1;\n````\n' });
  });

  it('changes nothing else: other files are named and gone with the folder', async () => {
    const before = scratchFolders();
    const { answer, notes } = await ask('echo x > other.ts; mkdir deep; echo "// y" >> policy.ts');
    expect(answer.kind).toBe('reply');
    expect(notes).toEqual(['attempt 3: the command also changed deep, other.ts; ignored']);
    expect(scratchFolders()).toEqual(before);
  });

  it.each([
    ['fails', 'echo no such flag >&2; exit 3', 'exit code 3: no such flag'],
    ['says nothing', 'true', 'neither changed policy.ts nor printed anything'],
    ['deletes the policy', 'rm policy.ts', 'policy.ts was deleted'],
    ['links to something', 'ln -sf /etc/hostname policy.ts', 'policy.ts is no longer an ordinary file'],
    ['fills the disk', 'head -c 1500000 /dev/zero > policy.ts', 'policy.ts has grown to 1500000 bytes'],
    ['floods its output', 'yes', 'printed more than 1000000 characters'],
  ])('that %s has no usable answer', async (_what, command, problem) => {
    const { answer } = await ask(command);
    expect(answer).toMatchObject({ kind: 'unusable', problem: expect.stringContaining(problem) });
  });

  it('that does not exist ends the run', async () => {
    const { answer } = await ask('no-such-agent-anywhere -p');
    expect(answer).toMatchObject({ kind: 'refused', problem: expect.stringContaining('exit code 127') });
  });

  it('is killed with its children at its deadline', async () => {
    const file = path.join(temporaryFolder(), 'pid');
    const { answer } = await ask(`sleep 100 & echo $! > ${file}; trap '' TERM; sleep 100`, {
      deadlineMs: 500,
    });
    expect(answer).toMatchObject({
      kind: 'unusable',
      problem: expect.stringContaining('did not end within'),
    });
    expect(await isGone(Number(readFileSync(file, 'utf8')))).toBe(true);
  });

  it('leaves no children behind when it ends by itself', async () => {
    const file = path.join(temporaryFolder(), 'pid');
    const { answer } = await ask(`sleep 100 & echo $! > ${file}; echo prose`);
    expect(answer).toMatchObject({ kind: 'reply', text: 'prose\n' });
    expect(await isGone(Number(readFileSync(file, 'utf8')))).toBe(true);
  });

  it('is killed when the run is interrupted', async () => {
    const file = path.join(temporaryFolder(), 'pid');
    const interrupt = new AbortController();
    const asked = ask(`echo $$ > ${file}; sleep 100`, { signal: interrupt.signal });
    while (!existsSync(file) || readFileSync(file, 'utf8') === '') await sleep(10);
    interrupt.abort();
    await expect(asked).rejects.toThrow();
    expect(await isGone(Number(readFileSync(file, 'utf8')))).toBe(true);
  });
});
