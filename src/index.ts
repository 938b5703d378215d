/** The rooms of the library, for `import { rnn, tf } from "unroll"`; each is also a module of its own, "unroll/rnn". */
export * as compile from "./compile";
export * as data from "./data";
export * as notebook from "./notebook";
export * as plot from "./plot";
export * as rnn from "./rnn";
export * as seq2seq from "./seq2seq";
export * as tf from "./tf";
export * as train from "./train";
