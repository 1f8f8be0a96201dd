/** One engine profile to derive: which of AIConfigurator's tables, and what it is called here. */
export interface ProfileRequest {
  /** Short name of the model with its precision, the head of the profile's name. */
  readonly slug: string;
  readonly model: string;
  readonly system: string;
  readonly backend: string;
  /** Version of the tables; `+ctxattnX` = prefill attention from the tables of version X. */
  readonly version: string;
  readonly tp: number;
  readonly moeTp?: number;
  readonly moeEp?: number;
}

const minimax = { slug: 'minimax-m2.5-fp8', model: 'MiniMaxAI/MiniMax-M2.5', tp: 4, moeTp: 4, moeEp: 1 };
const qwen32b = { slug: 'qwen3-32b', model: 'Qwen/Qwen3-32B', tp: 2 };
const deepseek = { slug: 'deepseek-v3-fp8', model: 'deepseek-ai/DeepSeek-V3', tp: 8, moeTp: 1, moeEp: 8 };

/** The profiles in harness/engines/profiles. Add a line, run `derive-engine-profiles`, commit what it writes. */
export const SHIPPED_PROFILES: readonly ProfileRequest[] = [
  { ...minimax, system: 'b200_sxm', backend: 'vllm', version: '0.14.0' },
  { ...minimax, system: 'b200_sxm', backend: 'vllm', version: '0.19.0' },
  // The prefill attention measured with 0.19.0 on H200 is faster than the chip can be.
  { ...minimax, system: 'h200_sxm', backend: 'vllm', version: '0.19.0+ctxattn0.18.0' },
  { ...qwen32b, system: 'h200_sxm', backend: 'vllm', version: '0.12.0' },
  { ...qwen32b, system: 'h200_sxm', backend: 'vllm', version: '0.14.0' },
  { ...qwen32b, system: 'b200_sxm', backend: 'vllm', version: '0.19.0' },
  {
    slug: 'qwen3-235b-a22b-fp8',
    model: 'Qwen/Qwen3-235B-A22B-FP8',
    system: 'h200_sxm',
    backend: 'vllm',
    version: '0.19.0+ctxattn0.18.0',
    tp: 4,
    moeTp: 4,
    moeEp: 1,
  },
  {
    slug: 'llama-3.1-70b-fp8',
    model: 'nvidia/Llama-3.1-70B-Instruct-FP8',
    system: 'h200_sxm',
    backend: 'vllm',
    version: '0.24.0',
    tp: 4,
  },
  {
    slug: 'gpt-oss-120b',
    model: 'openai/gpt-oss-120b',
    system: 'b200_sxm',
    backend: 'vllm',
    version: '0.22.0',
    tp: 1,
    moeTp: 1,
    moeEp: 1,
  },
  { ...deepseek, system: 'b200_sxm', backend: 'vllm', version: '0.19.0' },
  { ...deepseek, system: 'h200_sxm', backend: 'vllm', version: '0.19.0' },
];

export function profileName({ slug, system, tp, backend, version }: ProfileRequest): string {
  return `${slug}-${system.replace(/_.*$/, '')}-tp${tp}-${backend}-${version}`;
}
