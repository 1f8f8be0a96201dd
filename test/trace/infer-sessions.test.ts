import { describe, expect, it } from 'vitest';
import { blockKeys } from '../../harness/trace/block-keys.ts';
import { inferSessions } from '../../harness/trace/infer-sessions.ts';
import { tracePrompts } from './small-trace.ts';

/** One id per token: every block is full. */
function infer(prompts: readonly number[][], order = prompts.map((_, index) => index)) {
  const keys = blockKeys(
    tracePrompts(prompts.map((hashIds) => ({ hashIds, promptTokens: hashIds.length }))),
    1,
    1,
  );
  const { session, turn, sessionCount } = inferSessions(keys, order);
  return { session: [...session], turn: [...turn], sessionCount };
}

describe('inferred sessions', () => {
  it('continue the request whose whole prompt is a prefix', () => {
    const prompts = [[1, 2], [3], [1, 2, 4], [1, 9], [1, 2, 4, 5], [3]];
    expect(infer(prompts)).toEqual({
      session: [0, 1, 0, 2, 0, 1],
      turn: [0, 0, 1, 0, 2, 1],
      sessionCount: 3,
    });
  });

  it('continue the latest of several such requests, not the longest', () => {
    // The last request extends both [1, 2, 3] and the later [1].
    const prompts = [[1, 2, 3], [8], [1], [1, 2, 3, 4]];
    expect(infer(prompts).session).toEqual([0, 1, 2, 2]);
  });

  it('follow arrival order, not file order', () => {
    const prompts = [[1, 2], [1]];
    expect(infer(prompts).session).toEqual([0, 1]);
    expect(infer(prompts, [1, 0])).toEqual({ session: [0, 0], turn: [1, 0], sessionCount: 1 });
  });

  it('branch without giving two requests one turn', () => {
    expect(infer([[1], [1, 2], [1, 3]]).turn).toEqual([0, 1, 2]);
  });

  it('do not hang on a root that more than 64 requests share', () => {
    const others = (count: number) => Array.from({ length: count }, (_, index) => [7, 100 + index]);
    // [7] alone is a prompt; with 64 requests beginning so it is a conversation, with 65 a common root.
    const shared = infer([[7], ...others(63)]);
    expect(shared.sessionCount).toBe(1);
    const root = infer([[7], ...others(64)]);
    expect(root.sessionCount).toBe(65);
  });

  it('see beyond the root', () => {
    const others = Array.from({ length: 70 }, (_, index) => [7, 100 + index]);
    const { session, sessionCount } = infer([...others, [7, 100, 5]]);
    expect(session.at(-1)).toBe(0);
    expect(sessionCount).toBe(70);
  });

  it('keep requests without a full block apart', () => {
    expect(infer([[], [1], []]).session).toEqual([0, 1, 2]);
  });
});
