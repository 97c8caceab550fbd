/** What a BMC or ipmitool printed, made fit for logs and terminals: one short line, and never the password. */

const MAX_CHARACTERS = 200;

export function safeText(text: string, password: string | null): string {
  const redacted = password === null ? text : text.replaceAll(password, "[redacted]");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what must not reach a terminal
  const line = redacted.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
  return line.length <= MAX_CHARACTERS ? line : `${line.slice(0, MAX_CHARACTERS)}…`;
}

/** `: "…"`, to follow retask's own words; empty when nothing was said. */
export const quoted = (said: string | undefined, password: string | null): string =>
  said === undefined ? "" : `: "${safeText(said, password)}"`;
