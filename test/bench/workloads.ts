import type { LoadSpec } from '../../harness/sim/config.ts';
import type { TrafficName } from './traffic.ts';

/** How requests find a worker: built in, or by a policy file. */
export type RouterName = 'round-robin' | 'kv' | 'kv-policy' | 'expected-latency-policy';

/** A simulation as plain data, so that it can be handed to a fresh process. */
export interface Workload {
  readonly name: string;
  readonly traffic: TrafficName;
  readonly workers: number;
  /** Tokens per KV block. */
  readonly blockSize: number;
  readonly router: RouterName;
  readonly load: LoadSpec;
  /** Name of an engine. */
  readonly engine: string;
}

/** Speed that a workload should have: so many times as fast as DynoSim's own simulation time, or another workload. */
export interface Goal {
  readonly workload: Workload;
  readonly against: { readonly kind: 'dynosim' } | { readonly kind: 'workload'; readonly name: string };
  readonly must: number;
  readonly aim: number;
}

const OPEN: LoadSpec = { kind: 'open', speedup: 1 };

const conversation: Omit<Workload, 'name' | 'router'> = {
  traffic: 'conversation',
  workers: 8,
  blockSize: 64,
  load: OPEN,
  engine: 'polynomial',
};
const toolagent = { ...conversation, traffic: 'toolagent' } as const;

const dynosim = { kind: 'dynosim' } as const;

/** What `npm run bench` measures. DynoSim has no policies: theirs are held against its KV router. */
export const GOALS: readonly Goal[] = [
  goal({ ...conversation, name: 'conversation', router: 'round-robin' }, 40, 150),
  goal({ ...conversation, name: 'conversation-kv', router: 'kv' }, 50, 200),
  goal({ ...conversation, name: 'conversation-kv-policy', router: 'kv-policy' }, 50, 200),
  goal({ ...conversation, name: 'conversation-latency-policy', router: 'expected-latency-policy' }, 30, 120),
  goal({ ...toolagent, name: 'toolagent-512', router: 'round-robin', blockSize: 512 }, 100, 200),
  goal({ ...toolagent, name: 'toolagent-512-kv', router: 'kv', blockSize: 512 }, 100, 200),
  goal({ ...toolagent, name: 'toolagent-4-workers', router: 'round-robin', workers: 4 }, 40, 150),
  goal(
    {
      ...conversation,
      name: 'conversation-closed-loop',
      router: 'round-robin',
      load: { kind: 'closed', concurrency: 256 },
    },
    40,
    120,
  ),
  {
    workload: {
      ...conversation,
      name: 'conversation-b200',
      router: 'round-robin',
      engine: 'minimax-m2.5-fp8-b200-tp4-vllm-0.14.0',
    },
    against: { kind: 'workload', name: 'conversation' },
    must: 1 / 1.6,
    aim: 1 / 1.3,
  },
];

function goal(workload: Workload, must: number, aim: number): Goal {
  return { workload, against: dynosim, must, aim };
}

/** What `npm run bench -- --check` measures: small enough for the reference engine to take a second. */
export const CHECKED: readonly Workload[] = [
  { ...conversation, name: 'round-robin', traffic: 'generated', router: 'round-robin' },
  { ...conversation, name: 'latency-policy', traffic: 'generated', router: 'expected-latency-policy' },
  { ...conversation, name: 'kv-512', traffic: 'generated', router: 'kv', blockSize: 512 },
  {
    ...conversation,
    name: 'closed-loop',
    traffic: 'generated',
    router: 'round-robin',
    load: { kind: 'closed', concurrency: 128 },
  },
];

/** DynoSim's arguments for what comes nearest to a workload. */
export function dynosimArguments({ workers, blockSize, router, load }: Workload): string[] {
  return [
    '--num-workers',
    String(workers),
    ...(router === 'round-robin' ? [] : ['--router-mode', 'kv_router']),
    ...(load.kind === 'open' ? [] : ['--replay-concurrency', String(load.concurrency)]),
    ...(blockSize === 64 ? [] : ['--extra-engine-args', JSON.stringify({ block_size: blockSize })]),
  ];
}
