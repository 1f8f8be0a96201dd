/** Enough to hold the mark when it is cut in two. */
const TAIL_CHARACTERS = 16;

/** Looks for the event that says that a stream is over, which readers of events keep to themselves. */
export class EndMark {
  #seen = false;
  #tail = '';

  get seen(): boolean {
    return this.#seen;
  }

  /** Lets the bytes pass and reads along. */
  tap(): TransformStream<Uint8Array, Uint8Array> {
    return new TransformStream({
      transform: (part, controller) => {
        const text = this.#tail + Buffer.from(part).toString('latin1');
        this.#seen ||= /^data: ?\[DONE\]/m.test(text);
        this.#tail = text.slice(-TAIL_CHARACTERS);
        controller.enqueue(part);
      },
    });
  }
}
