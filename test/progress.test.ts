import { describe, expect, it } from 'vitest';
import { createProgress, type Progress, type ProgressStream } from '../src/progress.ts';

interface Screen {
  readonly written: string[];
  readonly progress: Progress;
  waitMs(ms: number): void;
}

function screen(stream: Omit<ProgressStream, 'write'>, quiet = false): Screen {
  const written: string[] = [];
  let nowMs = 0;
  const progress = createProgress(
    { ...stream, write: (text) => written.push(text) },
    { quiet, clock: () => nowMs },
  );
  return {
    written,
    progress,
    waitMs: (ms) => {
      nowMs += ms;
    },
  };
}

const STATE = {
  attempt: 12,
  attempts: 60,
  best: -0.1,
  evaluationsPerMinute: 82.6,
  leftMs: 95_000,
  note: 'validation',
};

describe('progress on a terminal', () => {
  it('is one line that is drawn over and over', () => {
    const { progress, written, waitMs } = screen({ isTTY: true, columns: 200 });
    progress.update(STATE);
    waitMs(1000);
    progress.update({ attempt: 13, leftMs: 3_600_000 });
    expect(written).toEqual([
      '\r\u001b[K━━━━──────────────── attempt 12/60 · best 9.52 % better than the baseline · 83 evaluations/min · 1 min 35 s left · validation',
      '\r\u001b[K━━━━──────────────── attempt 13/60 · best 9.52 % better than the baseline · 83 evaluations/min · 1 h 0 min left · validation',
    ]);
  });

  it('is not drawn more often than the eye can follow', () => {
    const { progress, written } = screen({ isTTY: true });
    for (let attempt = 1; attempt <= 50; attempt++) progress.update({ attempt });
    expect(written).toHaveLength(1);
  });

  it('never wraps into a second line', () => {
    const { progress, written } = screen({ isTTY: true, columns: 40 });
    progress.update(STATE);
    expect([...(written[0] ?? '').replace('\r\u001b[K', '')].length).toBeLessThan(40);
  });

  it('makes way for a line that stays, and for the end', () => {
    const { progress, written } = screen({ isTTY: true });
    progress.update({ attempt: 1 });
    progress.log('kept: idea');
    progress.end();
    expect(written).toEqual([
      '\r\u001b[Kattempt 1',
      '\r\u001b[K',
      'kept: idea\n',
      '\r\u001b[Kattempt 1',
      '\r\u001b[K',
    ]);
  });
});

describe('progress in a pipe', () => {
  it('is a plain line now and then, and the last state at the end', () => {
    const { progress, written, waitMs } = screen({});
    for (let attempt = 1; attempt <= 25; attempt++) {
      progress.update({ attempt, attempts: 25, best: 0.05, evaluationsPerMinute: 1.25 });
      waitMs(1000);
    }
    progress.end();
    expect(written).toEqual([
      'attempt 1/25 · best 5.13 % worse than the baseline · 1.3 evaluations/min\n',
      'attempt 11/25 · best 5.13 % worse than the baseline · 1.3 evaluations/min\n',
      'attempt 21/25 · best 5.13 % worse than the baseline · 1.3 evaluations/min\n',
      'attempt 25/25 · best 5.13 % worse than the baseline · 1.3 evaluations/min\n',
    ]);
  });

  it('has every line that stays', () => {
    const { progress, written } = screen({});
    progress.log('one');
    progress.log('two');
    progress.end();
    expect(written).toEqual(['one\n', 'two\n']);
  });
});

describe('quiet progress', () => {
  it('says nothing', () => {
    const { progress, written } = screen({ isTTY: true }, true);
    progress.update(STATE);
    progress.log('line');
    progress.end();
    expect(written).toEqual([]);
  });
});
