import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { UserError } from '../../harness/user-error.ts';
import { CASES_TO_RECORD } from './cases-to-record.ts';
import type { DynoSim } from './dynosim.ts';
import { judgeCase } from './judge-case.ts';
import { expectationOf, replayCaseOf } from './recorded-case.ts';

const FOLDER = fileURLToPath(new URL('recorded', import.meta.url));

/** Writes what the real DynoSim prints for every case that is kept in the project; refuses what it does not settle. */
export async function recordCases(dynosim: DynoSim, say: (line: string) => void): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, toRecord] of Object.entries(CASES_TO_RECORD)) {
    const replayCase = replayCaseOf(toRecord);
    const judgement = await judgeCase(replayCase, dynosim);
    if (judgement.kind !== 'equal' && judgement.kind !== 'equal-error') {
      const reason = judgement.kind === 'different' ? judgement.difference : 'its result depends on ties';
      throw new UserError(`recorded case ${name} can't be kept: ${reason}; change it in cases-to-record.ts`);
    }
    const outcome = await dynosim.replay(dynosim.prepare(replayCase));
    const content = { ...toRecord, expected: expectationOf(outcome) };
    writeFileSync(path.join(FOLDER, `${name}.json`), JSON.stringify(content));
    say(`recorded ${name}`);
  }
  await execa('biome', ['format', '--write', FOLDER], { preferLocal: true });
}
