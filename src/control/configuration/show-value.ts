/** How a value out of an operator's file is shown in a message: short, and with nothing that a terminal would obey. */

/** C1 controls and the marks that reorder text: JSON escapes only the C0 controls. */
const UNSAFE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const MOST_CHARACTERS = 60;

/** `source` is how the file writes it, which tells more than the value for numbers such as `1e400`. */
export function showValue(value: unknown, source: string | undefined): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
    case "bigint":
    case "boolean":
      return escapeUnsafe(source ?? String(value)).slice(0, MOST_CHARACTERS);
    default:
      return "a block of keys";
  }
}

/** A key as it is; quoted where it is more than a plain word. */
export const showKey = (key: PropertyKey): string => {
  const text = String(key);
  return /^[\w.-]{1,64}$/.test(text) ? text : quote(text);
};

/** `machines[2].bmc.port`. */
export const showPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}${text === "" ? "" : "."}${showKey(key)}`),
    "",
  );

function quote(text: string): string {
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return escapeUnsafe(JSON.stringify(short));
}

/** Text that JSON has quoted already, without what it leaves alone and a terminal would not. */
export const escapeUnsafe = (text: string): string =>
  text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
