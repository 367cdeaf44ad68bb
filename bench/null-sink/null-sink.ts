import { type ChildProcess, fork } from 'node:child_process';

/** Items that have arrived, by signal. */
export interface Arrivals {
  readonly spans: number;
  readonly logRecords: number;
  readonly dataPoints: number;
}

/** A moment in a sink's life. */
export interface Milestone {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly arrived: Arrivals;
}

/** An OTLP/gRPC endpoint in a process of its own that acknowledges everything, counts it and keeps nothing. */
export interface NullSink {
  /** `http://127.0.0.1:port` */
  readonly endpoint: string;
  readonly pid: number;
  arrived(): Promise<Arrivals>;
  /** Resolves when so many spans have arrived, counted from the sink's start, with the moment they had. */
  reached(spans: number): Promise<Milestone>;
  stop(): void;
}

/** What the sink's process is asked, and what it says. */
export type SinkRequest = { readonly kind: 'count' } | { readonly kind: 'await'; readonly spans: number };
export type SinkAnswer =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'counted'; readonly arrived: Arrivals }
  | { readonly kind: 'reached'; readonly spans: number; readonly at: number; readonly arrived: Arrivals };

/** Starts a sink on a free port. */
export async function startNullSink(): Promise<NullSink> {
  const child = fork(new URL('./sink-process.ts', import.meta.url));
  const { port } = await answer(child, 'listening');
  return {
    endpoint: `http://127.0.0.1:${port}`,
    // It has answered, so it was started.
    pid: child.pid as number,
    arrived: async () => {
      const counted = answer(child, 'counted');
      child.send({ kind: 'count' } satisfies SinkRequest);
      return (await counted).arrived;
    },
    reached: async (spans) => {
      const reached = answer(child, 'reached', (said) => said.spans === spans);
      child.send({ kind: 'await', spans } satisfies SinkRequest);
      return reached;
    },
    stop: () => child.disconnect(),
  };
}

type Answer<Kind> = Extract<SinkAnswer, { kind: Kind }>;

function answer<Kind extends SinkAnswer['kind']>(
  child: ChildProcess,
  kind: Kind,
  isIt: (said: Answer<Kind>) => boolean = () => true,
): Promise<Answer<Kind>> {
  return new Promise((resolve, reject) => {
    const listen = (said: SinkAnswer) => {
      // The kind names the shape.
      if (said.kind !== kind || !isIt(said as Answer<Kind>)) return;
      child.off('message', listen).off('exit', end);
      resolve(said as Answer<Kind>);
    };
    const end = (code: number | null) =>
      reject(new Error(`the null sink ended with ${code}: expected it to live as long as the benchmark`));
    child.on('message', listen).once('exit', end);
  });
}
