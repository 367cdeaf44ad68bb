/** What keeps the stack from starting, or ended it: a line for each problem, each saying what to do. */
export class SupervisorError extends Error {
  override readonly name = 'SupervisorError';
}
