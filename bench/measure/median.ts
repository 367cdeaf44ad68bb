/** The middle of `numbers`, or the mean of the two in the middle. Throws a RangeError where there is none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined)
    throw new RangeError('the median of nothing: expected one number or more');
  return (lower + upper) / 2;
}
