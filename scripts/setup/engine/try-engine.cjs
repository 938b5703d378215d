// Loads tfjs-node from the folder given and multiplies two matrices: run as a child, since a bad addon can crash.
const [folder] = process.argv.slice(2);
process.env.TF_CPP_MIN_LOG_LEVEL = "2";
const util = require("node:util");
util.isNullOrUndefined = (value) => value === null || value === undefined; // gone in Node 23, deprecated before, used by tfjs-node
const tf = require(folder);
const product = Array.from(tf.matMul([[1, 2]], [[3], [4]]).dataSync());
console.log(`engine ${tf.getBackend()} ${tf.backend().binding.TF_Version} ${product}`);
