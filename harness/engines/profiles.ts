import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../installed-package.ts';
import { UserError } from '../user-error.ts';
import { type EngineProfile, parseEngineProfile } from './engine-profile.ts';

const FOLDER = path.join(packageRoot, 'harness', 'engines', 'profiles');
const EXTENSION = '.json';

/** Names of all profiles, in alphabetical order; versions of the same engine from old to new. */
export function profileNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** All profiles, in the order of their names. */
export function engineProfiles(): EngineProfile[] {
  return profileNames().map(readProfile);
}

/**
 * A profile by its name. Without its version a name means the oldest one: the tables that published comparisons with
 * DynoSim were made with.
 */
export function profileNamed(name: string): EngineProfile | undefined {
  const names = profileNames();
  const found = names.find((each) => each === name) ?? names.find((each) => isVersionOf(each, name));
  return found === undefined ? undefined : readProfile(found);
}

function isVersionOf(profile: string, name: string): boolean {
  return profile.startsWith(`${name}-`) && /^\d/.test(profile.slice(name.length + 1));
}

/** A profile is read once per process. */
const known = new Map<string, EngineProfile>();

function readProfile(name: string): EngineProfile {
  const profile = known.get(name) ?? parseFile(name);
  known.set(name, profile);
  return profile;
}

function parseFile(name: string): EngineProfile {
  const file = path.join(FOLDER, name + EXTENSION);
  const profile = parseEngineProfile(readFileSync(file, 'utf8'), file);
  if (profile.name === name) return profile;
  throw new UserError(`${file}: it holds the profile ${profile.name}; rename the file`);
}
