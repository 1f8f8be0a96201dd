/** The globals a policy has, all of them frozen. An allow-list: every new V8 adds names. */
export const POLICY_GLOBALS = [
  'Math',
  'Number',
  'Boolean',
  'String',
  'Array',
  'Object',
  'Map',
  'Set',
  'Float64Array',
  'Float32Array',
  'Int32Array',
  'Uint32Array',
  'Int16Array',
  'Uint16Array',
  'Int8Array',
  'Uint8Array',
  'Infinity',
  'NaN',
  'undefined',
  'isFinite',
  'isNaN',
  'Error',
  'RangeError',
  'TypeError',
] as const;

/** What the simulator may use besides: parameters of its script, in this order, and no globals any more. */
export const SIMULATOR_INTRINSICS = [
  'JSON',
  'ArrayBuffer',
  'DataView',
  'Reflect',
  'Symbol',
  'BigInt',
  'WeakSet',
  'WeakMap',
] as const;
