import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("./src", import.meta.url));

export default defineConfig({
  // The scripts import the package by its name; in tests that is the source.
  resolve: { alias: [{ find: /^unroll\/(.*)$/, replacement: `${src}/$1` }] },
  test: {
    include: ["test/**/*.test.{ts,mjs}"],
    pool: "forks",
    testTimeout: 60_000,
    reporters: ["default"],
  },
});
