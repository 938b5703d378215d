import { ATTRIBUTE_KINDS, type Attribute, attribute } from "../engine/attributes";
import { DTYPES, type DtypeName, typedArray } from "../engine/dtypes";
import { CompileError } from "../errors";
import { Cursor } from "./cursor";
import { type Op, type Scan, type Signature, signatureOf, type Trace, type Value } from "./trace";

interface Line {
  readonly indentation: number;
  readonly cursor: Cursor;
}

const INTEGER = /-?\d+/;
const NUMBER = /-?(?:Infinity|\d+(?:\.\d+)?(?:e[+-]?\d+)?)|NaN/;
const WORD = /[A-Za-z_][\w.]*/;

/**
 * Reads a trace from the text that `printTrace` writes. Names of values may be any, as in `%rows`, and the text may be
 * indented as a whole.
 *
 * @throws CompileError naming the line that is wrong
 */
export function parseTrace(text: string): Trace {
  const lines = text.split("\n").flatMap((line, i): Line[] => {
    const trimmed = line.trim();
    return trimmed === "" ? [] : [{ indentation: line.search(/\S/), cursor: new Cursor(trimmed, i + 1) }];
  });
  const parser = new Parser(lines);
  const trace = parser.block();
  const [rest] = lines;
  if (rest !== undefined) throw rest.cursor.error("expected the end after return");
  return trace;
}

class Parser {
  private readonly scans = new Map<string, Scan>();

  /** @param lines those that are not read yet */
  constructor(private readonly lines: Line[]) {}

  /** A trace: the lines up to a return. */
  block(): Trace {
    const [{ indentation = 0 } = {}] = this.lines;
    const inputs: Signature[] = [];
    const ops: Op[] = [];
    const values = new Map<string, Value>();
    for (let line = this.lines.shift(); line !== undefined; line = this.lines.shift()) {
      const { cursor } = line;
      if (line.indentation !== indentation) throw cursor.error(`expected a line indented by ${indentation}`);
      const find = () => {
        const value = values.get(cursor.expect(/%\w+/, "a value"));
        if (value === undefined) throw cursor.error("expected a value that an earlier line makes, before this");
        return value;
      };
      if (cursor.take(/return/) !== undefined) {
        const outputs = this.end(cursor, cursor.list(/ ?/, /$/, find));
        return { inputs, ops, outputs, results: outputs.map((value) => signatureOf(value, { inputs })) };
      }
      const made = cursor.list(/(?=%)/, / = /, () => {
        const name = cursor.expect(/%\w+(?=: )/, "the name of an output");
        cursor.expect(/: /, "a colon");
        return { name, ...signature(cursor) };
      });
      if (cursor.take(/input$/) !== undefined) {
        for (const { name, shape, dtype } of made) values.set(name, { input: inputs.push({ shape, dtype }) - 1 });
        continue;
      }
      const op = this.op(cursor, made, find);
      ops.push(op);
      made.forEach(({ name }, output) => {
        values.set(name, { op, output });
      });
    }
    throw new CompileError("parseTrace: expected a line that begins with return");
  }

