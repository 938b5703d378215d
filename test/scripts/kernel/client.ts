/** A kernel started as JupyterLab starts it, and asked over Jupyter's protocol. */
import { spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { kernelSpec } from "../../../scripts/setup/jupyter/install.mjs";
import { ROOT } from "../../../scripts/setup/paths.mjs";
import { temporaryFolderOfFile, write } from "../support";

/** Of zeromq, which comes with tslab, what is used here. */
interface Socket {
  connect(address: string): void;
  close(): void;
  send(parts: readonly (string | Buffer)[]): Promise<void>;
  subscribe(): void;
  [Symbol.asyncIterator](): AsyncIterator<Buffer[]>;
}

interface Message {
  readonly type: string;
  readonly parent: string;
  readonly content: Record<string, unknown>;
}

/** What a cell showed, and how it ended. */
export interface Executed {
  readonly status: string;
  readonly stdout: string;
  readonly stderr: string;
}

const KEY = "key";
const DELIMITER = "<IDS|MSG>";

/** @param folder in which the kernel starts, as JupyterLab starts it in a notebook's folder */
export async function startKernel(folder: string) {
  const zmq: Record<"Dealer" | "Subscriber", new () => Socket> = createRequire(
    join(ROOT, "node_modules", "tslab", "."),
  )("zeromq");
  const ports = await freePorts();
  const file = temporaryFolderOfFile();
  write(file, { "kernel.json": { transport: "tcp", ip: "127.0.0.1", key: KEY, ...ports } });
  const argv = kernelSpec({ root: ROOT }).argv.map((each) =>
    each === "{connection_file}" ? join(file, "kernel.json") : each,
  );
  const child = spawn(argv[0] ?? "", argv.slice(1), { cwd: folder, stdio: "ignore" });
  const [shell, iopub] = [new zmq.Dealer(), new zmq.Subscriber()];
  shell.connect(`tcp://127.0.0.1:${ports.shell_port}`);
  iopub.connect(`tcp://127.0.0.1:${ports.iopub_port}`);
  iopub.subscribe();

  const published: Message[] = [];
  const replies = new Map<string, (content: Record<string, unknown>) => void>();
  const idle = new Map<string, () => void>();
  void listen(iopub, (message) => {
    published.push(message);
    if (message.content.execution_state === "idle") idle.get(message.parent)?.();
  });
  void listen(shell, ({ parent, content }) => replies.get(parent)?.(content));

  /** Asks, and waits for the reply and for all that the kernel publishes of it. */
  async function ask(type: string, content: object) {
    const id = randomUUID();
    const header = { msg_id: id, msg_type: type, session: "session", username: "", version: "5.3", date: "" };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const signature = createHmac("sha256", KEY).update(parts.join("")).digest("hex");
    const ended = new Promise<void>((resolve) => idle.set(id, resolve));
    const replied = new Promise<Record<string, unknown>>((resolve) => replies.set(id, resolve));
    await shell.send([DELIMITER, signature, ...parts]);
    const reply = await replied;
    await ended;
    return { id, reply };
  }

  const printed = (id: string, name: string) =>
    published
      .filter(({ type, parent, content }) => type === "stream" && parent === id && content.name === name)
      .map(({ content }) => content.text)
      .join("");

  // The subscriber misses what is published before it has connected, so the first question may have to be asked again.
  let answered = false;
  while (!answered) {
    const asked = ask("kernel_info_request", {}).then(() => {
      answered = true;
    });
    await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 500))]);
  }
  return {
    async execute(code: string): Promise<Executed> {
      const { id, reply } = await ask("execute_request", { code });
      return { status: String(reply.status), stdout: printed(id, "stdout"), stderr: printed(id, "stderr") };
    },
    /** The text that JupyterLab shows for Shift-Tab; "" when there is none. @param code the cursor stands at `|` */
    async inspect(code: string): Promise<string> {
      const { reply } = await ask("inspect_request", { ...atCursor(code), detail_level: 0 });
      return reply.found ? String((reply.data as Record<string, unknown>)["text/plain"]) : "";
    },
    /** What Tab offers. @param code the cursor stands at `|` */
    async complete(code: string): Promise<{ matches: string[]; replaces: string }> {
      const { reply } = await ask("complete_request", atCursor(code));
      const replaces = [...atCursor(code).code].slice(Number(reply.cursor_start), Number(reply.cursor_end)).join("");
      return { matches: reply.matches as string[], replaces };
    },
    /** All that any cell has printed by now. */
    printed: () => published.map(({ type, content }) => (type === "stream" ? content.text : "")).join(""),
    interrupt: () => child.kill("SIGINT"),
    close() {
      child.kill("SIGKILL");
      shell.close();
      iopub.close();
    },
  };
}

/** Jupyter counts the cursor's place in Unicode characters, of which an emoji is one. */
function atCursor(code: string) {
  const [before = "", after = ""] = code.split("|");
  return { code: before + after, cursor_pos: [...before].length };
}

async function listen(socket: Socket, tell: (message: Message) => void): Promise<void> {
  for (let iterator = socket[Symbol.asyncIterator](); ; ) {
    const { value, done } = await iterator.next();
    if (done) return;
    const texts = value.map(String);
    const [header = "{}", parent = "{}", , content = "{}"] = texts.slice(texts.indexOf(DELIMITER) + 2);
    tell({ type: JSON.parse(header).msg_type, parent: JSON.parse(parent).msg_id, content: JSON.parse(content) });
  }
}

/** Ports that nobody has now. */
async function freePorts() {
  const names = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"];
  const servers = names.map(() => createServer().listen(0, "127.0.0.1"));
  const ports = await Promise.all(
    servers.map(async (server) => {
      if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
      const address = server.address();
      return typeof address === "object" ? address?.port : undefined;
    }),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(names.map((name, i) => [name, ports[i]]));
}
