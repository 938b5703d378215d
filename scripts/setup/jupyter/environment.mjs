/** The environment in which Jupyter runs here: settings, runtime files and history stay in the project's .cache. */
import { join } from "node:path";

/** @import { Context } from "../paths.mjs" */

/**
 * @param {Pick<Context, "root" | "env">} ctx
 * @returns {NodeJS.ProcessEnv}
 */
export function jupyterEnvironment({ root, env }) {
  const { PYTHONPATH: _path, PYTHONHOME: _home, JUPYTER_PATH: _kernels, JUPYTER_CONFIG_PATH: _settings, ...rest } = env;
  const folder = join(root, ".cache", "jupyter");
  return {
    ...rest,
    JUPYTER_CONFIG_DIR: join(folder, "config"),
    JUPYTER_DATA_DIR: join(folder, "data"),
    JUPYTER_RUNTIME_DIR: join(folder, "runtime"),
    JUPYTERLAB_SETTINGS_DIR: join(folder, "config", "lab", "user-settings"),
    JUPYTERLAB_WORKSPACES_DIR: join(folder, "config", "lab", "workspaces"),
    IPYTHONDIR: join(folder, "ipython"),
    JUPYTER_PREFER_ENV_PATH: "1",
    PYTHONNOUSERSITE: "1",
  };
}
