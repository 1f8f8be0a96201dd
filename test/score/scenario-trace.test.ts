import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTraces } from '../../harness/score/scenario-trace.ts';
import { generateTrace, traceText } from '../../harness/trace/generate.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('the traces of scenarios', () => {
  it('are the same from the cache', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'trace.jsonl');
    writeFileSync(file, traceText(generateTrace({ seed: 2, durationMinutes: 1 })));
    const cacheFolder = join(folder, 'cache');
    const plain = openTraces([file]);
    for (let time = 0; time < 2; time++) expect(openTraces([file], { cacheFolder })).toEqual(plain);
    expect(readdirSync(cacheFolder)).toHaveLength(1);
  });
});
