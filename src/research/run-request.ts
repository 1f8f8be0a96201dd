import { join } from 'node:path';
import {
  openTraces,
  type Scenario,
  scenariosFor,
  type Target,
  type TraceSource,
  targetNamed,
  UserError,
} from '../../harness/index.ts';
import { cacheFolder } from '../config/cache-folder.ts';
import { checkProposer } from '../proposers/create-proposer.ts';
import type { ProposerChoice } from '../proposers/proposer-choice.ts';
import { freshRunName, validateRunName } from '../store/run-folder.ts';
import {
  branchesBelow,
  dirtyFiles,
  fileAtCommit,
  findRepository,
  headCommit,
  type Repository,
} from '../workspace/repository.ts';
import { requireFreeBranch, runBranch } from '../workspace/run-worktree.ts';
import { checkRequest, type ProposerRequest } from './proposer-record.ts';

export const RUNS_FOLDER = 'runs';

/** What the user asks of a new run. */
export interface RunRequest {
  readonly target: string;
  readonly traces: readonly string[];
  readonly proposer: ProposerRequest;
  readonly attempts: number;
  readonly seed: number;
  readonly useBaselines: boolean;
  readonly epsilon: number;
  readonly name: string | undefined;
  readonly speedup: number | undefined;
  readonly workers: number | undefined;
  readonly kvBlocks: number | undefined;
  readonly engine: string | undefined;
  readonly deadlineSeconds: number | undefined;
}

/** A request that can be carried out, with all that it names. */
export interface CheckedRequest {
  readonly target: Target;
  readonly repository: Repository;
  /** The commit the run begins at. */
  readonly base: string;
  readonly seedPolicy: string;
  readonly proposer: ProposerChoice;
  readonly traces: TraceSource;
  readonly scenarios: readonly Scenario[];
  readonly name: string;
}

/** Checks everything that can be checked, and writes nothing: a refused request leaves nothing behind. */
export async function checkRunRequest(request: RunRequest, cwd: string): Promise<CheckedRequest> {
  const target = targetNamed(request.target);
  const repository = await findRepository(cwd);
  const base = await headCommit(repository);
  const seedPolicy = await cleanPolicy(repository, base, target);
  const proposer = checkRequest(request.proposer);
  checkProposer(proposer);
  if (!request.useBaselines && proposer.kind !== 'mutator')
    throw new UserError(`--no-baselines: only for --proposer mutator, not ${proposer.kind}; leave it out`);
  const traces = openTraces(request.traces, { cacheFolder: cacheFolder() });
  const scenarios = traces.flatMap((trace) => scenariosFor(trace, scenarioOptions(request)));
  const name = await chooseName(request, repository);
  return { target, repository, base, seedPolicy, proposer, traces, scenarios, name };
}

function scenarioOptions({ speedup, workers, kvBlocks, engine, seed }: RunRequest) {
  return {
    seed,
    ...(speedup === undefined ? {} : { speedup }),
    ...(workers === undefined ? {} : { workers }),
    ...(kvBlocks === undefined ? {} : { kvBlocks }),
    ...(engine === undefined ? {} : { engine }),
  };
}

async function cleanPolicy(repository: Repository, base: string, target: Target): Promise<string> {
  const folder = target.policyFile.slice(0, target.policyFile.lastIndexOf('/'));
  const [dirty] = await dirtyFiles(repository, folder);
  if (dirty !== undefined) {
    throw new UserError(
      `${dirty.path}: not committed; commit or remove it, so that the run has a known beginning`,
    );
  }
  const source = await fileAtCommit(repository, base, target.policyFile);
  if (source !== undefined) return source;
  throw new UserError(
    `${target.policyFile}: not in the repository ${repository.root}; run this in a clone of autoresearch, or commit a policy of yours there`,
  );
}

async function chooseName(request: RunRequest, repository: Repository): Promise<string> {
  const prefix = runBranch(request.target, '');
  const taken = new Set(
    (await branchesBelow(repository, prefix)).map((branch) => branch.slice(prefix.length)),
  );
  const name =
    request.name === undefined
      ? freshRunName(join(repository.root, RUNS_FOLDER), request.target, taken)
      : validateRunName(request.name);
  await requireFreeBranch({ repository, target: request.target, run: name });
  return name;
}
