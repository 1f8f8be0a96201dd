/** How much faster than its profile an engine is; `speedupRatio` 0 switches all scaling off, `decodeSpeedupRatio` 0 that of decode. */
export interface SpeedupRatios {
  readonly speedupRatio: number;
  readonly decodeSpeedupRatio: number;
}

/** What the parts of a pass are divided by. */
export function speedupDivisors(
  { speedupRatio, decodeSpeedupRatio }: SpeedupRatios = { speedupRatio: 1, decodeSpeedupRatio: 1 },
): {
  readonly prefill: number;
  readonly decode: number;
} {
  const decode = speedupRatio * decodeSpeedupRatio;
  return { prefill: speedupRatio === 0 ? 1 : speedupRatio, decode: decode === 0 ? 1 : decode };
}

/** A pass part as the clock sees it: whole nanoseconds, then divided by the speed-up and rounded again. */
export function scaledPartMs(ms: number, divisor: number): number {
  let nanoseconds = wholeNanosecondsOf(ms);
  if (divisor !== 1) nanoseconds = wholeNanoseconds(nanoseconds / 1e9 / divisor);
  return msOfNanoseconds(nanoseconds);
}

export function msOfNanoseconds(nanoseconds: number): number {
  return (nanoseconds / 1e9) * 1000;
}

/** wholeNanoseconds(ms / 1000), mostly without the division. */
function wholeNanosecondsOf(ms: number): number {
  const product = ms * 1e6;
  const nearest = nearestInteger(product);
  const beyond = product - nearest;
  return beyond > -0.499 && beyond < 0.499 ? nearest : wholeNanoseconds(ms / 1000);
}

/** Adding and taking it away again rounds a number below it to the nearest integer: 2^52. */
const INTEGERS_FROM = 4503599627370496;

/** Of a number below 2^52, ≥ 0; ties to even. */
export function nearestInteger(value: number): number {
  return value + INTEGERS_FROM - INTEGERS_FROM;
}

/** seconds · 1e9 rounded to nearest, ties to even, decided on the exact binary value of `seconds`. */
export function wholeNanoseconds(seconds: number): number {
  const product = seconds * 1e9;
  const nearest = nearestInteger(product);
  const beyond = product - nearest;
  return beyond > -0.499 && beyond < 0.499 ? nearest : nearWholeNanoseconds(seconds, product);
}

function nearWholeNanoseconds(seconds: number, product: number): number {
  const floor = Math.floor(product);
  const aboveHalf = product - floor - 0.5;
  if (aboveHalf < -1e-3) return floor;
  if (aboveHalf > 1e-3) return floor + 1;
  const exact = aboveHalf + productError(seconds, 1e9, product);
  if (exact < 0) return floor;
  if (exact > 0) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** a·b − product, exactly (Dekker's two-product with Veltkamp splitting). */
function productError(a: number, b: number, product: number): number {
  const aHigh = highPart(a);
  const bHigh = highPart(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

function highPart(x: number): number {
  const scaled = 134217729 * x; // 2^27 + 1
  return scaled - (scaled - x);
}
