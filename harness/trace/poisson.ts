import type { Rng } from '../ds/rng.ts';

/** Means above this are drawn in parts: e^−mean must stay far from underflow. */
const LARGEST_PART = 32;

/** A Poisson count, from additions and multiplications alone so that every machine draws the same. */
export function poisson(mean: number, rng: Rng): number {
  let count = 0;
  let rest = mean;
  for (; rest > LARGEST_PART; rest -= LARGEST_PART) count += poissonPart(LARGEST_PART, rng);
  return count + poissonPart(rest, rng);
}

/** Inversion: walks up the cumulative distribution until it passes a uniform draw. */
function poissonPart(mean: number, rng: Rng): number {
  const draw = rng.next();
  let probability = expOfMinus(mean);
  let cumulative = probability;
  let count = 0;
  while (draw >= cumulative && probability > 0) {
    count += 1;
    probability *= mean / count;
    cumulative += probability;
  }
  return count;
}

/** e^−x for 0 ≤ x ≤ 32: the series of e^(−x/1024), squared ten times. */
function expOfMinus(x: number): number {
  const step = -x / 1024;
  let result = 1 + step * (1 + (step / 2) * (1 + (step / 3) * (1 + (step / 4) * (1 + step / 5))));
  for (let doubling = 0; doubling < 10; doubling++) result *= result;
  return result;
}
