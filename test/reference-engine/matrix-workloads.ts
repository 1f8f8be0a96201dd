import { generateTrace } from '../../harness/trace/generate.ts';
import { Draw } from '../parity/draw.ts';
import { randomTrace } from '../parity/random-trace.ts';
import type { CaseRow } from '../parity/replay-case.ts';

/** Traffic of one kind, and the sizes that suit it. */
export interface MatrixWorkload {
  readonly name: string;
  readonly rows: readonly CaseRow[];
  readonly traceBlockSize: number;
  /** Tokens per KV block. */
  readonly blockSizes: readonly number[];
  /** Token budgets of a pass. */
  readonly budgets: readonly number[];
}

const UNLIMITED = Number.POSITIVE_INFINITY;

export function matrixWorkloads(): MatrixWorkload[] {
  return [
    {
      name: 'tool and agent traffic',
      rows: generateTrace({ seed: 3, durationMinutes: 2, requests: 150 }),
      traceBlockSize: 512,
      blockSizes: [16, 64, 512, 100],
      budgets: [8192, 2048, 999, UNLIMITED],
    },
    {
      name: 'crowded tool and agent traffic',
      rows: generateTrace({ seed: 4, durationMinutes: 1, scale: 30, requests: 200 }),
      traceBlockSize: 512,
      blockSizes: [64, 512],
      budgets: [8192, 1001, UNLIMITED],
    },
    {
      name: 'small requests that share prefixes',
      rows: sharedPrefixes(),
      traceBlockSize: 8,
      blockSizes: [1, 4, 8, 7],
      budgets: [3, 17, 64, 8192, UNLIMITED],
    },
    {
      name: 'sessions that think',
      rows: sessions(),
      traceBlockSize: 16,
      blockSizes: [4, 16, 13],
      budgets: [5, 50, 8192, UNLIMITED],
    },
    {
      name: 'everything at once',
      rows: burst(),
      traceBlockSize: 16,
      blockSizes: [1, 16, 64],
      budgets: [31, 256, 8192, UNLIMITED],
    },
    {
      name: 'a crowd of strangers',
      rows: crowd(),
      traceBlockSize: 4,
      blockSizes: [2, 4],
      budgets: [64, 1000, 8192, UNLIMITED],
    },
    {
      name: 'long answers',
      rows: longAnswers(),
      traceBlockSize: 64,
      blockSizes: [4, 16, 64, 33],
      budgets: [3, 129, 8192, UNLIMITED],
    },
    {
      name: 'the same prompts over and over',
      rows: duplicates(),
      traceBlockSize: 16,
      blockSizes: [4, 8, 16, 5],
      budgets: [7, 40, 8192, UNLIMITED],
    },
    {
      name: 'answers of no token and of one',
      rows: shortAnswers(),
      traceBlockSize: 16,
      blockSizes: [1, 4, 16, 3],
      budgets: [2, 33, 8192, UNLIMITED],
    },
  ];
}

function sharedPrefixes(): CaseRow[] {
  const draw = new Draw(11);
  const shape = { traceBlockSize: 8, maxRows: 70, maxBlocks: 10, maxOutput: 25, isClosedLoop: false };
  return Array.from({ length: 4 }, () => randomTrace(draw, shape))
    .flat()
    .map(({ session_id: _session, delay: _delay, ...row }, index) => ({ ...row, timestamp: index * 9 }));
}

/** Every turn's prompt is the one before it, its answer and a question. */
function sessions(): CaseRow[] {
  const draw = new Draw(12);
  let nextId = 100;
  return Array.from({ length: 25 }, (_, session) => {
    const ids = [1, 2, 3];
    return Array.from({ length: draw.between(1, 6) }, (_unused, turn): CaseRow => {
      for (let more = draw.between(1, 4); more > 0; more--) ids.push(nextId++);
      return {
        session_id: `s${session}`,
        ...(turn === 0 ? { timestamp: session * 23 } : { delay: draw.oneOf(0, 5, 40, 12.5) }),
        input_length: ids.length * 16 - draw.between(0, 15),
        output_length: draw.between(1, 30),
        hash_ids: [...ids],
      };
    });
  }).flat();
}

function burst(): CaseRow[] {
  const draw = new Draw(13);
  return Array.from({ length: 90 }, (_, index) => {
    const ids = [
      draw.between(1, 4),
      draw.between(5, 8),
      ...Array.from({ length: index % 7 }, () => 1000 + index),
    ];
    return {
      timestamp: 0,
      input_length: ids.length * 16 - (index % 3),
      output_length: 1 + (index % 40),
      hash_ids: ids,
    };
  });
}

/** More prompts, queued and running requests than any table holds before it grows. */
function crowd(): CaseRow[] {
  return Array.from({ length: 1500 }, (_, index) => ({
    timestamp: Math.floor(index / 300) * 40,
    input_length: 4 * (1 + (index % 3)) + (index % 2),
    output_length: 1 + (index % 6),
    hash_ids: Array.from({ length: 2 + (index % 3) }, (_unused, block) => 10 * index + block),
  }));
}

function longAnswers(): CaseRow[] {
  return Array.from({ length: 14 }, (_, index) => ({
    timestamp: index * 700,
    input_length: 64 * (1 + (index % 4)) - (index % 5),
    output_length: 400 + 363 * index,
    hash_ids: Array.from({ length: 1 + (index % 4) }, (_unused, block) =>
      block === 0 ? 1 : 10 * index + block,
    ),
  }));
}

/** Whole blocks only: the last one of a cached prompt is computed again. */
function duplicates(): CaseRow[] {
  return Array.from({ length: 120 }, (_, index) => {
    const kind = index % 5;
    return {
      timestamp: Math.floor(index / 4) * 31,
      input_length: (kind + 2) * 16,
      output_length: 1 + ((index * 7) % 23),
      hash_ids: Array.from({ length: kind + 2 }, (_unused, block) => (block < 2 ? block : 10 * kind + block)),
    };
  });
}

function shortAnswers(): CaseRow[] {
  const draw = new Draw(14);
  return Array.from({ length: 130 }, (_, index) => {
    const ids = Array.from(
      { length: draw.between(1, 6) },
      (_unused, block) => draw.between(1, 3) + 10 * block,
    );
    return {
      timestamp: index * draw.oneOf(0, 3, 7.5),
      input_length: ids.length * 16 - draw.oneOf(0, 0, 1, 9, 15),
      output_length: draw.oneOf(0, 0, 1, 1, 2, 9),
      hash_ids: ids,
    };
  });
}
