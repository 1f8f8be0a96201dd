import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { targetNamed, UserError } from '../../harness/index.ts';
import { unifiedDiff } from '../report/diff-view.ts';
import { commitFacts } from '../research/conduct.ts';
import { chosenAttempt, findRun, parseRunReference } from '../research/find-run.ts';
import { baseCommit } from '../research/run-setup.ts';
import { BlobStore } from '../store/blob-store.ts';
import { paintFor } from '../text/paint.ts';
import { type Acceptance, acceptPolicy, requireAcceptable } from '../workspace/accept-policy.ts';
import { commitTrailers } from '../workspace/commit-message.ts';

interface AcceptOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

const EXAMPLE = `
Examples:
  $ autoresearch accept router-1           the run's best attempt
  $ autoresearch accept router-1/12 --yes  without asking`;

export function acceptCommand(): Command {
  return new Command('accept')
    .description('commit a kept policy to your current branch')
    .argument('<run/attempt>', 'run, or run and attempt')
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLE)
    .action(async (reference: string, options: AcceptOptions) => {
      const acceptance = await plan(reference);
      const branch = await requireAcceptable(acceptance);
      if (!options.yes) await confirm(acceptance, branch);
      const accepted = await acceptPolicy(acceptance);
      const text = `committed ${accepted.commit.slice(0, 12)} on ${accepted.branch}; take it back with \`${accepted.revert}\`\n`;
      process.stdout.write(options.json ? `${JSON.stringify(accepted)}\n` : text);
    });
}

async function plan(reference: string): Promise<Acceptance & { readonly before: string }> {
  const wanted = parseRunReference(reference);
  const found = await findRun(wanted.run, process.cwd());
  const attempt = chosenAttempt(found, wanted.attempt);
  const { run } = found.state;
  const state = found.state.attempt(attempt);
  if (attempt === 0 || state?.verdict?.verdict !== 'kept' || state.proposal.source === undefined) {
    throw new UserError(
      `${run.id}/${attempt} was not kept; accept a kept attempt, see \`autoresearch leaderboard\``,
    );
  }
  const target = targetNamed(run.target);
  const blobs = new BlobStore(found.folder.blobs);
  return {
    repository: found.repository,
    path: target.policyFile,
    source: blobs.get(state.proposal.source),
    before: blobs.get(run.seedPolicy),
    base: baseCommit(run),
    subject: state.proposal.idea,
    trailers: commitTrailers(commitFacts({ log: found, target }, attempt)),
  };
}

async function confirm(
  { path, source, before }: Acceptance & { readonly before: string },
  branch: string,
): Promise<void> {
  if (!process.stdin.isTTY)
    throw new UserError('there is no terminal to ask on; add --yes to accept without asking');
  process.stderr.write(`${unifiedDiff(before, source, { path, paint: paintFor(process.stderr) })}\n`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`commit this ${path} to ${branch}? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new UserError('not accepted; nothing was changed');
  } finally {
    terminal.close();
  }
}
