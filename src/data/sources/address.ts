/** What may stand before the host: a user's name, and a password. */
export interface Credentials {
  readonly authorization?: string;
}

/**
 * An address without the user's name and password, for all that a person may read: errors, logs, where data came from. Of an
 * address that is wrong too, whatever stands before an @ is left out.
 */
export function withoutCredentials(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isPlain = url !== undefined && url.username === "" && url.password === "" && !/[?#].*@/s.test(address);
  return isPlain ? address : hidden(address);
}

/** An address without all that stands before its last @. */
export const hidden = (address: string): string => address.replace(/^([a-z][a-z\d+.-]*:\/*)?.*@/is, "$1");

/** An address without its credentials, and the header that gives them to its server (RFC 7617). */
export function separated(address: string): { readonly url: URL; readonly headers: Credentials } {
  const url = new URL(address);
  const { username, password } = url;
  url.username = "";
  url.password = "";
  if (username === "" && password === "") return { url, headers: {} };
  const text = `${decoded(username)}:${decoded(password)}`;
  return { url, headers: { authorization: `Basic ${Buffer.from(text).toString("base64")}` } };
}

/** A text with its %20 as blanks; as it is, where a % stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
