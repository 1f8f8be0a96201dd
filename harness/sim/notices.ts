import { doubled } from '../ds/doubled.ts';

/** What a pass's end means for a request. */
export const NOTICE = { firstToken: 0, completed: 1, rejected: 2 } as const;

const NOTICE_FIELDS = 2;

/** What the pass that has just ended means to others than its worker. */
export class Notices {
  count = 0;
  #notices = new Int32Array(64 * NOTICE_FIELDS);

  clear(): void {
    this.count = 0;
  }

  add(request: number, kind: number): void {
    const at = this.count * NOTICE_FIELDS;
    if (at === this.#notices.length) this.#notices = doubled(this.#notices);
    this.#notices[at] = request;
    this.#notices[at + 1] = kind;
    this.count += 1;
  }

  request(index: number): number {
    return this.#notices[index * NOTICE_FIELDS]!;
  }

  kind(index: number): number {
    return this.#notices[index * NOTICE_FIELDS + 1]!;
  }
}
