/** tfjs-node's own way: its makers' library and addon, downloaded from their host, when that host answers. */
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { codeOf, messageOf, Problem } from "../problem.mjs";

/** @import { Context } from "../paths.mjs" */

/** @typedef {{ version: string, binary: { host: string, remote_path: string } }} Manifest of tfjs-node */
/** @typedef {(url: string, folder: string, env: NodeJS.ProcessEnv) => Promise<number | string | undefined>} Probe */

const PROBE_SECONDS = 4;
const MIRROR_SETTINGS = [
  "TFJS_NODE_CDN_STORAGE",
  "TFJS_NODE_BASE_URI",
  "CDN_STORAGE",
  "npm_config_TFJS_NODE_CDN_STORAGE",
  "npm_config_TFJS_NODE_BASE_URI",
];
/** @type {Partial<Record<NodeJS.Platform, string>>} */
const PLATFORMS = { darwin: "darwin", linux: "linux", win32: "windows" };

/**
 * Fills `folder`, a copy of tfjs-node, by running that package's install script.
 *
 * @param {Context} ctx
 * @param {string} folder
 * @param {Probe} [probe]
 * @throws Problem when the host does not answer, or does not give the library
 */
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

/**
 * The addon's address, as the package's own manifest says.
 *
 * @param {string} folder
 * @param {NodeJS.Platform} platform
 */
export function addonUrl(folder, platform) {
  /** @type {Manifest} */
  const { version, binary } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const path = binary.remote_path
    .replace("{napi_build_version}", "8")
    .replace("{version}", version)
    .replace(/^\.\//, "");
  return `${binary.host}/${path}CPU-${PLATFORMS[platform] ?? platform}-${version}.${platform === "win32" ? "zip" : "tar.gz"}`;
}

/**
 * Asks with a HEAD request, through the proxy that the install script would use.
 *
 * @param {string} url
 * @param {string} folder tfjs-node's, whose proxy package is used
 * @param {NodeJS.ProcessEnv} env
 * @param {number} [seconds]
 * @returns {Promise<number | string | undefined>} the HTTP status, or why there is none
 */
export function answers(url, folder, env, seconds = PROBE_SECONDS) {
  return new Promise((resolve) => {
    /** @type {http.ClientRequest | undefined} */
    let request;
    const timer = setTimeout(() => finish(`no answer in ${seconds} s`), seconds * 1000);
    /** @param {number | string | undefined} answer */
    const finish = (answer) => {
      clearTimeout(timer);
      request?.destroy();
      resolve(answer);
    };
    try {
      const client = url.startsWith("http:") ? http : https;
      request = client.request(url, { method: "HEAD", agent: proxyAgent(folder, env) }, (response) =>
        finish(response.statusCode),
      );
      request.on("error", (error) => finish(codeOf(error) ?? error.message));
      request.end();
    } catch (error) {
      finish(messageOf(error));
    }
  });
}

/**
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 * @returns {http.Agent | undefined}
 */
function proxyAgent(folder, env) {
  const proxy = env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy;
  if (!proxy) return undefined;
  /** @type {new (proxy: string) => http.Agent} */
  const ProxyAgent = createRequire(join(folder, "package.json"))("https-proxy-agent");
  return new ProxyAgent(proxy);
}
