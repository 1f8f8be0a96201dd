import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChange } from '../../../src/proposers/reply/apply-change.ts';
import { locateEdit } from '../../../src/proposers/reply/locate-edit.ts';
import { parseReply } from '../../../src/proposers/reply/parse-reply.ts';
import { ODD_REPLIES, PARENT } from './odd-replies.ts';

describe('odd replies', () => {
  it('are a corpus worth the name', () => {
    expect(ODD_REPLIES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(ODD_REPLIES.map(({ name }) => name)).size).toBe(ODD_REPLIES.length);
  });

  it.each(ODD_REPLIES.map((each) => [each.name, each] as const))('%s', (_name, { reply, cut, expected }) => {
    const { change, idea } = parseReply(reply, { end: cut ? 'cut' : 'complete' });
    const applied = applyChange(PARENT, change);
    if ('source' in expected) expect(applied).toEqual({ kind: 'applied', source: expected.source });
    else
      expect(applied).toMatchObject({
        kind: 'not-applied',
        problem: expect.stringContaining(expected.refused),
      });
    expect(idea).not.toMatch(/[\n\r]/);
  });
});

describe('any reply', () => {
  const pieces = ODD_REPLIES.flatMap(({ reply }) => reply.split('\n'));
  const mangled = fc
    .tuple(
      fc.constantFrom(...ODD_REPLIES.map(({ reply }) => reply)),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...pieces, '', '`', '\r')), { maxLength: 6 }),
    )
    .map(([reply, insertions]) => {
      const lines = reply.split('\n');
      for (const [at, line] of insertions) lines.splice(at % (lines.length + 1), at % 3, line);
      return lines.join('\n');
    });

  const ends = fc.constantFrom('cut' as const, 'complete' as const);
  const formats = fc.constantFrom('edits' as const, 'file' as const);

  it('applies as a whole or not at all', () => {
    fc.assert(
      fc.property(mangled, ends, formats, (reply, end, asked) => {
        const { change } = parseReply(reply, { end, asked });
        const applied = applyChange(PARENT, change);
        if (applied.kind === 'not-applied') {
          expect(applied.problem.length).toBeGreaterThan(10);
          return;
        }
        if (change.kind === 'source') expect(applied.source).toBe(change.source);
        if (change.kind !== 'edits') return;
        expect(end).toBe('complete');
        let source = PARENT;
        for (const edit of change.edits) {
          const place = locateEdit(source, edit);
          if (place.kind !== 'found') throw new Error('an edit without a place was applied');
          source = source.slice(0, place.start) + place.replacement + source.slice(place.end);
        }
        expect(applied.source).toBe(source);
        expect((reply.match(/^\s*<{5}/gm) ?? []).length).toBeLessThanOrEqual(
          change.edits.length + countInThoughts(reply),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('is read without complaint, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), mangled), (reply) => {
        expect(['edits', 'source', 'malformed']).toContain(parseReply(reply).change.kind);
      }),
    );
  });
});

/** Markers in thoughts are not blocks. */
function countInThoughts(reply: string): number {
  const end = Math.max(...['</think>', '</thinking>', '</reasoning>'].map((tag) => reply.lastIndexOf(tag)));
  return end < 0 ? 0 : (reply.slice(0, end).match(/^\s*<{5}/gm) ?? []).length + 1;
}

const REAL = path.resolve('../shared/peers/llm');

interface RealReply {
  readonly reply: string;
  readonly finish_reason: string;
}

interface Label {
  readonly file: string;
  readonly usable: boolean;
}

describe.runIf(existsSync(REAL))('replies of real small models', () => {
  const incumbent = existsSync(REAL) ? readFileSync(path.join(REAL, 'prompts/incumbent.ts'), 'utf8') : '';
  const usable = () => {
    const { rows } = JSON.parse(readFileSync(path.join(REAL, 'labels.json'), 'utf8')) as { rows: Label[] };
    return rows.filter((row) => row.usable).map(({ file }) => file);
  };

  it('apply wherever people found them usable', () => {
    const applied = readdirSync(path.join(REAL, 'replies')).filter((file) => {
      const { reply, finish_reason } = JSON.parse(
        readFileSync(path.join(REAL, 'replies', file), 'utf8'),
      ) as RealReply;
      const { change } = parseReply(reply, { end: finish_reason === 'length' ? 'cut' : 'complete' });
      return applyChange(incumbent, change).kind === 'applied';
    });
    expect(applied).toHaveLength(14);
    expect(applied).toEqual(expect.arrayContaining(usable()));
  });
});
