/** The Python wheels that TensorFlow's library is taken from, pinned by SHA-256. */

/**
 * A pinned file of PyPI.
 *
 * @typedef {object} Wheel
 * @property {string} package
 * @property {string} version
 * @property {string} pipPlatform
 * @property {string} file
 * @property {number} bytes
 * @property {number} unpackedBytes the free space that unpacking needs
 * @property {string} sha256
 */

/**
 * By `platform-arch`. One file serves every version of Python, because only the C library inside is used.
 *
 * @type {Readonly<Record<string, Wheel>>}
 */
export const WHEELS = {
  "linux-x64": {
    package: "tensorflow-cpu",
    version: "2.15.1",
    pipPlatform: "manylinux2014_x86_64",
    file: "tensorflow_cpu-2.15.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    bytes: 207_208_420,
    unpackedBytes: 640_000_000,
    sha256: "54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26",
  },
  "linux-arm64": {
    package: "tensorflow-cpu-aws",
    version: "2.15.1",
    pipPlatform: "manylinux2014_aarch64",
    file: "tensorflow_cpu_aws-2.15.1-cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64.whl",
    bytes: 211_874_120,
    unpackedBytes: 720_000_000,
    sha256: "d4c3a3a9363bf42999adedbbd514e3a133be2d62f61fee9cfa46aaefb087c09e",
  },
};
