import { Command } from 'commander';
import { targetNamed } from '../../harness/index.ts';
import { type AttemptReview, reviewAttempt, reviewText } from '../report/attempt-review.ts';
import { unifiedDiff } from '../report/diff-view.ts';
import { chosenAttempt, findRun, parseRunReference } from '../research/find-run.ts';
import { BlobStore } from '../store/blob-store.ts';
import { paintFor } from '../text/paint.ts';

interface ReviewOptions {
  readonly seed?: boolean;
  readonly json?: boolean;
}

const EXAMPLE = `
Examples:
  $ autoresearch review                  the best attempt of the latest run
  $ autoresearch review router-1/12      attempt 12, kept or not
  $ autoresearch review router-1 --seed  the best attempt against the seed policy`;

export function reviewCommand(): Command {
  return new Command('review')
    .description('one attempt: its idea, diff, scenarios and gain')
    .argument('[run/attempt]', 'run, or run and attempt (default: best attempt of the latest run)')
    .option('--seed', 'diff and gains against the seed policy instead of the incumbent of then')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLE)
    .action(async (reference: string | undefined, options: ReviewOptions) => {
      const wanted = parseRunReference(reference);
      const run = await findRun(wanted.run, process.cwd());
      const target = targetNamed(run.state.run.target);
      const review = reviewAttempt(
        run.state,
        new BlobStore(run.folder.blobs),
        chosenAttempt(run, wanted.attempt),
        {
          reference: target.pinnedBaseline,
          against: options.seed ? 'seed' : 'parent',
        },
      );
      process.stdout.write(options.json ? `${JSON.stringify(review)}\n` : inFull(review, target.policyFile));
    });
}

function inFull(review: AttemptReview, path: string): string {
  if (review.after === null) return reviewText(review);
  return `${reviewText(review)}\n${unifiedDiff(review.before, review.after, { path, paint: paintFor(process.stdout) })}`;
}
