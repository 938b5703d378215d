// Servers as they are: some pack what is packed, some ask for a name and a password.
import type { IncomingMessage, RequestListener } from "node:http";
import { inspect } from "node:util";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { loadMinTemperatures } from "../../../src/data";
import { withoutCredentials } from "../../../src/data/sources/address";
import { download } from "../../../src/data/sources/download";
import { findFiles } from "../../../src/data/sources/source";
import { dataErrorOf, fileOf, knownFile, mirror, temporaryFolder, zipOf } from "../support";

const packed = gzipSync(knownFile("text").bytes); // as a data set publishes it
const file = fileOf("a.gz", packed);
const plain = knownFile("a.csv");

const sending =
  (body: Uint8Array, encoding?: string): RequestListener =>
  (_, response) =>
    response.writeHead(200, encoding === undefined ? {} : { "content-encoding": encoding }).end(body);

test.each<[string, Uint8Array, string | undefined]>([
  ["as it is", packed, undefined],
  ["as it is, with Content-Encoding: gzip", packed, "gzip"],
  ["as it is, with Content-Encoding: x-gzip", packed, "X-GZIP"],
  ["packed once more, with gzip", gzipSync(packed), "gzip"],
  ["packed once more, with both packings named", gzipSync(packed), "gzip, gzip"],
  ["packed by Brotli", brotliCompressSync(packed), "br"],
  ["packed by Deflate", deflateSync(packed), "deflate"],
  ["with Content-Encoding: identity", packed, "identity"],
])("download gives a .gz file that comes %s", async (_, body, encoding) => {
  const address = await mirror(sending(body, encoding));
  expect(Buffer.from(await download(`${address}a.gz`, file))).toEqual(packed);
});

test("download unpacks a plain file that a server packed, and a ZIP archive likewise", async () => {
  const address = await mirror(sending(gzipSync(plain.bytes), "gzip"));
  expect(Buffer.from(await download(`${address}a.csv`, plain.file))).toEqual(plain.bytes);
  const zip = await mirror(sending(gzipSync(zipOf({ "a.csv": plain.bytes })), "gzip"));
  const found = await findFiles([{ ...plain.file, addresses: [`${zip}all.zip`] }], [], {
    environment: {},
    cache: temporaryFolder(),
  });
  expect(Buffer.from(found.files?.[0] ?? [])).toEqual(plain.bytes);
});

test.each<[string, Uint8Array, string, object]>([
  ["unpacked bytes of another file", gzipSync(gzipSync(Buffer.alloc(5_000))), "gzip", { field: "size" }],
  ["bytes that are not packed so", Buffer.from("no gzip"), "gzip", { field: "Content-Encoding" }],
  ["a packing that is not known", Buffer.from("?"), "zstd", { field: "Content-Encoding", actual: "zstd" }],
  ["more unpacked bytes than the file has", gzipSync(Buffer.alloc(2 ** 20)), "gzip", { field: "size", actual: "more" }],
  ["more packed bytes than the file can have", Buffer.alloc(20_000), "gzip", { field: "size", actual: "more" }],
])("download refuses %s", async (_, body, encoding, error) => {
  const address = await mirror(sending(body, encoding));
  expect(await dataErrorOf(() => download(`${address}a.gz`, file))).toMatchObject(error);
});

const NAME = "us er";
const PASSWORD = "p@ss/w:örd%";
const HEADER = `Basic ${Buffer.from(`${NAME}:${PASSWORD}`).toString("base64")}`;

/** The address with the name and the password. */
const secret = (address: string) =>
  address.replace("//", `//${encodeURIComponent(NAME)}:${encodeURIComponent(PASSWORD)}@`);
const SECRETS = [PASSWORD, NAME, HEADER.slice(6), encodeURIComponent(PASSWORD), encodeURIComponent(NAME)];

/** Fails when anything of the credentials is in a value, its stack and its properties too. */
function expectNoSecret(...values: unknown[]): void {
  for (const text of [inspect(values, { depth: 9, showHidden: true }), ...values.map(String)]) {
    for (const secret of SECRETS) expect(text).not.toContain(secret);
  }
}

