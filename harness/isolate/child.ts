import { closeSync, readFileSync, writeSync } from 'node:fs';
import vm from 'node:vm';
import { FUEL_CELL, FUEL_SPENT } from '../build/fuel-names.ts';
import { decisionHash } from '../score/decision-hash.ts';
import {
  ANSWER_LAYOUT,
  type AnswerColumns,
  type AnswerHeader,
  type ScenarioHeader,
} from './answer-layout.ts';
import type { ChildJob } from './child-job.ts';
import { encodeAnswer } from './encode-answer.ts';
import type { HardenedRealm } from './harden-realm.ts';
import type { CreateRealm, PolicyModule, RealmAnswer, RealmInterface } from './realm.ts';

/** Entry of the child process: simulates the scenarios of one job and answers once, all in one synchronous turn. */

const INPUT_FD = 0;
const ANSWER_FD = 3;
/** Longest text of a policy that leaves the child, characters. */
const MAX_REASON_LENGTH = 300;

interface SimulatedScenario {
  readonly header: ScenarioHeader;
  readonly columns: AnswerColumns;
}

interface Answer {
  readonly header: AnswerHeader;
  readonly scenarios: readonly SimulatedScenario[];
}

function simulateAll(job: ChildJob): Answer {
  const { nonce } = job;
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
  });
  const { realm, seal } = openRealm(job, context);
  const read = onceEach((file: string) => realm.readRequests(fileInRealm(file, realm)));
  const prepared = job.scenarios.map(({ columnsFile, settings }) => ({
    requests: read(columnsFile),
    settingsJson: JSON.stringify(settings),
  }));

  seal();

  const compiled = compilePolicy(job, context);
  const scenarios: SimulatedScenario[] = [];
  for (const [index, { requests, settingsJson }] of prepared.entries()) {
    const startedAt = process.hrtime.bigint();
    const answer =
      compiled.kind === 'compiled'
        ? realm.runScenario(requests, settingsJson, compiled.policyModule)
        : compiled;
    if (answer.kind !== 'simulated') {
      const error = { kind: answer.kind, reason: cleanText(answer.reason), scenario: index };
      return { header: { nonce, error }, scenarios: [] };
    }
    const simulated = takeOut(answer, Number(process.hrtime.bigint() - startedAt));
    scenarios.push(simulated);
    if (index === 0 && job.stopIfDecisionHash === hashOf(simulated)) {
      return { header: { nonce, scenarios: [simulated.header], stopped: 'same-decisions' }, scenarios };
    }
  }
  return { header: { nonce, scenarios: scenarios.map(({ header }) => header) }, scenarios };
}

/** Hardens the context before anything else is in it, and loads the simulator. No policy may run before `seal`. */
function openRealm({ hardenFile, realmFile }: ChildJob, context: vm.Context) {
  const run = (file: string, filename: string): unknown =>
    vm.runInContext(readFileSync(file, 'utf8'), context, { filename });
  const { intrinsics, seal } = run(hardenFile, 'harden-realm.js') as HardenedRealm;
  const createRealm = run(realmFile, 'realm.js') as CreateRealm;
  return { realm: createRealm(...intrinsics), seal };
}

type CompiledPolicy =
  | { readonly kind: 'compiled'; readonly policyModule: PolicyModule }
  | { readonly kind: 'policy-error'; readonly reason: string };

/**
 * A function of the realm. Every scenario calls it, so that nothing a module keeps survives a simulation; compiled anew
 * each time, what it makes would be functions that V8 has never seen, and the simulator's calls of them slow.
 */
function compilePolicy(job: ChildJob, context: vm.Context): CompiledPolicy {
  try {
    const policyModule = vm.compileFunction(job.policyCode, ['module', 'exports', FUEL_CELL, FUEL_SPENT], {
      parsingContext: context,
      filename: job.policyName,
    }) as PolicyModule;
    return { kind: 'compiled', policyModule };
  } catch (error) {
    // The compiler lets some programs pass that V8 doesn't, such as one with a broken regular expression.
    return { kind: 'policy-error', reason: `does not compile: ${(error as Error).message}` };
  }
}

function onceEach<T>(compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}

/** A file's bytes in memory of the realm's own, filled before any policy code runs. */
function fileInRealm(file: string, realm: RealmInterface): ArrayBuffer {
  const bytes = readFileSync(file);
  const inside = realm.allocate(bytes.length);
  new Uint8Array(inside).set(bytes);
  return inside;
}

/** Copies a realm's columns into typed arrays of this realm, without running anything of theirs. */
function takeOut(
  answer: RealmAnswer & { readonly kind: 'simulated' },
  simulatedNs: number,
): SimulatedScenario {
  const copies = ANSWER_LAYOUT.map(({ name, array: TypedArray }) => {
    const column = answer.columns[name];
    if (!ArrayBuffer.isView(column)) throw new Error(`column ${name} is not an array`);
    return [name, new TypedArray(column)] as const;
  });
  const columns = Object.fromEntries(copies) as unknown as AnswerColumns;
  return {
    columns,
    header: {
      requests: columns.status.length,
      placements: columns.placementOrder.length,
      hookCalls: { ...answer.hookCalls },
      passes: Number(answer.passes),
      simulatedNs,
    },
  };
}

function hashOf({ columns }: SimulatedScenario): string {
  return decisionHash(columns);
}

function writeAll(bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(ANSWER_FD, bytes, written);
}

/** Text that a policy may have written, as one harmless line. */
function cleanText(text: string): string {
  const shortened = String(text).slice(0, MAX_REASON_LENGTH);
  return shortened.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Z}]+/gu, ' ').trim();
}

const { header, scenarios } = simulateAll(JSON.parse(readFileSync(INPUT_FD, 'utf8')));
for (const bytes of encodeAnswer(
  header,
  scenarios.map(({ columns }) => columns),
))
  writeAll(bytes);
closeSync(ANSWER_FD);
// Nothing more may run here, and leaving in an orderly way can hang (nodejs/node#54918).
process.kill(process.pid, 'SIGKILL');
