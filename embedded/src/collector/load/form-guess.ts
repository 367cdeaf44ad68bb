/** INSERTs after which a shallower form is tried again. */
const TRY_AGAIN_AFTER = 16;

/**
 * With which of a statement's forms to begin. A form that proves too shallow costs what an INSERT costs, and the telemetry of one
 * sender stays alike: so what one INSERT needed, the next ones begin with, until it is time to see whether less will do again.
 */
export interface FormGuess {
  /** The form to begin an INSERT with. */
  next(): number;
  /** Tells that an INSERT needed a deeper form than it began with: this one. */
  needed(form: number): void;
}

/** Begins with the first form. */
export function createFormGuess(): FormGuess {
  let form = 0;
  let left = 0;
  return {
    next: () => {
      if (left === 0) form = 0;
      else left--;
      return form;
    },
    needed: (deeper) => {
      form = deeper;
      left = TRY_AGAIN_AFTER;
    },
  };
}
