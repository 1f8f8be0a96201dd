import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../harness/index.ts';
import type { ProposalContext } from '../../src/proposers/proposer.ts';
import { applyChange } from '../../src/proposers/reply/apply-change.ts';
import { createScriptProposer } from '../../src/proposers/script-proposer.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'script-proposer-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function scriptOf(text: string): string {
  const path = join(folder, 'script.jsonl');
  writeFileSync(path, text);
  return path;
}

function contextOf(attempt: number): ProposalContext {
  return {
    attempt,
    seed: 1,
    incumbent: { source: 'x', attempt: 0, score: 0 },
    baselines: [],
    history: [],
  };
}

function messageOf(text: string): string {
  try {
    createScriptProposer(scriptOf(text));
  } catch (error) {
    if (error instanceof UserError) return error.message.replace(folder, '');
    throw error;
  }
  return 'no error';
}

describe('the script proposer', () => {
  it('gives line i as attempt i, whatever was asked before', async () => {
    const lines = [
      { idea: 'first', source: 'a' },
      { idea: 'second', edits: [{ search: 'a', replace: 'b' }] },
      { reply: 'IDEA: third\n```ts\nc\n```' },
    ];
    const proposer = createScriptProposer(
      scriptOf(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n\n`),
    );
    expect(await proposer.propose(contextOf(3))).toEqual({
      idea: 'third',
      operator: 'scripted',
      change: { kind: 'source', source: 'c\n' },
    });
    expect(await proposer.propose(contextOf(1))).toMatchObject({ idea: 'first', change: { kind: 'source' } });
    expect(await proposer.propose(contextOf(2))).toMatchObject({ idea: 'second', change: { kind: 'edits' } });
    expect(await proposer.propose(contextOf(4))).toBeUndefined();
  });

  it('turns a malformed reply into a proposal that cannot apply', async () => {
    const proposer = createScriptProposer(scriptOf(JSON.stringify({ reply: 'sorry' })));
    expect((await proposer.propose(contextOf(1)))?.change.kind).toBe('malformed');
  });

  it('takes a proposal without edits for one that cannot apply, not for a bad file', async () => {
    const proposer = createScriptProposer(scriptOf(JSON.stringify({ idea: 'nothing', edits: [] })));
    const change = (await proposer.propose(contextOf(1)))?.change ?? { kind: 'source', source: '' };
    expect(applyChange('x', change)).toEqual({ kind: 'not-applied', problem: 'the proposal has no edits' });
  });

  it('reads lines of five megabytes', async () => {
    const source = `// ${'x'.repeat(5 * 1024 * 1024)}\n`;
    const proposer = createScriptProposer(scriptOf(JSON.stringify({ idea: 'large', source })));
    expect((await proposer.propose(contextOf(1)))?.change).toEqual({ kind: 'source', source });
  });

  it.each([
    ['an empty file', '', '/script.jsonl: no proposals'],
    ['a line that is not JSON', '{"idea": "a", "source": "b"}\n{', '/script.jsonl:2: not JSON'],
    ['an empty line between', '{"reply": "a"}\n\n{"reply": "b"}', '/script.jsonl:2: not JSON'],
    ['another JSON value', '[1]', '/script.jsonl:1: not a JSON object'],
    ['no change at all', '{"idea": "a"}', '/script.jsonl:1: no change; give "reply"'],
    ['a missing idea', '{"source": "a"}', '/script.jsonl:1:idea: '],
    ['a source that is no text', '{"idea": "a", "source": 1}', '/script.jsonl:1:source: '],
    ['a bad edit', '{"idea": "a", "edits": [{"search": "x"}]}', '/script.jsonl:1:edits.0.replace: '],
    ['an unknown field', '{"reply": "a", "model": "b"}', '/script.jsonl:1:model: unknown field; remove it'],
  ])('refuses %s by file, line and field', (_name, text, message) => {
    expect(messageOf(text)).toContain(message);
  });
});
