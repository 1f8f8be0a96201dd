import { writeFileSync } from 'node:fs';

/** Loaded before a program: when it ends, its largest resident size in KiB goes to the file that BENCH_PEAK_FILE names. */
process.on('exit', () => {
  writeFileSync(process.env.BENCH_PEAK_FILE, String(process.resourceUsage().maxRSS));
});
