import { homedir } from 'node:os';
import path from 'node:path';

/**
 * Where compiled traces are kept: AUTORESEARCH_CACHE, else `autoresearch` in XDG_CACHE_HOME or ~/.cache. Undefined when
 * there is no such place.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { AUTORESEARCH_CACHE: own, XDG_CACHE_HOME: shared, HOME: home } = environment;
  if (own) return path.resolve(own);
  // A relative XDG_CACHE_HOME is to be ignored.
  if (shared && path.isAbsolute(shared)) return path.join(shared, 'autoresearch');
  const folder = home || homeOfAccount();
  return folder === undefined ? undefined : path.join(folder, '.cache', 'autoresearch');
}

function homeOfAccount(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined; // An account without a home, as containers have them.
  }
}
