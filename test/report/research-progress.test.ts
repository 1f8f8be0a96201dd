import { describe, expect, it } from 'vitest';
import { replyLine, verdictLine } from '../../src/report/research-progress.ts';
import { verdictEntry } from '../store/sample-records.ts';

const lineOf = (changes: Parameters<typeof verdictEntry>[1]) =>
  verdictLine({
    kind: 'judged',
    idea: 'an idea',
    verdict: { v: 1, at: '2026-01-01T00:00:00Z', ...verdictEntry(3, changes) },
  });

describe('the line of a reply that can not be used', () => {
  const lineFor = (problem: string) =>
    replyLine({ kind: 'replied', attempt: 12, turn: { format: 'edits', result: 'not-applied', problem } });

  it('says what was wrong', () => {
    expect(lineFor('edit 1 of 1 matches nothing in the policy')).toBe(
      '  12  reply not-applied: edit 1 of 1 matches nothing in the policy',
    );
  });

  it('is one line without controls, however long and odd the reason is', () => {
    const line = lineFor(`\u001b[2Jline 1\nline 2\u2028${'x'.repeat(5000)}`);
    expect(line).toMatch(/^ {2}12 {2}reply not-applied: line 1 line 2 x{100,}…$/);
    expect(line.length).toBeLessThan(200);
  });
});

describe('the line of a verdict', () => {
  it('says which gate failed', () => {
    expect(lineOf({ cause: 'gate', gain: 0.02, reason: 'x5-train: p99 TTFT 9 ms instead of 1 ms' })).toBe(
      '   3  discarded  an idea: gate (+2.00 %): x5-train: p99 TTFT 9 ms instead of 1 ms',
    );
  });

  it('has the cause alone where that says it all', () => {
    expect(lineOf({ cause: 'not-better', gain: -15.78 })).toBe(
      '   3  discarded  an idea: not-better (16.8× slower)',
    );
    expect(lineOf({ cause: 'timed-out' })).toBe('   3  discarded  an idea: timed-out');
  });

  it('has the gains of a keep', () => {
    expect(lineOf({ verdict: 'kept', cause: 'better', reason: '3 % faster' })).toBe(
      '   3  KEPT       an idea: 3 % faster',
    );
  });
});
