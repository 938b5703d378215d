/** tfjs-node's own way: its makers' library and addon, from their host, where that host answers. */
import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { readJson } from "../files.mjs";
import { Problem } from "../problem.mjs";

const PROBE_SECONDS = 4;
const MIRROR_SETTINGS = [
  "TFJS_NODE_CDN_STORAGE",
  "TFJS_NODE_BASE_URI",
  "CDN_STORAGE",
  "npm_config_TFJS_NODE_CDN_STORAGE",
  "npm_config_TFJS_NODE_BASE_URI",
];
const PLATFORMS = { darwin: "darwin", linux: "linux", win32: "windows" };

/** Fills `folder` (a copy of tfjs-node) by running that package's install script. @throws Problem when the host does not give */
export async function installUpstream(ctx, folder, probe = answers) {
  if (!MIRROR_SETTINGS.some((name) => ctx.env[name])) {
    const url = addonUrl(folder, ctx.platform);
    const answer = await probe(url, folder, ctx.env);
    if (answer !== 200)
      throw new Problem(`tfjs-node's host does not give its prebuilt library (${answer})`, "the next way is tried");
  }
  ctx.say("native engine: tfjs-node's own install script");
  const log = join(ctx.logs, "upstream.log");
  const bin = join(dirname(dirname(folder)), ".bin"); // the script calls node-pre-gyp by its name
  const env = { ...ctx.env, PATH: `${bin}${delimiter}${ctx.env.PATH ?? ""}` };
  const { code, timedOut } = await ctx.run(process.execPath, ["scripts/install.js"], {
    cwd: folder,
    env,
    limit: 300,
    log,
  });
  if (code !== 0)
    throw new Problem(`tfjs-node's install script failed${timedOut ? " (5 minutes are over)" : ""}`, `see ${log}`);
}

/** Where the addon lies, as the package's own manifest says. */
export function addonUrl(folder, platform) {
  const { version, binary } = readJson(join(folder, "package.json"));
  const place = binary.remote_path
    .replace("{napi_build_version}", "8")
    .replace("{version}", version)
    .replace(/^\.\//, "");
  return `${binary.host}/${place}CPU-${PLATFORMS[platform] ?? platform}-${version}.${platform === "win32" ? "zip" : "tar.gz"}`;
}

/** The HTTP status of a HEAD request, or why there is none. Uses the proxy that the install script would use. */
export function answers(url, folder, env, seconds = PROBE_SECONDS) {
  const proxy = env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy;
  return new Promise((resolve) => {
    let request;
    const timer = setTimeout(() => finish(`no answer in ${seconds} s`), seconds * 1000);
    const finish = (answer) => {
      clearTimeout(timer);
      request?.destroy();
      resolve(answer);
    };
    try {
      const ProxyAgent = proxy ? createRequire(join(folder, "package.json"))("https-proxy-agent") : null;
      const client = url.startsWith("http:") ? http : https;
      request = client.request(
        url,
        { method: "HEAD", agent: ProxyAgent ? new ProxyAgent(proxy) : undefined },
        (response) => finish(response.statusCode),
      );
      request.on("error", (error) => finish(error.code ?? error.message));
      request.end();
    } catch (error) {
      finish(error.message);
    }
  });
}
