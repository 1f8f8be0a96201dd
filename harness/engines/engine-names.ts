/** Engine profiles a scenario may name. */
export const ENGINE_NAMES = ['polynomial'] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];
