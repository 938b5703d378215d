/**
 * node -r: lets a process of its own load this project's sources, for tests that must not share theirs. What is
 * translated is kept in .cache, because a child that translates all of src takes seconds to start. Its name is a hash of
 * all that decides it: the compiler's version, the options, the source.
 */
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const CACHE = join(__dirname, "../../.cache/test/translated");
const OPTIONS = { module: "commonjs", target: "es2022", esModuleInterop: true };
const COMPILER = `${require("typescript-5.0/package.json").version} ${JSON.stringify(OPTIONS)}`;

require.extensions[".ts"] = (module, file) => {
  const loader = /** @type {NodeJS.Module & { _compile(code: string, file: string): void }} */ (module);
  loader._compile(translated(readFileSync(file, "utf8")), file);
};

/** @param {string} source TypeScript @returns {string} JavaScript */
function translated(source) {
  const path = join(CACHE, `${createHash("sha256").update(`${COMPILER}\0${source}`).digest("hex")}.js`);
  try {
    return readFileSync(path, "utf8");
  } catch {
    const { convertCompilerOptionsFromJson, transpileModule } = require("typescript-5.0"); // takes half a second to load
    const { options } = convertCompilerOptionsFromJson(OPTIONS, __dirname);
    const { outputText } = transpileModule(source, { compilerOptions: options });
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(`${path}.${process.pid}`, outputText);
    renameSync(`${path}.${process.pid}`, path); // whole or not at all: other tests run beside this one
    return outputText;
  }
}
