/** Loads tfjs-node from the folder given and multiplies two matrices. */
const util = require("node:util");

/**
 * What is used of tfjs-node.
 *
 * @typedef {object} Engine
 * @property {(a: number[][], b: number[][]) => { dataSync(): Iterable<number> }} matMul
 * @property {() => string} getBackend
 * @property {() => { binding: { TF_Version: string } }} backend
 */

const [folder = ""] = process.argv.slice(2);
process.env.TF_CPP_MIN_LOG_LEVEL = "2";
util.isNullOrUndefined = (value) => value === null || value === undefined; // tfjs-node calls it; Node 23 has removed it
/** @type {Engine} */
const tf = require(folder);
const product = Array.from(tf.matMul([[1, 2]], [[3], [4]]).dataSync());
console.log(`engine ${tf.getBackend()} ${tf.backend().binding.TF_Version} ${product}`);
