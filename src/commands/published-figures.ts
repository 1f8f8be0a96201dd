import type { Serving } from '../report/validation-report.ts';

/** What was published of one concurrency. */
export interface PublishedPoint {
  readonly concurrency: number;
  readonly hardware: Serving;
  readonly dynosim: Serving;
}

/**
 * DynoSim's validation (NVIDIA, "DynoSim", figure 3): MiniMax-M2.5 FP8 on 4 B200 (TP4) with 1024 tokens in and out.
 * Hardware: vLLM 0.17; simulated: AIConfigurator's tables of vLLM 0.14.
 */
export const FIGURE_3: readonly PublishedPoint[] = [
  point(4, [99.75, 104.39, 9.58, 121.51], [109.73, 111.32, 9.063, 59.21]),
  point(8, [191.07, 98.82, 10.12, 100.66], [171.54, 87.54, 11.593, 76.84]),
  point(16, [314.84, 81.23, 12.311, 117.02], [294.03, 75.87, 13.507, 107.14]),
  point(32, [474.64, 61.29, 16.316, 146.1], [465.27, 60.85, 17.057, 148.05]),
  point(64, [747.1, 48.46, 20.638, 220.43], [716.72, 47.8, 22.111, 216.69]),
];

export const FIGURE_3_TOKENS = 1024;
/** Token budget of a pass. It was not published; DynoSim's columns come out with this one. */
export const FIGURE_3_BATCHED_TOKENS = 2048;
/** Below it the hardware was measured cold. */
export const FIGURE_3_WARM_CONCURRENCY = 8;

type Figures = readonly [tpsPerGpu: number, tpsPerUser: number, tpotMs: number, ttftMs: number];

function point(concurrency: number, hardware: Figures, dynosim: Figures): PublishedPoint {
  return { concurrency, hardware: serving(hardware), dynosim: serving(dynosim) };
}

function serving([tpsPerGpu, tpsPerUser, tpotMs, ttftMs]: Figures): Serving {
  return { tpsPerGpu, tpsPerUser, tpotMs, ttftMs };
}
