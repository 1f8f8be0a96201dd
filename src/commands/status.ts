import { Command } from 'commander';
import { gain } from '../../harness/index.ts';
import { gainText } from '../report/figures.ts';
import { limitsText } from '../report/limits-text.ts';
import { replyStatistics, replyStatisticsText } from '../report/reply-statistics.ts';
import { type FoundRun, findAllRuns, findRun } from '../research/find-run.ts';
import { canonicalJournal } from '../store/canonical-journal.ts';
import { runLockHolder } from '../store/run-lock.ts';
import { textTable } from '../text/text-table.ts';

interface StatusOptions {
  readonly canonical?: boolean;
  readonly json?: boolean;
}

const EXAMPLE = `
Examples:
  $ autoresearch status
  $ autoresearch status router-1 --canonical | sha256sum`;

export function statusCommand(): Command {
  return new Command('status')
    .description('what runs there are and how far they have come')
    .argument('[run]', 'one run (default: all)')
    .option('--canonical', 'print the run’s canonical journal: equal for equal seeds')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLE)
    .action(async (name: string | undefined, options: StatusOptions) => {
      if (options.canonical) {
        process.stdout.write(canonicalJournal((await findRun(name, process.cwd())).records));
        return;
      }
      const runs =
        name === undefined ? await findAllRuns(process.cwd()) : [await findRun(name, process.cwd())];
      const statuses = runs.map(statusOf);
      process.stdout.write(options.json ? `${JSON.stringify({ runs: statuses })}\n` : statusText(statuses));
    });
}

function statusOf({ folder, state }: FoundRun) {
  const holder = runLockHolder(folder.lock);
  const best = state.best;
  return {
    run: state.run.id,
    target: state.run.target,
    state: holder !== undefined ? 'running' : (state.ending?.event ?? 'interrupted'),
    reason:
      holder !== undefined ? `process ${holder.pid}` : (state.ending?.reason ?? 'was killed; resume it'),
    attempts: state.decidedAttempts,
    attemptsWanted: state.limits.attempts,
    limits: state.limits,
    kept: Math.max(0, state.kept.length - 1),
    best: best === undefined ? null : { attempt: best.attempt, score: best.score, gain: gain(best.score, 0) },
    verdicts: Object.fromEntries(state.verdictsByCause),
    replies: replyStatistics(state) ?? null,
    fingerprint: state.run.fingerprint,
  };
}

function statusText(statuses: readonly ReturnType<typeof statusOf>[]): string {
  if (statuses.length === 0) return 'No runs yet; begin one with `autoresearch start --target router`.\n';
  const table = textTable(
    [
      ['run', 'state', 'attempts', 'kept', 'best gain', 'at attempt'],
      ...statuses.map((status) => [
        status.run,
        status.state,
        `${status.attempts}/${status.attemptsWanted}`,
        String(status.kept),
        gainText(status.best?.gain),
        status.best === null ? '–' : String(status.best.attempt),
      ]),
    ],
    { words: [0, 1] },
  );
  const [only] = statuses;
  if (statuses.length > 1 || only === undefined) return table;
  const verdicts = Object.entries(only.verdicts).map(([cause, count]) => `${cause} ${count}`);
  const replies = only.replies === null ? '' : replyStatisticsText(only.replies);
  return `${table}
${only.state}: ${only.reason}
${limitsText(only.limits)}
verdicts: ${verdicts.join(', ') || 'none yet'}
${replies}`;
}
