import type { Init, Policy, WorkerView } from 'autoresearch/contract';

/// <summary>Load per worker, and who had which kind of prompt last.</summary>
type Load = Float64Array<ArrayBuffer>;

function entriesOf<K extends PropertyKey, V>(map: Map<K, V>): MapIterator<[K, V]> {
  return map.entries();
}

function total(values: ArrayIterator<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function weigh(this: { readonly scale: number }, worker: WorkerView): number {
  return worker.inFlight * this.scale;
}

export default function create(init: Init): Policy {
  const load: Load = new Float64Array(init.workers);
  const recent: Float64Array<ArrayBufferLike> = load.subarray(0, 2);
  const last = new Map<string, number>();
  const scale: ThisParameterType<typeof weigh> = { scale: 2 };
  const weight: OmitThisParameter<typeof weigh> = weigh.bind(scale);
  return {
    router: {
      cost(req, worker) {
        let bonus = 0;
        for (const [kind, id] of entriesOf(last)) if (kind === `${req.turn}` && id === worker.id) bonus++;
        return weight(worker) + (load[worker.id] ?? 0) - bonus + total([recent.length].values()) * 0;
      },
      onRouted(req, worker) {
        load[worker.id] = (load[worker.id] ?? 0) * 0.9 + 0.1;
        last.set(`${req.turn}`, worker.id);
      },
    },
  };
}
