export default function create(init) {
  class Mean {
    constructor(size) {
      this.size = size;
      this.values = [];
    }
    push(value) {
      this.values.push(value);
      if (this.values.length > this.size) this.values.shift();
    }
    mean() {
      let sum = 0;
      for (const value of this.values) sum += value;
      return this.values.length ? sum / this.values.length : 0;
    }
  }
  const state = {};
  state.means = [];
  for (let i = 0; i < init.workers; i++) state.means[i] = new Mean(20);
  let best = null;
  const scale = (x, y) => x * (y || 1);
  const order = [3, 1, 2].sort((a, b) => (a > b) - (a < b));
  return {
    router: {
      cost(req, worker) {
        if (best === null || best.now < req.now) best = { now: req.now };
        const queue = scale(worker.queuedTokens);
        return queue + state.means[worker.id].mean() + order[0] * worker.inFlight;
      },
      onFirstToken(req, worker) {
        state.means[worker.id].push(req.heldMs);
      },
    },
  };
}
