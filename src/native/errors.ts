/** TensorFlow's codes of errors, by name. */
export type NativeErrorCode =
  | "CANCELLED"
  | "UNKNOWN"
  | "INVALID_ARGUMENT"
  | "DEADLINE_EXCEEDED"
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "PERMISSION_DENIED"
  | "RESOURCE_EXHAUSTED"
  | "FAILED_PRECONDITION"
  | "ABORTED"
  | "OUT_OF_RANGE"
  | "UNIMPLEMENTED"
  | "INTERNAL"
  | "UNAVAILABLE"
  | "DATA_LOSS"
  | "UNAUTHENTICATED";

/** TensorFlow, or the addon, refuses a call. `code` is TensorFlow's; the addon's own refusals of arguments are INVALID_ARGUMENT. */
export class NativeError extends Error {
  override readonly name = "NativeError";

  constructor(
    readonly code: NativeErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** @throws NativeError INVALID_ARGUMENT */
export function refuse(message: string): never {
  throw new NativeError("INVALID_ARGUMENT", message);
}

/** Runs a call of the addon. @throws NativeError when it fails */
export function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw nativeError(error);
  }
}

/** An error of the addon as a NativeError; any other error as it is. */
export function nativeError(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || error instanceof NativeError) return error;
  return new NativeError(error.code as NativeErrorCode, error.message);
}
