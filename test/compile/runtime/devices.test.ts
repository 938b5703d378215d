import { afterEach, expect, test, vi } from "vitest";
import { GraphWriter } from "../../../src/compile/emit/graph-writer";
import { FLOAT32 } from "../../../src/compile/engine/dtypes";
import { checkDevices, cpuCount, devicesOf, dropDevices } from "../../../src/compile/runtime/session/devices";
import { onNative } from "../support";

afterEach(() => void vi.restoreAllMocks());

/** A graph whose nodes are on these devices. */
function graphOn(...devices: string[]) {
  const writer = new GraphWriter();
  const x = writer.placeholder("x", FLOAT32, [2]);
  for (const device of devices) writer.from({ source: "cell", device }, () => writer.identity(x, FLOAT32));
  return writer.nodes;
}

onNative("the devices of a graph", () => {
  test("devicesOf(nodes) names each once, and nothing for nodes without", () => {
    expect(devicesOf(graphOn())).toEqual([]);
    const nodes = graphOn("/device:CPU:1", "/device:GPU:0", "/device:CPU:1");
    expect(devicesOf(nodes)).toEqual(["/device:CPU:1", "/device:GPU:0"]);
  });

  test("cpuCount(nodes) is one more than the highest number of a CPU", () => {
    expect(cpuCount(graphOn("/device:CPU:0", "/device:CPU:3"))).toBe(4);
    expect(cpuCount(graphOn("/device:GPU:0"))).toBeUndefined();
    expect(cpuCount(graphOn())).toBeUndefined();
  });

  test("checkDevices(nodes, { devices }) refuses a device that is not there, and names those that are", () => {
    const devices = () => [0, 1].map((i) => `/job:localhost/replica:0/task:0/device:CPU:${i}`);
    checkDevices(graphOn("/device:CPU:1"), { devices });
    expect(() => checkDevices(graphOn("/device:CPU:1", "/device:GPU:0"), { devices })).toThrow(
      "DeviceWrapper: device: there is no /gpu:0; there are /cpu:0, /cpu:1",
    );
  });

  test("dropDevices(nodes, reason) takes them out of the graph, and says so once", () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    dropDevices(graphOn(), "the reason");
    expect(warn).not.toHaveBeenCalled();
    for (const nodes of [graphOn("/device:CPU:1"), graphOn("/device:CPU:2")]) {
      dropDevices(nodes, "the reason");
      expect(devicesOf(nodes)).toEqual([]);
    }
    expect(warn.mock.calls).toEqual([
      ["unroll: DeviceWrapper: everything runs on /cpu:0 instead of /cpu:1, with the same numbers: the reason"],
    ]);
  });
});
