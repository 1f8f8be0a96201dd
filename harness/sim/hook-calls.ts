/** How often each hook of a policy was called. */
export interface HookCalls {
  readonly admit: number;
  readonly cost: number;
  readonly order: number;
  readonly onRouted: number;
  readonly onFirstToken: number;
  readonly onCompleted: number;
}

export const NO_HOOK_CALLS: HookCalls = {
  admit: 0,
  cost: 0,
  order: 0,
  onRouted: 0,
  onFirstToken: 0,
  onCompleted: 0,
};

/** Calls of all hooks together. */
export function totalCalls(calls: HookCalls): number {
  return calls.admit + calls.cost + calls.order + calls.onRouted + calls.onFirstToken + calls.onCompleted;
}
