import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from './installed-package.ts';
import { UserError } from './user-error.ts';

/** A slot for a policy. */
export interface Target {
  readonly name: string;
  /** The file an agent may rewrite, relative to the workspace. */
  readonly policyFile: string;
  /** Folder of the reference policies, relative to the installed package. */
  readonly baselinesFolder: string;
  /** The reference whose score is 0. */
  readonly pinnedBaseline: string;
}

export const TARGETS: readonly Target[] = [
  {
    name: 'router',
    policyFile: 'policies/router/policy.ts',
    baselinesFolder: 'policies/router/baselines',
    pinnedBaseline: 'kv-default',
  },
];

export function targetNamed(name: string): Target {
  const target = TARGETS.find((each) => each.name === name);
  if (target !== undefined) return target;
  throw new UserError(`no target named ${name}; there is: ${TARGETS.map((each) => each.name).join(', ')}`);
}

export interface Baseline {
  readonly name: string;
  readonly source: string;
}

/** The target's reference policies as they come with the installed package, by name. */
export function baselinesOf(target: Target): Baseline[] {
  const folder = path.join(packageRoot, target.baselinesFolder);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => ({
      name: file.slice(0, -'.ts'.length),
      source: readFileSync(path.join(folder, file), 'utf8'),
    }));
}

/** The reference whose score is 0. */
export function pinnedBaseline(target: Target): Baseline {
  const found = baselinesOf(target).find(({ name }) => name === target.pinnedBaseline);
  if (found === undefined)
    throw new Error(`${target.baselinesFolder}/${target.pinnedBaseline}.ts is missing`);
  return found;
}
