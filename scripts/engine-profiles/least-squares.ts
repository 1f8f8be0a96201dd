/** Levenberg–Marquardt with a numeric Jacobian. Parameters that nothing depends on keep their start value. */
export function fitLeastSquares(
  start: readonly number[],
  residuals: (parameters: readonly number[]) => readonly number[],
  iterations = 20,
): number[] {
  let parameters = [...start];
  let current = residuals(parameters);
  let damping = 1e-3;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const step = stepFrom(parameters, current, residuals, damping);
    const next = parameters.map((value, index) => value + (step[index] ?? 0));
    const moved = residuals(next);
    if (sumOfSquares(moved) < sumOfSquares(current)) {
      parameters = next;
      current = moved;
      damping = Math.max(damping / 4, 1e-9);
    } else {
      damping *= 8;
    }
  }
  return parameters;
}

function stepFrom(
  parameters: readonly number[],
  current: readonly number[],
  residuals: (parameters: readonly number[]) => readonly number[],
  damping: number,
): number[] {
  const columns = parameters.map((value, index) => {
    const width = Math.max(Math.abs(value), 1e-3) * 1e-5;
    const shifted = residuals(parameters.with(index, value + width));
    return shifted.map((residual, row) => (residual - (current[row] ?? 0)) / width);
  });
  const normal = columns.map((left, row) =>
    columns.map((right, column) => {
      const product = dot(left, right);
      return row === column ? product * (1 + damping) || 1 : product;
    }),
  );
  return solve(
    normal,
    columns.map((column) => -dot(column, current)),
  );
}

/** Gaussian elimination with partial pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index] ?? 0]);
  const size = rows.length;
  for (let pivot = 0; pivot < size; pivot++) {
    const best = rows.reduce(
      (found, row, index) =>
        index >= pivot && Math.abs(row[pivot] ?? 0) > Math.abs(rows[found]?.[pivot] ?? 0) ? index : found,
      pivot,
    );
    const [top, other] = [rows[pivot], rows[best]];
    if (top === undefined || other === undefined) throw new Error('no pivot row');
    rows[pivot] = other;
    rows[best] = top;
    for (let index = 0; index < size; index++) {
      const row = rows[index];
      if (index === pivot || row === undefined) continue;
      const factor = (row[pivot] ?? 0) / (other[pivot] ?? 1);
      for (let column = pivot; column <= size; column++)
        row[column] = (row[column] ?? 0) - factor * (other[column] ?? 0);
    }
  }
  return rows.map((row, index) => (row[size] ?? 0) / (row[index] ?? 1));
}

function dot(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}

function sumOfSquares(values: readonly number[]): number {
  return dot(values, values);
}
