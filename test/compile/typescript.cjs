/** node -r: lets a process of its own load this project's sources, for tests that must not share theirs. */
const { readFileSync } = require("node:fs");
const { transpileModule, ModuleKind, ScriptTarget } = require("typescript-5.0");

const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
require.extensions[".ts"] = (module, file) => {
  module._compile(transpileModule(readFileSync(file, "utf8"), { compilerOptions }).outputText, file);
};
