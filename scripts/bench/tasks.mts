/** What a child process can be asked to measure: each task with what it is given, as JSON. */
import type { DifferenceOptions } from "./workloads/difference.mts";
import type { Form } from "./workloads/reference.mts";
import type { Subject, Workload } from "./workloads/workload.mts";

export type TimingTask = Subject & {
  readonly seconds: number;
  /** Into how many parts unroll cuts a batch. Default: one a core. */
  readonly shards?: number | undefined;
  /** The clone whose build of the library is measured. Default: this one. */
  readonly clone?: string | undefined;
};

export interface Tasks {
  readonly unroll: TimingTask;
  readonly "unroll-eager": TimingTask;
  readonly "tfjs-layers": TimingTask;
  readonly verify: DifferenceOptions & { readonly workload: Workload };
  readonly fit: { readonly workload: Workload; readonly seconds: number; readonly shards?: number | undefined };
  readonly profile: {
    readonly name: string;
    readonly workload: Workload;
    readonly shards?: number | undefined;
    readonly trace: string;
  };
  readonly reference: { readonly workload: Workload; readonly folder: string; readonly forms: readonly Form[] };
  readonly speed: Readonly<Record<never, never>>;
}
