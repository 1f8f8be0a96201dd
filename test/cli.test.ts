import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { UserError } from '../harness/index.ts';
import { createProgram, runCommandLine } from '../src/commands/program.ts';
import { exitReport } from '../src/exit-report.ts';
import { Interrupted } from '../src/interrupt.ts';
import { temporaryFolder } from './temporary-folder.ts';

const BUILT = 'dist/cli.js';

function autoresearch(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BUILT, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('the command line', () => {
  it('prints its version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(autoresearch('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('prints help with examples on stdout', () => {
    const { status, stdout, stderr } = autoresearch('--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Examples:\n  $ autoresearch ');
  });

  it.each<[string, string[], string]>([
    [
      'an unknown command',
      ['evalute'],
      "unknown command 'evalute' (Did you mean evaluate?); see `autoresearch --help`",
    ],
    [
      'an unknown flag',
      ['--verison'],
      "unknown option '--verison' (Did you mean --version?); see `autoresearch --help`",
    ],
    [
      'an unknown flag of a subcommand',
      ['trace', 'info', 'x', '--jsno'],
      "unknown option '--jsno' (Did you mean --json?); see `autoresearch trace info --help`",
    ],
    [
      'a missing argument',
      ['trace', 'info'],
      "missing required argument 'file'; see `autoresearch trace info --help`",
    ],
    ['a missing file', ['trace', 'info', 'absent.jsonl'], 'no such trace file: absent.jsonl'],
  ])('answers %s with one line and exit code 2', (_what, args, line) => {
    const { status, stdout, stderr } = autoresearch(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^autoresearch: [^\n]*\n$/);
    expect(stderr).toContain(line);
  });

  it('says which commands there are when none is given', () => {
    const { status, stderr } = autoresearch();
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /autoresearch: a command is missing, one of: .*evaluate.*; see `autoresearch --help`\n$/,
    );
  });

  it('ends quietly when the reader of its output has seen enough', () => {
    const script = `"${process.execPath}" ${BUILT} trace generate --minutes 20 | head -n 1`;
    const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', script], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')).toHaveLength(2);
  });

  it('ends with 130 when interrupted', async () => {
    const folder = temporaryFolder();
    const child = spawn(
      process.execPath,
      [BUILT, 'evaluate', 'policies/router/policy.ts', '--target', 'router'],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, TMPDIR: folder },
      },
    );
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    const [code, signal] = await once(child, 'exit');
    expect({ code, signal }).toEqual({ code: 130, signal: null });
  });
});

describe('a program', () => {
  it('runs the command that is named, and takes help for an ordinary end', async () => {
    const seen: string[] = [];
    const greet = () =>
      new Command('greet').argument('<name>').action((name: string) => void seen.push(name));
    await runCommandLine(createProgram('1.0.0', [greet]), ['greet', 'Ada']);
    expect(seen).toEqual(['Ada']);
    await expect(runCommandLine(createProgram('1.0.0', [greet]), ['greet', 'Ada', 'Bob'])).rejects.toThrow(
      /^too many arguments for 'greet'\. Expected 1 argument but got 2; see `autoresearch greet --help`$/,
    );
  });

  it("passes a command's own failure on", async () => {
    const fail = () => new Command('fail').action(() => Promise.reject(new RangeError('broken')));
    await expect(runCommandLine(createProgram('1.0.0', [fail]), ['fail'])).rejects.toThrow(RangeError);
  });
});

describe('the exit report', () => {
  it('is 2 and one line for what the user can fix', () => {
    expect(exitReport(new UserError('a.json:3: bad\n  field'), false)).toEqual({
      code: 2,
      message: 'autoresearch: a.json:3: bad field',
    });
  });

  it('is 1 for anything else, with a stack only for debugging', () => {
    const error = new TypeError('x is not a function');
    expect(exitReport(error, false)).toEqual({ code: 1, message: 'autoresearch: x is not a function' });
    expect(exitReport(error, true)).toEqual({ code: 1, message: error.stack });
    expect(exitReport('thrown text', true)).toEqual({ code: 1, message: 'autoresearch: thrown text' });
  });

  it('is 130 and silent for an interrupt', () => {
    expect(exitReport(new Interrupted('interrupted'), false)).toEqual({ code: 130, message: undefined });
  });
});