  private op(cursor: Cursor, made: readonly Signature[], find: () => Value): Op {
    const [shapes, dtypes] = [made.map(({ shape }) => shape), made.map(({ dtype }) => dtype)];
    const name = cursor.expect(WORD, "the name of an op");
    if (cursor.take(/ (?=[^{@])/) !== undefined) {
      const values = valuesAt(cursor, made[0] as Signature);
      return this.end(cursor, { name, attributes: [], inputs: [], shapes, dtypes, values, ...scopeAt(cursor) });
    }
    const inputs = cursor.list(/\(/, /\)/, find);
    const attributes = cursor.take(/ (?={)/) === undefined ? [] : cursor.list(/{/, /}/, () => attributeAt(cursor));
    const number = cursor.take(/ @\d+/);
    const op = { name, attributes, inputs, shapes, dtypes };
    if (number === undefined) return this.end(cursor, { ...op, ...scopeAt(cursor) });
    if (name === "While") return { ...op, ...this.loop(cursor) };
    return { ...op, ...this.scan(cursor, number) };
  }

  private scan(cursor: Cursor, number: string): Pick<Op, "scan" | "scope"> {
    const known = this.scans.get(number);
    if (known !== undefined) return this.end(cursor, { scan: known, ...scopeAt(cursor) });
    const fields = fieldsAt(cursor);
    const scope = this.end(cursor, scopeAt(cursor));
    const given = (field: string) => Number(fields.get(field));
    const gradients = fields.get("gradients");
    const scan: Scan = {
      iterations: given("iterations"),
      ...(fields.has("counter") ? { counter: given("counter") } : {}),
      size: given("size"),
      counts: { sequences: given("sequences"), states: given("states"), results: given("results") },
      trace: this.block(),
      ...(gradients === undefined ? {} : { gradients: JSON.parse(gradients) as number[] }),
      recompute: fields.get("recompute") === "true",
    };
    this.scans.set(number, scan);
    return { scan, ...scope };
  }

  private loop(cursor: Cursor): Pick<Op, "loop" | "scope"> {
    const fields = fieldsAt(cursor);
    const scope = this.end(cursor, scopeAt(cursor));
    const counts = { variables: Number(fields.get("variables")), results: Number(fields.get("results")) };
    return { loop: { counts, trace: this.block(), waits: fields.get("waits") === "true" }, ...scope };
  }

  private end<T>(cursor: Cursor, made: T): T {
    cursor.expect(/$/, "the end of the line");
    return made;
  }
}

/** The part of the model that the op of this line comes from. */
function scopeAt(cursor: Cursor): Pick<Op, "scope"> {
  if (cursor.take(/ # /) === undefined) return {};
  const source = cursor.expect(/\S+/, "the name of a cell or a layer");
  const device = cursor.take(/ on /) === undefined ? {} : { device: cursor.expect(/\S+/, "a device") };
  return { scope: { source, ...device } };
}

/** The fields of a loop, by name. */
const fieldsAt = (cursor: Cursor) =>
  new Map(
    cursor.list(/\(/, /\)/, (): [string, string] => {
      const field = cursor.expect(WORD, "a field of the loop");
      cursor.expect(/: /, "a colon");
      return [field, cursor.take(/\[[^\]]*\]|[\w-]+/) ?? ""];
    }),
  );

function signature(cursor: Cursor): Signature {
  const dtype = dtypeAt(cursor);
  return { dtype, shape: cursor.list(/\[/, /\]/, () => Number(cursor.expect(/\d+|\?/, "a size").replace("?", "-1"))) };
}

function dtypeAt(cursor: Cursor): number {
  const name = cursor.expect(WORD, "a dtype");
  const number = name in DTYPES ? DTYPES[name as DtypeName].number : Number(/^dtype(\d+)$/.exec(name)?.[1]);
  if (Number.isNaN(number)) throw cursor.error(`expected a dtype before this, not ${name}`);
  return number;
}

function valuesAt(cursor: Cursor, { shape, dtype }: Signature): ArrayLike<number> {
  const element = () => Number(cursor.expect(NUMBER, "a number"));
  const isList = cursor.take(/(?=\[)/) !== undefined;
  const count = shape.reduce((product, size) => product * size, 1);
  return typedArray(dtype, isList ? cursor.list(/\[/, /\]/, element) : new Array<number>(count).fill(element()));
}

function attributeAt(cursor: Cursor): Attribute {
  const name = cursor.expect(WORD, "the name of an attribute");
  cursor.expect(/: /, "a colon");
  const integer = () => Number(cursor.expect(INTEGER, "a whole number"));
  if (cursor.take(/(?=\[)/) !== undefined) return attribute(name, "INT", cursor.list(/\[/, /\]/, integer));
  if (cursor.take(/shape(?=\[)/) !== undefined) return attribute(name, "SHAPE", cursor.list(/\[/, /\]/, integer));
  const text = cursor.take(/"(?:[^"\\]|\\.)*"/);
  if (text !== undefined) return attribute(name, "STRING", JSON.parse(text) as string);
  const flag = cursor.take(/(?:true|false)(?!\w)/);
  if (flag !== undefined) return attribute(name, "BOOL", flag === "true");
  const number = cursor.take(NUMBER);
  if (number === undefined) return { name, type: ATTRIBUTE_KINDS.TYPE, value: dtypeAt(cursor) };
  return attribute(name, /^-?\d+$/.test(number) ? "INT" : "FLOAT", Number(number));
}
