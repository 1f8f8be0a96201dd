import type { Init, Policy } from 'autoresearch/contract';

type Controller = (error: number, now: number) => number;

const createController = (gains: { p: number; i: number; d: number }): Controller => {
  let integral = 0;
  let previous: { error: number; now: number } | undefined;
  return (error, now) => {
    const dt = previous ? now - previous.now : 0;
    integral = Math.max(-1e6, Math.min(1e6, integral + error * dt));
    const slope = previous && dt > 0 ? (error - previous.error) / dt : 0;
    previous = { error, now };
    return gains.p * error + gains.i * integral + gains.d * slope;
  };
};

export default function create(init: Init): Policy {
  const controllers = [...Array(init.workers).keys()].map(() => createController({ p: 1, i: 1e-6, d: 0.1 }));
  const outputs: number[] = Array(init.workers).fill(0);
  return {
    router: {
      cost: (_req, worker) => outputs[worker.id]! + worker.queued,
      onFirstToken({ heldMs, now }, { id }) {
        outputs[id] = controllers[id]!(heldMs - 500, now);
      },
    },
  };
}
