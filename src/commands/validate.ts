import { Command } from 'commander';
import {
  DEFAULT_ENGINE,
  DEFAULT_ENGINE_NAME,
  type Engine,
  engineNamed,
  engineNames,
} from '../../harness/index.ts';
import { endedByInterrupts } from '../interrupt.ts';
import {
  createValidationReport,
  meanError,
  medianError,
  type SiliconErrors,
  type ValidationReport,
} from '../report/validation-report.ts';
import { validationText } from '../report/validation-text.ts';
import { serveClosedLoop } from './closed-loop.ts';
import {
  FIGURE_3,
  FIGURE_3_BATCHED_TOKENS,
  FIGURE_3_TOKENS,
  FIGURE_3_WARM_CONCURRENCY,
} from './published-figures.ts';
import { pointsOf, readSiliconPoints, type SiliconPoint } from './silicon-points.ts';

const EXAMPLES = `
Examples:
  $ autoresearch validate
  $ autoresearch validate --silicon silicon_sample.csv.gz --json

Published columns: NVIDIA's DynoSim validation on 4 B200. Measurements for --silicon: silicon_sample.csv of AIConfigurator.`;

interface ValidateOptions {
  readonly engine: string;
  readonly silicon?: string;
  readonly json?: true;
}

export function validateCommand(): Command {
  return new Command('validate')
    .description('the simulator beside real hardware and DynoSim’s published figures')
    .option('--engine <name>', 'engine profile for the published figures', DEFAULT_ENGINE_NAME)
    .option('--silicon <file>', 'also replay these measurements, on every engine that matches')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((options: ValidateOptions) => {
      const report = endedByInterrupts(() => validate(options));
      process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : validationText(report));
    });
}

function validate({ engine: name, silicon: file }: ValidateOptions): ValidationReport {
  const engine = engineNamed(name);
  const measured = file === undefined ? undefined : readSiliconPoints(file);
  const points = FIGURE_3.map((published) => ({
    ...published,
    here: serveClosedLoop(engine, {
      inputTokens: FIGURE_3_TOKENS,
      outputTokens: FIGURE_3_TOKENS,
      concurrency: published.concurrency,
      maxBatchedTokens: FIGURE_3_BATCHED_TOKENS,
    }),
  }));
  const report = createValidationReport(engine, points, FIGURE_3_WARM_CONCURRENCY);
  return measured === undefined ? report : { ...report, silicon: siliconErrors(measured) };
}

function siliconErrors(measured: readonly SiliconPoint[]): SiliconErrors[] {
  return engineNames()
    .map(engineNamed)
    .flatMap((engine) => {
      const points = engine.profile === undefined ? [] : pointsOf(engine.profile, measured);
      return points.length === 0 ? [] : [errorsOf(engine, points)];
    });
}

function errorsOf(engine: Engine, points: readonly SiliconPoint[]): SiliconErrors {
  process.stderr.write(`replaying ${points.length} measurements on ${engine.name}\n`);
  const pairs = points.map((point) => {
    const { isl: inputTokens, osl: outputTokens, batch_size: concurrency } = point;
    const { ttftMs, tpotMs } = serveClosedLoop(engine, {
      ...{ inputTokens, outputTokens, concurrency },
      maxBatchedTokens: DEFAULT_ENGINE.maxNumBatchedTokens,
    });
    return {
      ttft: [ttftMs, point.silicon_ttft_ms] as const,
      tpot: [tpotMs, point.silicon_tpot_ms] as const,
    };
  });
  const [ttft, tpot] = [pairs.map((pair) => pair.ttft), pairs.map((pair) => pair.tpot)];
  return {
    name: engine.name,
    hash: engine.hash,
    points: points.length,
    errors: { ttftMs: meanError(ttft), tpotMs: meanError(tpot) },
    medianErrors: { ttftMs: medianError(ttft), tpotMs: medianError(tpot) },
  };
}
