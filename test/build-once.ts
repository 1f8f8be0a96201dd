import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../scripts/build.ts';

/**
 * Tests that start child processes run the built files: build them once before the run. What they cache is nobody
 * else's.
 */
export async function setup(): Promise<() => void> {
  const cache = mkdtempSync(join(tmpdir(), 'autoresearch-cache-'));
  process.env['AUTORESEARCH_CACHE'] = cache;
  await build();
  return () => rmSync(cache, { recursive: true, force: true });
}
