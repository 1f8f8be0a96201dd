import { IntDeque } from '../ds/int-deque.ts';
import type { RequestStates } from './request-states.ts';

/** Requests that wait for a seat on a worker, the next one first. */
export class WaitingQueue {
  /** Prompt tokens of the requests, without what was cached for them at placement. */
  tokens = 0;
  readonly #requests: RequestStates;
  readonly #queue = new IntDeque();

  constructor(requests: RequestStates) {
    this.#requests = requests;
  }

  get length(): number {
    return this.#queue.length;
  }

  at(index: number): number {
    return this.#queue.at(index);
  }

  pushBack(request: number): void {
    this.#queue.pushBack(request);
    this.tokens += this.#tokensOf(request);
  }

  pushFront(request: number): void {
    this.#queue.pushFront(request);
    this.tokens += this.#tokensOf(request);
  }

  popFront(): void {
    this.tokens -= this.#tokensOf(this.#queue.at(0));
    this.#queue.popFront();
  }

  #tokensOf(request: number): number {
    const prompt = this.#requests.columns.promptTokens[request]!;
    return prompt - Math.min(prompt, this.#requests.overlapTokens[request]!);
  }
}
