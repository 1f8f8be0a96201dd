import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

const STDOUT = 1;

/** What a test run came to. A file that failed to load and an error outside any test count as failed. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Prints `N passed, N failed` (and `, N skipped` if any) as the very last line of a test run, for scripts to read. */
// biome-ignore lint/style/noDefaultExport: vitest takes a reporter from its module's default export.
export default class PlainCountReporter implements Reporter {
  #line: string | undefined;

  constructor() {
    process.once('exit', () => {
      if (this.#line !== undefined) writeSync(STDOUT, `${this.#line}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts: Counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) count(module, counts);
    const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
    this.#line = `${counts.passed} passed, ${counts.failed} failed${skipped}`;
  }
}

function count(module: TestModule, counts: Counts): void {
  counts.failed += module.errors().length;
  for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') counts.passed++;
    else if (state === 'failed') counts.failed++;
    else counts.skipped++;
  }
}
