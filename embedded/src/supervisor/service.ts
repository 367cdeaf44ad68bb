/** A part of the stack that runs until it is stopped. */
export interface Service {
  /** As it is named to the user. */
  readonly name: string;
  /** Resolves with how it ended, in words, asked to or not; never for a part that cannot end by itself. */
  readonly ended: Promise<ServiceEnd>;
  /** Stops it in order, within a time bound, and waits for that. */
  stop(options?: StopOptions): Promise<void>;
}

/** How a part of the stack is to stop. */
export interface StopOptions {
  /** What it delivers to is gone: it need not wait until everything is delivered. */
  readonly hopeless?: boolean;
}

/** How a part of the stack ended. */
export interface ServiceEnd {
  /** It did what it was there for. */
  readonly ok: boolean;
  /** "exit code 1", "SIGKILL", and its last words where they are known. */
  readonly how: string;
}
