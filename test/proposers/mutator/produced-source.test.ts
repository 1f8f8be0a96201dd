import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMutator } from '../../../src/proposers/mutator/mutator.ts';
import { parseModule } from '../../../src/proposers/mutator/syntax-tree.ts';
import { BASELINES, contextFor, proposed, SEED_POLICY } from './policies.ts';
import { climb } from './toy-landscape.ts';

const run = promisify(execFile);
const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

let folder = '';
let sources: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'produced-source-'));
  const mutator = createMutator();
  const history = (await climb(mutator, SEED_POLICY, 100, 21)).history.flatMap(({ source }) => source ?? []);
  const direct: string[] = [];
  for (const { source } of BASELINES) {
    for (let seed = 0; seed < 50; seed++) {
      direct.push((await proposed(mutator, contextFor(source, seed, { baselines: BASELINES }))).source);
    }
  }
  sources = [...history, ...direct];
  for (const [index, source] of sources.entries()) writeFileSync(join(folder, `policy-${index}.ts`), source);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('what the mutator writes', () => {
  it('parses', () => {
    expect(sources).toHaveLength(300);
    expect(sources.filter((source) => parseModule(source) === undefined)).toEqual([]);
  });

  it('type-checks under the strictest settings', async () => {
    const config = {
      extends: root('tsconfig.json'),
      compilerOptions: { types: [], paths: { 'autoresearch/contract': [root('harness/contract/index.ts')] } },
      include: ['*.ts'],
      exclude: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const result = await run(root('node_modules/.bin/tsc'), ['-p', folder]).catch((error: unknown) => error);
    expect(result).toMatchObject({ stdout: '' });
  });

  it('is laid out as the formatter would', async () => {
    const formatter = {
      formatter: { indentStyle: 'space', indentWidth: 2, lineWidth: 110 },
      javascript: { formatter: { quoteStyle: 'single' } },
    };
    writeFileSync(join(folder, 'biome.json'), `${JSON.stringify(formatter)}\n`);
    const files = sources.map((_, index) => `policy-${index}.ts`);
    const options = { cwd: folder };
    const result = await run(root('node_modules/.bin/biome'), ['format', ...files], options).catch(
      (error: unknown) => error,
    );
    expect(result).not.toHaveProperty('code');
    expect(result).toMatchObject({ stderr: expect.stringContaining('Checked 300 files') });
  });

  it('changes nothing above the factory but its doc comment, and nothing after the cost function', () => {
    const head = SEED_POLICY.slice(0, SEED_POLICY.indexOf('/**'));
    const tail = SEED_POLICY.slice(SEED_POLICY.indexOf('      },\n    },'));
    for (const source of sources.slice(0, 100)) {
      expect(source.startsWith(head)).toBe(true);
      expect(source.endsWith(tail)).toBe(true);
    }
  });
});
