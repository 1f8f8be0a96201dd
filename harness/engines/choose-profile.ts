import { UserError } from '../user-error.ts';
import type { EngineProfile } from './engine-profile.ts';
import { engineProfiles } from './profiles.ts';

/** An engine in AIConfigurator's words. What is undefined may be anything. */
export interface ProfileQuery {
  readonly model: string;
  readonly system: string;
  readonly backend: string;
  readonly backendVersion: string;
  readonly tensorParallelism: number;
  readonly moeTensorParallelism: number | undefined;
  readonly moeExpertParallelism: number | undefined;
}

/** The profile of an engine. A UserError says what there is instead, of the same model if possible. */
export function chooseProfile(query: ProfileQuery): EngineProfile {
  const profiles = engineProfiles();
  const found = profiles.find((profile) => isAsked(profile, query));
  if (found !== undefined) return found;
  const ofModel = profiles.filter(({ model }) => model === query.model);
  const asked = `${query.backend} ${query.backendVersion} on ${query.system}, tp ${query.tensorParallelism}`;
  throw new UserError(
    ofModel.length === 0
      ? `there is no engine profile of the model ${query.model}, but of ${modelsOf(profiles).join(', ')}`
      : `there is no engine profile of ${query.model} for ${asked}${moeText(query)}, but for ${ofModel.map(describe).join('; ')}`,
  );
}

function isAsked(profile: EngineProfile, query: ProfileQuery): boolean {
  const { tensor, moeTensor, moeExpert } = profile.parallelism;
  return (
    profile.model === query.model &&
    profile.system === query.system &&
    profile.backend === query.backend &&
    profile.backendVersion === query.backendVersion &&
    tensor === query.tensorParallelism &&
    (query.moeTensorParallelism ?? moeTensor) === moeTensor &&
    (query.moeExpertParallelism ?? moeExpert) === moeExpert
  );
}

function modelsOf(profiles: readonly EngineProfile[]): string[] {
  return [...new Set(profiles.map(({ model }) => model))];
}

function describe({ backend, backendVersion, system, parallelism }: EngineProfile): string {
  const { tensor, moeTensor, moeExpert } = parallelism;
  const moe = moeText({ moeTensorParallelism: moeTensor, moeExpertParallelism: moeExpert });
  return `${backend} ${backendVersion} on ${system}, tp ${tensor}${moe}`;
}

function moeText(query: Pick<ProfileQuery, 'moeTensorParallelism' | 'moeExpertParallelism'>): string {
  const { moeTensorParallelism: tensor, moeExpertParallelism: expert } = query;
  const parts = [
    ...(tensor === undefined ? [] : [`tp ${tensor}`]),
    ...(expert === undefined ? [] : [`ep ${expert}`]),
  ];
  return parts.length === 0 ? '' : ` (experts: ${parts.join(', ')})`;
}
