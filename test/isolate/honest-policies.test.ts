import { describe, expect, it } from 'vitest';
import type { Policy } from '../../harness/contract/index.ts';
import { engineNamed } from '../../harness/engines/engine.ts';
import { bundlePolicy, evaluatePolicy, type PreparedScenario, scoredScenarios } from '../../harness/index.ts';
import { decisionHash } from '../../harness/score/decision-hash.ts';
import { measureScenario } from '../../harness/score/measure-scenario.ts';
import type { ScenarioMetrics } from '../../harness/score/scenario-metrics.ts';
import { DEFAULT_ENGINE } from '../../harness/sim/config.ts';
import { createInit } from '../../harness/sim/policy-init.ts';
import { simulate } from '../../harness/sim/simulate.ts';
import { passTiming } from '../../harness/sim/timing-spec.ts';
import { readColumnsFile } from '../../harness/trace/columns-file.ts';
import { HONEST_POLICIES } from '../build/honest-policies.ts';
import { smallScenarios } from './small-scenarios.ts';

/** Policies that use much of the language and keep to the rules. */
const CONTROLS: readonly { readonly name: string; readonly source: string }[] = [
  {
    name: 'a moving average per worker in a closure',
    source: `
      import type { Init, Policy } from 'autoresearch/contract';
      export default function create({ workers }: Init): Policy {
        const load = new Float64Array(workers);
        const placed = new Map<number, number>();
        return { router: {
          cost: (req, { id, inFlight, overlapBlocks }) => (load[id] ?? 0) + inFlight * 3 - overlapBlocks / (req.blocks || 1),
          onRouted(req, worker) {
            load[worker.id] = 0.9 * (load[worker.id] ?? 0) + req.isl / 1000;
            placed.set(worker.id, (placed.get(worker.id) ?? 0) + 1);
          },
          onCompleted(_req, { id }) { load[id]! *= 0.95; },
        } };
      }`,
  },
  {
    name: 'random numbers of its own',
    source: `
      import type { Init, Policy } from 'autoresearch/contract';
      export default (init: Init): Policy => {
        const state = Uint32Array.of(init.rng.int(2 ** 31), 0x9e3779b9);
        const next = () => {
          let x = state[0]!; x ^= x << 13; x ^= x >>> 17; x ^= x << 5;
          state[0] = x; return (state[0]! + state[1]!) % 1000;
        };
        return { router: { cost: (_req, w) => w.inFlight + next() / 1000 + init.rng.next() } };
      };`,
  },
  {
    name: 'classes, iterators and plain objects',
    source: `
      import type { Init, Policy, RequestView, WorkerView } from 'autoresearch/contract';
      abstract class Term {
        static readonly UNIT = 512;
        #weight: number;
        constructor(weight = 1) { this.#weight = weight; }
        get weight() { return this.#weight; }
        abstract of(req: RequestView, worker: WorkerView): number;
        toString() { return 'term ' + this.#weight; }
      }
      class Backlog extends Term { of(_req: RequestView, worker: WorkerView) { return this.weight * worker.queuedTokens / Term.UNIT; } }
      class Miss extends Term { of(req: RequestView, worker: WorkerView) { return this.weight * (req.blocks - worker.overlapBlocks); } }
      const terms = (): Term[] => [new Backlog(2), ...[1, 0.5].map((weight) => new Miss(weight))];
      class Unfit extends Error { override name = 'Unfit'; }
      export default function create(init: Init): Policy {
        const all = [...terms()];
        const named = Object.fromEntries(all.map((term, index) => [\`\${term} \${index}\`, term]));
        const seen = new Set<string>();
        const defaults = { bias: 0.25, ...init.params };
        const { bias, ...others } = defaults;
        const check = (value: number) => { if (!isFinite(value)) throw new Unfit('not finite'); return value; };
        return { router: { cost(req, worker) {
          let total = Object.keys(others).length;
          for (const [name, term] of Object.entries(named)) { seen.add(name); total += term.of(req, worker); }
          total += check(worker.id === 1 ? bias : 0);
          const [, second = 0] = [...all].sort((a, b) => a.weight - b.weight).map((term) => term.weight);
          switch (true) { case String(req.isl).startsWith('9'): return total; default: return total + second * 1e-3; }
        } } };
      }`,
  },
  {
    name: 'many small arrays',
    source: `
      import type { Init, Policy } from 'autoresearch/contract';
      export default function create(_init: Init): Policy {
        const recent: { worker: number; at: number }[] = [];
        return { router: {
          cost(req, worker) {
            const mine = recent.filter((entry) => entry.worker === worker.id && req.now - entry.at < 5_000);
            return mine.length * 2 + mine.reduce((sum, { at }) => sum + 1 / (1 + req.now - at), 0) - worker.overlapBlocks;
          },
          onRouted({ now: at }, { id: worker }) { recent.push({ worker, at }); if (recent.length > 40) recent.shift(); },
        } };
      }`,
  },
];

/** What the same code comes to in this process, in a realm that nobody has hardened. */
function measuredHere(code: string, { scenario, columnsFile, scored }: PreparedScenario): ScenarioMetrics {
  const { columns } = readColumnsFile(columnsFile);
  const { workers, blockSize, kvBlocks, maxBatchedTokens, speedup, seed } = scenario;
  const timing = passTiming(engineNamed(scenario.engine.name).timing);
  const module: { exports: { default?: (init: unknown) => Policy } } = { exports: {} };
  new Function('module', 'exports', code)(module, module.exports);
  const policy = module.exports.default?.(
    createInit({ workers, blockSize, numGpuBlocks: kvBlocks, seed, params: {}, timing }),
  );
  if (policy === undefined) throw new Error('a policy is needed');
  const { outcomes, placementOrder, placementCalls, placements, hookCalls } = simulate(columns, {
    engine: { ...DEFAULT_ENGINE, numGpuBlocks: kvBlocks, blockSize, maxNumBatchedTokens: maxBatchedTokens },
    timing,
    workers,
    router: { kind: 'policy', policy },
    load: { kind: 'open', speedup },
    maxSimTimeMs: Number.POSITIVE_INFINITY,
  });
  const made = {
    ...outcomes,
    placementOrder: placementOrder.subarray(0, placements),
    placementCalls: placementCalls.subarray(0, placements),
  };
  const requests = { name: scenario.name, workers, ...columns, scored, fastestPassMs: 0 };
  const measurement = measureScenario(requests, made, hookCalls);
  if (measurement.kind !== 'measured') throw new Error(measurement.reason);
  expect(measurement.metrics.decisionHash).toBe(decisionHash(made));
  return measurement.metrics;
}

describe('an honest policy scores to the bit what it would without a sandbox:', () => {
  it.each([...CONTROLS, ...HONEST_POLICIES])('$name', async ({ source }) => {
    const scenarios = smallScenarios();
    const bundle = await bundlePolicy(source, { name: 'policy.ts', except: ['fuel'] });
    if (bundle.kind !== 'built') throw new Error(bundle.reason);
    const job = { source, name: 'policy.ts', scenarios, deadlineMs: 60_000 };
    const { outcome } = await evaluatePolicy(job);
    expect(scoredScenarios(outcome)).toEqual(
      scenarios.map((scenario) => measuredHere(bundle.code, scenario)),
    );
  });
});
