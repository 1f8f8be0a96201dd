import {
  type Engine,
  type EngineProfile,
  kvCapacityTokens,
  type PassTiming,
  passTiming,
} from '../../harness/index.ts';
import { type BarRow, barRows } from '../text/bar-rows.ts';
import { groupedNumber } from '../text/grouped-number.ts';
import { textTable } from '../text/text-table.ts';
import { timingText } from './timing-text.ts';

/** What `engine list --json` says of one engine. Null where an engine is of no machine in particular. */
export interface EngineSummary {
  readonly name: string;
  readonly hash: string;
  readonly model: string | null;
  readonly system: string | null;
  readonly gpusPerWorker: number | null;
  /** Backend and version of the measured tables. */
  readonly tables: string | null;
  /** KV tokens of one worker with passes of up to 8192 tokens. */
  readonly kvTokens: number | null;
  readonly maxContextTokens: number | null;
  /** One prompt of 8192 tokens. */
  readonly prefillMs: number;
  /** 32 requests at 4096 tokens; the polynomial at a half-full pool. */
  readonly decodeMs: number;
}

const PASS_TOKENS = 8192;
const BAR_WIDTH = 44;
const PROMPTS = [128, 512, 1024, 2048, 4096, 8192, 16_384, 32_768];
const BATCHES = [1, 4, 16, 32, 64, 128, 256];
const CONTEXTS = [1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072];

export function engineSummary({ name, hash, timing, profile }: Engine): EngineSummary {
  const { prefillMs, decodeMs } = samplesOf(passTiming(timing));
  return {
    name,
    hash,
    model: profile?.model ?? null,
    system: profile?.system ?? null,
    gpusPerWorker: profile?.gpusPerWorker ?? null,
    tables: profile === undefined ? null : `${profile.backend} ${profile.backendVersion}`,
    kvTokens: profile === undefined ? null : kvCapacityTokens(profile, PASS_TOKENS),
    maxContextTokens: profile?.maxContextTokens ?? null,
    prefillMs: prefillMs(PASS_TOKENS),
    decodeMs: decodeMs(32, 4096),
  };
}

export function engineListText(engines: readonly EngineSummary[], defaultName: string): string {
  const table = textTable(
    [
      ['engine', 'GPUs', 'KV tokens', 'prefill', 'decode', 'hash'],
      ...engines.map(({ name, gpusPerWorker, kvTokens, prefillMs, decodeMs, hash }) => [
        name === defaultName ? `${name} *` : name,
        gpusPerWorker === null ? '' : String(gpusPerWorker),
        kvTokens === null ? '' : whole(kvTokens),
        milliseconds(prefillMs),
        milliseconds(decodeMs),
        hash.slice(0, 12),
      ]),
    ],
    { words: [0, 5] },
  );
  return `${table}\nprefill: one prompt of 8,192 tokens; decode: 32 requests at 4,096 tokens (the polynomial: pool half full)\n* what start and evaluate take\n`;
}

/** One engine: what it models, how much it holds, how long its passes take. */
export function engineText(engine: Engine): string {
  const samples = samplesOf(passTiming(engine.timing));
  const prefill = PROMPTS.map((tokens) => ({ label: whole(tokens), value: samples.prefillMs(tokens) }));
  const plots =
    engine.profile === undefined
      ? [plot('decode, share of the KV pool in use', poolRows(passTiming(engine.timing)))]
      : [
          plot(
            'decode at 4,096 tokens, requests',
            decodeRows(BATCHES, (batch) => samples.decodeMs(batch, 4096)),
          ),
          plot(
            'decode of 32 requests, tokens each',
            decodeRows(CONTEXTS, (tokens) => samples.decodeMs(32, tokens)),
          ),
        ];
  return [
    `${timingText(engine)}\n`,
    ...factsOf(engine),
    plot('prefill of one prompt, tokens', prefill),
    ...plots,
  ].join('');
}

function factsOf({ hash, profile }: Engine): string[] {
  if (profile === undefined)
    return [fact('hash', hash), fact('model', 'none: DynoSim’s default, uncalibrated')];
  const { model, gpusPerWorker, system, backend, backendVersion, source, maxContextTokens } = profile;
  const blocks = Math.floor(kvCapacityTokens(profile, PASS_TOKENS) / 512);
  return [
    fact('hash', hash),
    fact('model', `${model}, ${precisionText(profile)}`),
    fact('worker', `${gpusPerWorker} × ${system}, ${parallelismText(profile)}`),
    fact('tables', `${backend} ${backendVersion}, aiconfigurator ${source.toolVersion}: ${source.note}`),
    fact('licence', source.licence),
    fact('KV', `${whole(kvCapacityTokens(profile, PASS_TOKENS))} tokens, ${whole(blocks)} blocks of 512`),
    fact('context', `up to ${whole(maxContextTokens)} tokens`),
  ];
}

function precisionText({ precision: { gemm, moe, attention, kvCache } }: EngineProfile): string {
  return `${gemm}${moe === undefined ? '' : `, experts ${moe}`}, attention ${attention}, KV ${kvCache}`;
}

function parallelismText({ parallelism: { tensor, moeTensor, moeExpert } }: EngineProfile): string {
  const experts = moeTensor === undefined ? '' : `, experts tp ${moeTensor} ep ${moeExpert ?? 1}`;
  return `tp ${tensor}${experts}`;
}

/** Passes of equal requests. Where the KV pool counts it is half full. */
function samplesOf(timing: PassTiming) {
  return {
    prefillMs: (tokens: number) => timing.prefillMs(1, tokens, 0),
    decodeMs: (batch: number, tokens: number) => timing.decodeMs(batch, batch * tokens, 1, 2),
  };
}

function decodeRows(counts: readonly number[], decodeMs: (count: number) => number): BarRow[] {
  return counts.map((count) => ({ label: whole(count), value: decodeMs(count) }));
}

function poolRows(timing: PassTiming): BarRow[] {
  return [0, 20, 40, 60, 80, 100].map((percent) => ({
    label: `${percent} %`,
    value: timing.decodeMs(1, 1, percent, 100),
  }));
}

function plot(title: string, rows: readonly BarRow[]): string {
  const bars = barRows(rows, BAR_WIDTH, milliseconds).replaceAll(/^/gm, '  ').trimEnd();
  return `\n${title}\n${bars}\n`;
}

function fact(name: string, text: string): string {
  return `  ${name.padEnd(9)}${text}\n`;
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;
}

function whole(value: number): string {
  return groupedNumber(Math.round(value));
}
