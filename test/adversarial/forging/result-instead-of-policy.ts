/**
 * target: router
 * attack: returns what the simulator would return
 * expected: policy-error: the factory returned no `router`
 */
export default function create(): unknown {
  return { kind: 'simulated', columns: { endMs: new Float64Array(8) }, hookCalls: {}, passes: 1 };
}
