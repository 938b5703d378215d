export { ArgumentError } from "../arguments";
