export { type AudioOptions, audio } from "./audio";
export { showSource } from "./banner";
export {
  type CheckOptions,
  CLAIMS_MIME,
  ClaimError,
  type ClaimResult,
  check,
  type DataOrigin,
  type Verdict,
} from "./check";
export type { Claim, EqualClaim, NearClaim, NumberClaim } from "./claims";
export { FreshProcessError, type FreshProcessOptions, inFreshProcess } from "./fresh-process";
export { InterruptedError, interruptible } from "./interruptible";
export { type LiveText, type LiveTextOptions, liveText } from "./live/live-text";
export { type NotebookProgress, notebookProgress } from "./live/progress";
export { peakMemory } from "./peak-memory";
export { type GensimResult, type GensimSettings, PeerError, type PeerOptions, runPeer } from "./peers/run-peer";
export { digits, percent, type Said, say } from "./say";
export { type Profile, profile, setting } from "./settings";
export { type LiveFigure, show, showLive, showTable } from "./show";
export { type StepCost, stepCost } from "./step-cost";
export type { FrameLike, Row, TableOptions } from "./table";
export { type TimingsOptions, timings } from "./timings";
