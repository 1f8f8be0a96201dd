import type { Init, Policy, RequestView, Router, WorkerView } from 'autoresearch/contract';

class RollingMean {
  readonly #values: Float64Array;
  #next = 0;
  #count = 0;
  #sum = 0;

  constructor(size = 32) {
    this.#values = new Float64Array(size);
  }

  push(value: number): this {
    this.#sum += value - (this.#values[this.#next] ?? 0);
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#values.length;
    this.#count = Math.min(this.#count + 1, this.#values.length);
    return this;
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }
}

class LatencyRouter implements Router {
  private readonly means: RollingMean[];

  constructor(private readonly init: Init) {
    this.means = Array.from({ length: init.workers }, () => new RollingMean());
  }

  cost(req: RequestView, worker: WorkerView): number {
    const own = this.init.engine.prefillMs(req.isl, worker.overlapBlocks * req.blockSize);
    return own + this.means[worker.id]!.mean * worker.inFlight;
  }

  onCompleted(req: RequestView, worker: WorkerView): void {
    this.means[worker.id]?.push(req.heldMs);
  }
}

export default (init: Init): Policy => ({ router: new LatencyRouter(init) });
