import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type EngineProfile, parseEngineProfile } from '../harness/engines/engine-profile.ts';
import { kvCapacityTokens } from '../harness/engines/kv-capacity.ts';
import { UserError } from '../harness/user-error.ts';
import { checkProfile, type ProfileCheck } from './engine-profiles/check-profile.ts';
import { deriveProfile } from './engine-profiles/derive-profile.ts';
import { openGrids } from './engine-profiles/grid-file.ts';
import { type ProfileRequest, profileName, SHIPPED_PROFILES } from './engine-profiles/shipped-profiles.ts';

const USAGE = `usage: derive-engine-profiles (--grids DIR | --aic PYTHON) [--only TEXT] [--check]

  --grids DIR    take pass times from a folder of grid files
  --aic PYTHON   ask a Python that has aiconfigurator (grids are made in a temporary folder)
  --only TEXT    profiles whose name contains this
  --check        compare the profiles there are with the source, write nothing

Writes harness/engines/profiles. For every profile it prints how far it is from its source at 200 random points;
exit code 1 when one is off by more than 1 % in the mean or 3 % in 95 of 100.
`;

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const profilesFolder = path.join(root, 'harness', 'engines', 'profiles');
const MAX_PROFILE_BYTES = 15 * 1024;

function main(): void {
  const { values } = parseArgs({
    options: {
      grids: { type: 'string' },
      aic: { type: 'string' },
      only: { type: 'string', default: '' },
      check: { type: 'boolean', default: false },
    },
  });
  const requests = SHIPPED_PROFILES.filter((request) => profileName(request).includes(values.only));
  if ((values.grids === undefined) === (values.aic === undefined) || requests.length === 0) {
    throw new UserError(requests.length === 0 ? `no profile's name contains ${values.only}` : USAGE);
  }
  if (values.grids !== undefined) deriveAll(requests, values.grids, values.check);
  else withAskedGrids(values.aic ?? '', requests, (folder) => deriveAll(requests, folder, values.check));
}

function withAskedGrids(
  python: string,
  requests: readonly ProfileRequest[],
  use: (folder: string) => void,
): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'engine-grids-'));
  try {
    const script = path.join(root, 'scripts', 'engine-profiles', 'aic_grid.py');
    const configurations = requests.map(({ model, system, backend, version, tp, moeTp, moeEp }) => ({
      ...{ model, system, backend, version, tp },
      ...(moeTp !== undefined && { moe_tp: moeTp }),
      ...(moeEp !== undefined && { moe_ep: moeEp }),
    }));
    execFileSync(python, [script, '--out', folder], {
      input: JSON.stringify(configurations),
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function deriveAll(requests: readonly ProfileRequest[], folder: string, checkOnly: boolean): void {
  const gridOf = openGrids(folder);
  const results = requests.map((request) => {
    try {
      const source = gridOf(request);
      const derived = deriveProfile(request, source);
      const profile = checkOnly ? readProfile(derived.name) : derived;
      const check = checkProfile(profile, source.grid);
      console.log(reportOf(profile, check));
      if (checkOnly && profile.hash !== derived.hash)
        console.log('  not what this source gives: derive it anew');
      if (!checkOnly) writeProfile(profile);
      return check.isWithinLimits && profile.hash === derived.hash;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      console.log(`${profileName(request)}\n  ${error.message}`);
      return false;
    }
  });
  if (!checkOnly) layOut();
  console.log(`${results.filter(Boolean).length} of ${results.length} profiles hold`);
  if (results.includes(false)) process.exitCode = 1;
}

function readProfile(name: string): EngineProfile {
  const file = path.join(profilesFolder, `${name}.json`);
  return parseEngineProfile(readFileSync(file, 'utf8'), file);
}

function writeProfile(profile: EngineProfile): void {
  const text = `${JSON.stringify(profile)}\n`;
  if (text.length > MAX_PROFILE_BYTES)
    throw new UserError(`${profile.name}: ${text.length} bytes are too many`);
  writeFileSync(path.join(profilesFolder, `${profile.name}.json`), text);
}

/** As the repository lays out JSON. */
function layOut(): void {
  execFileSync('npx', ['biome', 'format', '--write', profilesFolder], { cwd: root, stdio: 'ignore' });
}

function reportOf(profile: EngineProfile, check: ProfileCheck): string {
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  return [
    `${profile.name}  ${profile.hash.slice(0, 12)}  aiconfigurator ${profile.source.toolVersion}`,
    `  KV ${kvCapacityTokens(profile, 8192)} tokens; ${check.points} points: mean ${percent(check.mean)} (prefill ${percent(check.prefillMean)}, decode ${percent(check.decodeMean)}), p95 ${percent(check.p95)}${check.isWithinLimits ? '' : '  TOO FAR OFF'}`,
    ...check.worst.map(
      ({ query, sourceMs, profileMs, error }) =>
        `    ${percent(error).padStart(8)}  ${query}: ${profileMs.toFixed(3)} ms, source ${sourceMs} ms`,
    ),
  ].join('\n');
}

try {
  main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
