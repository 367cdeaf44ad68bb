import type { Attributes, Context, HrTime, Span } from '@opentelemetry/api';
import type { Random } from '../../simulation/random.ts';
import { contextOf } from '../../telemetry/context.ts';
import { setKnownAttribute, setKnownAttributes } from '../../telemetry/known-attributes.ts';
import { toHrTime } from '../../telemetry/time.ts';
import type { RegionName } from '../regions.ts';
import type { Instance } from './instance.ts';
import type { Platform } from './platform.ts';

/** What all the work for one cause, a request or a batch of messages, has in common: one trace. */
export interface Cause {
  readonly platform: Platform;
  /** Every decision on the way is drawn from it. */
  readonly random: Random;
  /** Where its services are picked; any region where none is given. */
  readonly region: RegionName | undefined;
  /** The index of the shopper who asked; undefined where nobody did. */
  readonly shopper: number | undefined;
  /** On every span; causes of the same drop and phase share one object. */
  readonly tags: Readonly<Attributes>;
}

/** The inside of a running operation: where its children start, its logs are written and its attributes are set. */
export class Scope {
  readonly cause: Cause;
  readonly instance: Instance;
  readonly span: Span;
  /** How much later the instance's clock was than it is when the span started: its end must not come before that. */
  readonly #skewMs: number;
  #context: Context | undefined;

  constructor(cause: Cause, instance: Instance, span: Span) {
    this.cause = cause;
    this.instance = instance;
    this.span = span;
    this.#skewMs = instance.skewMs;
  }

  /** The present, as the instance's clock has it. */
  now(): HrTime {
    return toHrTime(this.cause.platform.clock.now() + this.#skewMs);
  }

  /** The OpenTelemetry context that children and logs belong to; made when first needed, since most spans are leaves. */
  get context(): Context {
    this.#context ??= contextOf(this.span);
    return this.#context;
  }

  /** Sets an attribute of the span. */
  set(key: string, value: string | number | boolean): void {
    setKnownAttribute(this.span, key, value);
  }

  /** Sets attributes of the span, all of which are good. */
  setAll(attributes: Readonly<Attributes>): void {
    setKnownAttributes(this.span, attributes);
  }
}
