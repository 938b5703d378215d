import type { RequestListener } from "node:http";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { download, type Patience } from "../../../src/data/sources/download";
import { dataErrorOf, knownFile, mirror } from "../support";

const { bytes, file } = knownFile("a.gz");
const errorFrom = async (answer: RequestListener, patience?: Patience) => {
  const address = await mirror(answer);
  return dataErrorOf(() => download(`${address}a.gz`, file, patience));
};

test("download(url, file) gives the file's bytes", async () => {
  const address = await mirror((_, response) => response.end(bytes));
  expect(Buffer.from(await download(`${address}a.gz`, file))).toEqual(bytes);
});

test("download follows a redirect", async () => {
  const address = await mirror((request, response) => {
    if (request.url === "/a.gz") response.writeHead(302, { location: "/elsewhere" }).end();
    else response.end(bytes);
  });
  expect(Buffer.from(await download(`${address}a.gz`, file))).toEqual(bytes);
});

test("download refuses redirects in a circle", async () => {
  const error = await errorFrom((_, response) => response.writeHead(302, { location: "/a.gz" }).end());
  expect(error.actual).toContain("redirect");
});

test("download refuses a 404, and names address and status", async () => {
  const error = await errorFrom((_, response) => response.writeHead(404).end("no such file"));
  expect(error).toMatchObject({ field: "HTTP status", expected: "200", actual: "404" });
  expect(error.file).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/a\.gz$/);
});

test("download refuses wrong bytes of the right size, and names both checksums", async () => {
  const error = await errorFrom((_, response) => response.end(Buffer.alloc(bytes.length)));
  expect(error).toMatchObject({ field: "SHA-256", expected: file.sha256 });
  expect(error.actual).toMatch(/^[0-9a-f]{64}$/);
});

test("download refuses a short file", async () => {
  const error = await errorFrom((_, response) => response.end(bytes.subarray(0, 2_000)));
  expect(error).toMatchObject({ field: "size", expected: "5000 bytes", actual: "2000" });
});

test("download fails when the connection breaks half-way", async () => {
  const error = await errorFrom((_, response) => {
    response.writeHead(200, { "content-length": bytes.length });
    response.write(bytes.subarray(0, 2_000), () => response.destroy());
  });
  expect(error.field).toBe("download");
});

test("download stops reading a body without end at the first byte beyond the size", async () => {
  let sent = 0;
  const error = await errorFrom((_, response) => {
    const more = () => {
      sent += 1;
      if (!response.destroyed) response.write(bytes, () => setImmediate(more));
    };
    more();
  });
  expect(error).toMatchObject({ field: "size", expected: "at most 5000 bytes", actual: "more" });
  expect(sent).toBeLessThan(1_000);
});

test("download stops at the first byte beyond the size of a bomb in the transfer's compression", async () => {
  const packed = gzipSync(Buffer.alloc(2 ** 24));
  const error = await errorFrom((_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(packed));
  expect(error).toMatchObject({ field: "size", actual: "more" });
});

test("download gives up a server that accepts and never answers", async () => {
  const error = await errorFrom(() => undefined, { silence: 150 });
  expect(error).toMatchObject({ field: "download", expected: "an answer in time", actual: "no byte in 0.15 s" });
});

test("download gives up a server that falls silent half-way", async () => {
  const error = await errorFrom((_, response) => response.write(bytes.subarray(0, 2_000)), { silence: 150 });
  expect(error.actual).toBe("no byte in 0.15 s");
});

test("download gives up a server that sends slowly when the time for the whole file is over", async () => {
  const drip: RequestListener = (_, response) => {
    const drops = setInterval(() => response.write("x"), 20);
    response.on("close", () => clearInterval(drops));
  };
  const error = await errorFrom(drip, { silence: 4_000, slowest: 10_000 }); // 4.5 s for all of the file
  expect(error.actual).toBe("less than all of it in 5 s"); // a silence would be told only if this process stood still for 4 s
});

test("download names an address where nobody listens", async () => {
  const error = await dataErrorOf(() => download("http://127.0.0.1:1/a.gz", file));
  expect(error).toMatchObject({ file: "http://127.0.0.1:1/a.gz", field: "download" });
  expect(error.actual).not.toBe("fetch failed");
});
