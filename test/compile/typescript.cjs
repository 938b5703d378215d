/**
 * node -r: lets a process of its own load this project's sources, for tests that must not share theirs. What is
 * translated is kept in .cache, by its content, because a child that translates all of src takes seconds to start.
 */
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const CACHE = join(__dirname, "../../.cache/test/translated");

require.extensions[".ts"] = (module, file) => module._compile(translated(readFileSync(file, "utf8")), file);

/** @param {string} source TypeScript @returns {string} JavaScript */
function translated(source) {
  const path = join(CACHE, `${createHash("sha256").update(source).digest("hex")}.js`);
  try {
    return readFileSync(path, "utf8");
  } catch {
    const { transpileModule, ModuleKind, ScriptTarget } = require("typescript-5.0"); // takes half a second to load
    const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
    const { outputText } = transpileModule(source, { compilerOptions });
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(`${path}.${process.pid}`, outputText);
    renameSync(`${path}.${process.pid}`, path); // whole or not at all: other tests run beside this one
    return outputText;
  }
}
