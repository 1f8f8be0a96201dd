import { Command } from 'commander';
import { targetNamed } from '../../harness/index.ts';
import { gainText, scoreText } from '../report/figures.ts';
import { type LeaderboardRow, leaderboardRows } from '../report/leaderboard.ts';
import { findAllRuns } from '../research/find-run.ts';
import { printableLine } from '../text/printable.ts';
import { textTable } from '../text/text-table.ts';

interface LeaderboardOptions {
  readonly target: string;
  readonly json?: boolean;
}

const EXAMPLE = `
Example:
  $ autoresearch leaderboard --target router

Rows compare only within one fingerprint (same harness, traces and scenarios); the latest one is shown.`;

export function leaderboardCommand(): Command {
  return new Command('leaderboard')
    .description('baselines and kept variants, best first')
    .option('--target <name>', 'what the policies decide', 'router')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLE)
    .action(async (options: LeaderboardOptions) => {
      const target = targetNamed(options.target);
      const runs = (await findAllRuns(process.cwd())).filter(({ state }) => state.run.target === target.name);
      const latest = runs
        .map(({ state }) => state.run)
        .sort((a, b) => a.at.localeCompare(b.at))
        .at(-1);
      const comparable = runs.filter(({ state }) => state.run.fingerprint === latest?.fingerprint);
      const rows = leaderboardRows(
        comparable.map(({ state }) => state),
        target.pinnedBaseline,
      );
      const hiddenRuns = runs.length - comparable.length;
      process.stdout.write(
        options.json ? `${JSON.stringify({ rows, hiddenRuns })}\n` : leaderboardText(rows, hiddenRuns),
      );
    });
}

function leaderboardText(rows: readonly LeaderboardRow[], hiddenRuns: number): string {
  if (rows.length === 0) return 'Nothing has been scored yet; begin with `autoresearch start`.\n';
  const header = ['policy', 'train gain', 'validation gain', 'score', 'bytes', 'what it is'];
  const table = textTable([header, ...rows.map(cellsOf)], { words: [0, header.length - 1] });
  const note =
    hiddenRuns > 0 ? `\n${hiddenRuns} runs with another fingerprint do not compare and are not shown.\n` : '';
  return `Latency saved against the pinned baseline (higher is better); score: lower is better.\n\n${table}${note}`;
}

function cellsOf(row: LeaderboardRow): string[] {
  return [
    row.policy,
    gainText(row.gain),
    gainText(row.validationGain),
    scoreText(row.score),
    row.complexity === null ? '' : String(row.complexity),
    printableLine(row.idea, 60),
  ];
}
