import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** Items that have arrived, by signal. */
export interface Arrivals {
  readonly spans: number;
  readonly logRecords: number;
  readonly dataPoints: number;
}

/** A moment in a sink's life. */
export interface Mark {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** That had arrived by then. */
  readonly spans: number;
}

/** An OTLP/gRPC endpoint in a process of its own that acknowledges everything, counts it and keeps nothing; disposing of it ends it. */
export interface NullSink extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly endpoint: string;
  readonly pid: number;
  arrived(): Promise<Arrivals>;
  /** The moments at which another ten thousand spans or more had arrived. */
  marks(): Promise<readonly Mark[]>;
}

/** What the sink's process is asked, and what it says. */
export type SinkRequest = { readonly kind: 'count' };
export type SinkAnswer =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'counted'; readonly arrived: Arrivals; readonly marks: readonly Mark[] };

/** Starts a sink on a free port. */
export async function startNullSink(): Promise<NullSink> {
  const child = fork(new URL('./sink-process.ts', import.meta.url));
  const { port } = await answer(child, 'listening');
  return {
    endpoint: `http://127.0.0.1:${port}`,
    // It has answered, so it was started.
    pid: child.pid as number,
    arrived: async () => (await count(child)).arrived,
    marks: async () => (await count(child)).marks,
    [Symbol.asyncDispose]: async () => {
      if (child.connected) child.disconnect();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

type Answer<Kind> = Extract<SinkAnswer, { kind: Kind }>;

function count(child: ChildProcess): Promise<Answer<'counted'>> {
  const counted = answer(child, 'counted');
  child.send({ kind: 'count' } satisfies SinkRequest);
  return counted;
}

function answer<Kind extends SinkAnswer['kind']>(child: ChildProcess, kind: Kind): Promise<Answer<Kind>> {
  return new Promise((resolve, reject) => {
    const listen = (said: SinkAnswer) => {
      if (said.kind !== kind) return;
      child.off('message', listen).off('exit', end);
      // The kind names the shape.
      resolve(said as Answer<Kind>);
    };
    const end = (code: number | null) =>
      reject(new Error(`the null sink ended with ${code}: expected it to live as long as the benchmark`));
    child.on('message', listen).once('exit', end);
  });
}