/** A server that gives files to whoever has the password. It notes what it was sent. */
async function guarded(answer: RequestListener): Promise<{ address: string; sent: (string | undefined)[] }> {
  const sent: (string | undefined)[] = [];
  const address = await mirror((request: IncomingMessage, response) => {
    sent.push(request.headers.authorization);
    if (request.headers.authorization === HEADER) answer(request, response as never);
    else response.writeHead(401).end();
  });
  return { address, sent };
}

test("the name and the password of a mirror's address go to its server, and into nothing that a person reads", async () => {
  const { address, sent } = await guarded(sending(packed));
  const options = { environment: {}, cache: temporaryFolder(), mirrors: [secret(address)] };
  const found = await findFiles([file], [], options);
  expect(Buffer.from(found.files?.[0] ?? [])).toEqual(packed);
  expect(found).toMatchObject({ from: [address], notes: [] });
  expect(sent).toEqual([HEADER]);
  expectNoSecret({ ...found, files: [] });
  expect((await dataErrorOf(() => download(`${address}a.gz`, file))).actual).toBe("401");
});

test.each<[string, RequestListener]>([
  ["a status", (_, response) => response.writeHead(403).end()],
  ["wrong bytes", (_, response) => response.end(Buffer.alloc(packed.length))],
  ["too many bytes", (_, response) => response.end(Buffer.alloc(50_000))],
  ["too few", (_, response) => response.end("x")],
  ["silence", () => undefined],
  ["the end of the connection", (_, response) => response.destroy()],
  ["redirects in a circle", (_, response) => response.writeHead(302, { location: "/a.gz" }).end()],
  ["a redirect to nowhere", (_, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end()],
  ["bytes that are not packed so", (_, response) => response.writeHead(200, { "content-encoding": "br" }).end("x")],
])("an error shows no password: %s", async (_, answer) => {
  const { address, sent } = await guarded(answer);
  const patience = { silence: 400 };
  const error = await dataErrorOf(() => download(`${secret(address)}a.gz`, file, patience));
  expect(error.file).toBe(`${address}a.gz`);
  expect(sent[0]).toBe(HEADER);
  expectNoSecret(error);
  const lines: string[] = [];
  const options = { environment: {}, cache: temporaryFolder(), mirrors: [secret(address)], patience };
  const { source } = await loadMinTemperatures({ ...options, log: (line) => lines.push(line) });
  expect(lines.join()).toContain(new URL(address).host);
  const refused = await dataErrorOf(() => loadMinTemperatures({ ...options, standIn: false }));
  expectNoSecret(source, lines, refused);
});

test("an error shows no password where nobody listens, and where the address is wrong", async () => {
  expectNoSecret(await dataErrorOf(() => download(secret("http://127.0.0.1:1/a.gz"), file)));
  for (const wrong of [
    secret("ftp://host/"),
    secret("https://host/without-end"),
    `https://${NAME}:${PASSWORD}@host/`,
    `https://${NAME}:12#${PASSWORD}@host/`,
    `${NAME}:${PASSWORD}@host/`,
  ]) {
    const options = { environment: {}, cache: temporaryFolder(), mirrors: [wrong] };
    const error = await dataErrorOf(() => findFiles([file], [], options));
    expect(error).toMatchObject({ file: "mirrors", field: "address" });
    expect(error.actual).toContain("host/");
    expectNoSecret(error);
  }
});

test("the password follows a redirect on its own server, and goes to no other", async () => {
  const other: (string | undefined)[] = [];
  const elsewhere = await mirror((request, response) => {
    other.push(request.headers.authorization);
    response.end(packed);
  });
  const { address, sent } = await guarded((request, response) => {
    const location = request.url === "/a.gz" ? "/b.gz" : `${elsewhere}a.gz`;
    response.writeHead(302, { location }).end();
  });
  expect(Buffer.from(await download(`${secret(address)}a.gz`, file))).toEqual(packed);
  expect(sent).toEqual([HEADER, HEADER]);
  expect(other).toEqual([undefined]);
});

test("withoutCredentials(address) changes no other address", () => {
  expect(withoutCredentials("https://host:8080/@scope/a@1.2/?x=1")).toBe("https://host:8080/@scope/a@1.2/?x=1");
  expect(withoutCredentials("https://user@host/a@b/")).toBe("https://b/"); // a password may have an @ and a /
  expect(withoutCredentials("https://user:word@host/a")).toBe("https://host/a");
  expect(withoutCredentials("https://user:1?word@host/")).toBe("https://host/");
});
