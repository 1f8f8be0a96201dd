import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The main job from a fresh clone: a short run on the default traffic, then its winning diff and the leaderboard. */
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

for (const args of [
  ['start', '--target', 'router', '--attempts', '24', '--seed', '1'],
  ['review', '--seed'],
  ['leaderboard'],
]) {
  process.stdout.write(`\n$ autoresearch ${args.join(' ')}\n\n`);
  const { status } = spawnSync(process.execPath, [cli, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
