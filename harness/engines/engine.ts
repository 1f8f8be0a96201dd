import { createHash } from 'node:crypto';
import { polynomialTiming } from '../sim/polynomial-timing.ts';
import type { TimingSpec } from '../sim/timing-spec.ts';
import { UserError } from '../user-error.ts';
import type { EngineProfile } from './engine-profile.ts';
import { profileNamed, profileNames } from './profiles.ts';

/** Which timing a result was made with: the hash covers every number in it. */
export interface TimingSource {
  readonly name: string;
  readonly hash: string;
}

/** A source of pass times. Only a profile knows how much memory and how long a context there is. */
export interface Engine extends TimingSource {
  readonly timing: TimingSpec;
  readonly profile?: EngineProfile;
}

export const POLYNOMIAL = 'polynomial';

/** What runs and evaluations use when they are not told: the engine of DynoSim's published figures. */
export const DEFAULT_ENGINE_NAME = 'minimax-m2.5-fp8-b200-tp4-vllm-0.14.0';

export function engineNames(): string[] {
  return [...profileNames(), POLYNOMIAL];
}

/** An engine by the name of its profile. A UserError lists the names there are. */
export function engineNamed(name: string): Engine {
  if (name === POLYNOMIAL) return polynomialEngine();
  const profile = profileNamed(name);
  if (profile === undefined) {
    throw new UserError(`no engine named ${name}; there is: ${engineNames().join(', ')}`);
  }
  return profileEngine(profile);
}

/** The engine that a result was made with. A UserError when it is not what it was. */
export function sameEngine({ name, hash }: TimingSource): Engine {
  const engine = engineNamed(name);
  if (engine.hash === hash) return engine;
  throw new UserError(
    `the engine profile ${name} is not what it was: its hash is ${engine.hash.slice(0, 12)}, not ${hash.slice(0, 12)}; restore it, or start anew`,
  );
}

export function profileEngine(profile: EngineProfile): Engine {
  const { name, hash, tables } = profile;
  return { name, hash, timing: { kind: 'table', tables }, profile };
}

/** DynoSim's default timing, which is of no machine in particular. */
export function polynomialEngine(): Engine {
  return { name: POLYNOMIAL, hash: polynomialHash(), timing: { kind: 'polynomial' } };
}

/** A UserError when requests are longer than anything the engine's tables were measured at. */
export function requireContext({ profile }: Engine, longestTokens: number, what: string): void {
  if (profile === undefined || longestTokens <= profile.maxContextTokens) return;
  throw new UserError(
    `${what} has a request of ${longestTokens} tokens, but the tables of ${profile.name} end at ${profile.maxContextTokens}; leave such requests out, or take another engine`,
  );
}

/** Of pass times over its whole range: the formula is part of the program. */
function polynomialHash(): string {
  const timing = polynomialTiming();
  const prefill = [1, 100, 1000, 8192, 100_000].map((tokens) => timing.prefillMs(1, tokens, 0));
  const decode = [0, 1, 2, 3, 4].map((quarter) => timing.decodeMs(1, 1, quarter, 4));
  return createHash('sha256')
    .update(JSON.stringify([prefill, decode]))
    .digest('hex');
}
