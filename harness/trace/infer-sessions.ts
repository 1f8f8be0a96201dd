import type { BlockKeys } from './block-keys.ts';
import { denseKeys } from './dense-keys.ts';

/** A prefix shared by more requests than this is a common root (a system prompt), not a conversation. */
const ROOT_REQUESTS = 64;

export interface InferredSessions {
  /** Numbered by first row. */
  readonly session: Int32Array;
  /** How many requests of the session came before. */
  readonly turn: Int32Array;
  readonly sessionCount: number;
}

/**
 * Conversations told by shared prompts: a request continues the latest earlier request whose full prompt blocks,
 * beyond any root, are a prefix of its own. `prompts` are cut into blocks of the trace's own size; `order` lists the
 * requests by arrival.
 */
export function inferSessions(prompts: BlockKeys, order: Iterable<number>): InferredSessions {
  const count = prompts.keyStart.length - 1;
  const session = new Int32Array(count);
  const turn = new Int32Array(count);
  const requestsWith = countRequests(prompts);
  /** Per prefix: when a request whose prompt is that prefix came last, from 1; 0 = none. */
  const lastAt = new Int32Array(prompts.keyCount);
  const sessionAt: number[] = [-1];
  const turns: number[] = [];
  for (const request of order) {
    const end = prompts.keyStart[request + 1] as number;
    let parent = 0;
    let whole = -1;
    for (let position = prompts.keyStart[request] as number; position < end; position++) {
      whole = prompts.keys[position] as number;
      if ((requestsWith[whole] as number) <= ROOT_REQUESTS)
        parent = Math.max(parent, lastAt[whole] as number);
    }
    const number = parent === 0 ? turns.push(0) - 1 : (sessionAt[parent] as number);
    session[request] = number;
    turn[request] = turns[number] as number;
    turns[number] = (turns[number] as number) + 1;
    if (whole >= 0) lastAt[whole] = sessionAt.length;
    sessionAt.push(number);
  }
  return { session: denseKeys(session, turns.length).keys, turn, sessionCount: turns.length };
}

function countRequests({ keys, keyCount }: BlockKeys): Int32Array {
  const counts = new Int32Array(keyCount);
  for (let position = 0; position < keys.length; position++) {
    const key = keys[position] as number;
    counts[key] = (counts[key] as number) + 1;
  }
  return counts;
}
