import { type Context, type Span, trace } from '@opentelemetry/api';

/** The context of whatever happens inside `span`. */
export function contextOf(span: Span): Context {
  return trace.setSpan(EMPTY, span);
}

/** A context of few values, as a chain of them. The API's own copies a Map and makes three functions for each value that is set. */
class ChainedContext implements Context {
  readonly #key: symbol | undefined;
  readonly #value: unknown;
  readonly #rest: ChainedContext | undefined;

  constructor(key?: symbol, value?: unknown, rest?: ChainedContext) {
    this.#key = key;
    this.#value = value;
    this.#rest = rest;
  }

  getValue(key: symbol): unknown {
    return key === this.#key ? this.#value : this.#rest?.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new ChainedContext(key, value, this);
  }

  deleteValue(key: symbol): Context {
    return this.setValue(key, undefined);
  }
}

const EMPTY = new ChainedContext();
