import { describe, expect, it } from 'vitest';
import { parseReply } from '../../../src/proposers/reply/parse-reply.ts';

const BLOCK = `<<<<<<< SEARCH
  return wait;
=======
  return 2 * wait;
>>>>>>> REPLACE`;
const EDIT = { search: '  return wait;\n', replace: '  return 2 * wait;\n' };
const FILE = 'export default function create() {\n  return {};\n}\n';
const FENCED = `\`\`\`ts\n${FILE}\`\`\``;

describe('reading SEARCH/REPLACE blocks', () => {
  it('reads the idea and the edits', () => {
    expect(parseReply(`IDEA: double the wait\n\n${BLOCK}\n\nand\n\n${BLOCK}`)).toEqual({
      idea: 'double the wait',
      change: { kind: 'edits', edits: [EDIT, EDIT] },
    });
  });

  it.each([
    ['a fence around the block', `\`\`\`\n${BLOCK}\n\`\`\``],
    ['CRLF line ends', BLOCK.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${BLOCK}`],
    ['markers of other lengths', BLOCK.replace('<<<<<<<', '<<<<<').replace('=======', '=====')],
    ['thoughts before it, with markers in them', `<think>\n<<<<<<< SEARCH\nx\n</think>\n${BLOCK}`],
    [
      'fences inside the parts',
      BLOCK.replace('SEARCH\n', 'SEARCH\n```ts\n').replace('\n=====', '\n```\n====='),
    ],
  ])('accepts %s', (_name, reply) => {
    expect(parseReply(reply).change).toEqual({ kind: 'edits', edits: [EDIT] });
  });

  it('reads an empty replacement as a deletion', () => {
    const reply = '<<<<<<< SEARCH\nx\n=======\n>>>>>>> REPLACE';
    expect(parseReply(reply).change).toEqual({ kind: 'edits', edits: [{ search: 'x\n', replace: '' }] });
  });

  it('prefers blocks to a fenced file beside them, unless a file was asked for', () => {
    for (const reply of [`${FENCED}\n${BLOCK}`, `${BLOCK}\n\n${FENCED}`]) {
      expect(parseReply(reply).change.kind).toBe('edits');
      expect(parseReply(reply, { asked: 'file' }).change).toEqual({ kind: 'source', source: FILE });
    }
    expect(parseReply(BLOCK, { asked: 'file' }).change.kind).toBe('edits');
  });

  it.each([
    [
      'a block inside a block',
      `<<<<<<< SEARCH\nx\n${BLOCK}`,
      'line 3 of the reply opens a block inside a block',
    ],
    ['no divider', '<<<<<<< SEARCH\nx\n>>>>>>> REPLACE', 'line 3 of the reply closes a block without'],
    ['a stray end', `${BLOCK}\n>>>>>>> REPLACE`, 'line 6 of the reply closes a block without'],
    [
      'two dividers',
      '<<<<<<< SEARCH\nx\n=======\ny\n=======\nz\n>>>>>>> REPLACE',
      'line 5 of the reply is a second divider',
    ],
    [
      'a reply that was cut off',
      BLOCK.split('\n').slice(0, 4).join('\n'),
      'opened on line 1 of the reply is never closed',
    ],
    [
      'elided code',
      BLOCK.replace('  return 2 * wait;', '  // ... existing code'),
      'line 4 of the reply leaves out code',
    ],
  ])('calls %s malformed', (_name, reply, problem) => {
    expect(parseReply(reply).change).toMatchObject({
      kind: 'malformed',
      problem: expect.stringContaining(problem),
    });
  });
});

describe('reading a fenced file', () => {
  it('reads the file', () => {
    expect(parseReply(`Idea: a **new** start\n${FENCED}\nThat is all.`)).toEqual({
      idea: 'a **new** start',
      change: { kind: 'source', source: FILE },
    });
  });

  it.each([
    ['another tag', FENCED.replace('```ts', '```TypeScript')],
    ['no tag', FENCED.replace('```ts', '```')],
    ['a longer fence around backticks', `\`\`\`\`ts\n${FILE}\`\`\`\``],
    ['a second block in another language', `\`\`\`sh\nnpm test\n\`\`\`\n${FENCED}`],
    ['the same file twice', `${FENCED}\n${FENCED}`],
    ['an open fence behind a whole module', FENCED.slice(0, -3)],
    ['a second snippet that is no module', `${FENCED}\n\`\`\`ts\nconst x = 1;\n\`\`\``],
  ])('accepts %s', (_name, reply) => {
    expect(parseReply(reply).change).toEqual({ kind: 'source', source: FILE });
  });

  it.each([
    ['prose alone', 'I would try a larger weight.', 'neither a SEARCH/REPLACE block nor a fenced file'],
    ['nothing', '', 'neither a SEARCH/REPLACE block nor a fenced file'],
    [
      'two different whole files',
      `${FENCED}\n${FENCED.replace('{}', '1')}`,
      '2 code blocks; one must be the whole policy file',
    ],
    ['a file without its end', FENCED.slice(0, -5), 'opened on line 1 of the reply is never closed'],
    ['elided code', FENCED.replace('  return {};', '  ...'), 'line 3 of the reply leaves out code'],
  ])('calls %s malformed', (_name, reply, problem) => {
    expect(parseReply(reply).change).toMatchObject({
      kind: 'malformed',
      problem: expect.stringContaining(problem),
    });
  });

  it.each([
    ['clips a long one', `IDEA: charge ${'more '.repeat(10_000)}`, /^charge more [more ]+…$/],
    [
      'clips a long one below its header',
      `## Idea\n\ncharge ${'more '.repeat(10_000)}`,
      /^charge more [more ]+…$/,
    ],
    ['cleans one of line separators', '**IDEA:** wait\u2028longer\u2029 now**', /^wait longer now$/],
  ])('%s as idea', (_name, line, idea) => {
    const read = parseReply(`${line}\n\n${FENCED}`).idea;
    expect(read).toMatch(idea);
    expect(read.length).toBeLessThanOrEqual(200);
  });

  it('finds no idea behind a bare header or in marks, however long the lines', () => {
    const lines = [`idea${' '.repeat(500_000)}`, '*'.repeat(400_000), FENCED];
    expect(parseReply(lines.join('\n')).idea).toBe('no idea stated');
  });

  it('says so when no idea is stated', () => {
    expect(parseReply(FENCED).idea).toBe('no idea stated');
  });
});
