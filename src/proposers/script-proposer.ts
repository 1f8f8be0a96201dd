import * as z from 'zod';
import { UserError } from '../../harness/index.ts';
import { readTextFile } from '../config/read-text-file.ts';
import type { Proposal, Proposer } from './proposer.ts';
import { parseReply } from './reply/parse-reply.ts';

const replySchema = z.strictObject({ reply: z.string() });
const sourceSchema = z.strictObject({ idea: z.string(), source: z.string() });
const editsSchema = z.strictObject({
  idea: z.string(),
  edits: z.array(z.strictObject({ search: z.string(), replace: z.string() })),
});

/**
 * Replays recorded proposals: line i of a JSONL file is attempt i. The whole file is checked at once, so that a bad
 * line is known before the run begins.
 */
export function createScriptProposer(path: string): Proposer {
  const proposals = readLines(path).map((line, index) => parseLine(line, `${path}:${index + 1}`));
  return {
    name: `script:${path}`,
    propose: ({ attempt }) => Promise.resolve(proposals[attempt - 1]),
  };
}

function readLines(path: string): string[] {
  const lines = readTextFile(path, 'the proposals of --proposer script:FILE')
    .replace(/^\uFEFF/, '')
    .split('\n');
  while (lines.at(-1)?.trim() === '') lines.pop();
  if (lines.length === 0) throw new UserError(`${path}: no proposals; write one JSON object a line`);
  return lines;
}

function parseLine(line: string, where: string): Proposal {
  const value = parseJson(line, where);
  if ('reply' in value) {
    const { reply } = check(replySchema, value, where);
    return { ...parseReply(reply), operator: 'scripted' };
  }
  if ('source' in value) {
    const { idea, source } = check(sourceSchema, value, where);
    return { idea, operator: 'scripted', change: { kind: 'source', source } };
  }
  if ('edits' in value) {
    const { idea, edits } = check(editsSchema, value, where);
    return { idea, operator: 'scripted', change: { kind: 'edits', edits } };
  }
  throw new UserError(`${where}: no change; give "reply", "idea" and "source", or "idea" and "edits"`);
}

function parseJson(line: string, where: string): object {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new UserError(`${where}: not JSON; write one object a line and no empty lines between`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new UserError(`${where}: not a JSON object; write {"idea": "…", "source": "…"}`);
}

function check<T>(schema: z.ZodType<T>, value: object, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const field = [...(issue?.path ?? []), ...unknown.slice(0, 1)].join('.');
  const message = unknown.length > 0 ? 'unknown field; remove it' : (issue?.message ?? 'invalid');
  throw new UserError(`${where}:${field}: ${message}`);
}
