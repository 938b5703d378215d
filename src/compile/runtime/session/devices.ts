import type { NodeDef } from "../../engine/protobuf";
import { CompileError } from "../../errors";

/** The devices that a graph's nodes name, without repetition: "/device:CPU:1". */
export const devicesOf = (nodes: readonly NodeDef[]): string[] => [
  ...new Set(nodes.map((node) => node.getDevice()).filter((device) => device !== "")),
];

/** How many CPU devices a session needs for a graph, for its ConfigProto; undefined where the graph names no CPU. */
export function cpuCount(nodes: readonly NodeDef[]): number | undefined {
  const numbers = devicesOf(nodes).flatMap((device) => /^\/device:CPU:(\d+)$/.exec(device)?.slice(1).map(Number) ?? []);
  return numbers.length === 0 ? undefined : Math.max(...numbers) + 1;
}

/**
 * Checks that a session has the devices of a graph. TensorFlow itself would name its own nodes, of which nobody knows.
 *
 * @param session names its devices so: "/job:localhost/replica:0/task:0/device:CPU:0"
 * @throws CompileError naming the device, and those that exist
 */
export function checkDevices(nodes: readonly NodeDef[], session: { devices(): string[] }): void {
  if (devicesOf(nodes).length === 0) return;
  const short = session.devices().map((device) => device.slice(device.indexOf("/device:")));
  const missing = devicesOf(nodes).find((device) => !short.includes(device));
  if (missing === undefined) return;
  const known = short.filter((device) => !device.includes("XLA")).map(spoken);
  throw new CompileError(`DeviceWrapper: device: there is no ${spoken(missing)}; there are ${known.join(", ")}`);
}

/** Takes the devices out of a graph for a session that has one device only, and says so once. */
export function dropDevices(nodes: readonly NodeDef[], reason: string): void {
  const devices = devicesOf(nodes);
  if (devices.length === 0) return;
  for (const node of nodes) node.setDevice("");
  if (isSaid) return;
  isSaid = true;
  console.warn(
    `unroll: DeviceWrapper: everything runs on /cpu:0 instead of ${devices.map(spoken).join(", ")}, with the same numbers: ${reason}`,
  );
}
let isSaid = false;

/** "/cpu:1", as people write it. */
const spoken = (device: string): string => device.replace("/device:", "/").toLowerCase();
