/** Notebooks import the library by its name: node_modules/unroll is a link to the project itself. */
import { lstatSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "./problem.mjs";

/** @import { Context } from "./paths.mjs" */

/**
 * @param {Pick<Context, "root" | "platform">} ctx
 * @returns {string | null} what was done; null when the link was there
 */
export function linkPackage(ctx) {
  const link = join(ctx.root, "node_modules", "unroll");
  if (pointsTo(link, ctx.root)) return null;
  if (isRealFolder(link)) rmSync(link, { recursive: true }); // an installed copy would hide the build of these sources
  const temporary = `${link}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  symlinkSync(ctx.platform === "win32" ? ctx.root : "..", temporary, ctx.platform === "win32" ? "junction" : "dir");
  rmSync(link, { recursive: true, force: true });
  renameSync(temporary, link);
  if (!pointsTo(link, ctx.root)) throw new Problem(`${link} does not lead to ${ctx.root}`, "delete it and try again");
  return "node_modules/unroll leads to the project";
}

/** @type {(link: string, target: string) => boolean} */
function pointsTo(link, target) {
  try {
    return realpathSync(link) === realpathSync(target);
  } catch {
    return false;
  }
}

/** @param {string} path */
function isRealFolder(path) {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}
