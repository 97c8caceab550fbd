/** Where a watched table is drawn: a terminal's other screen, which leaves no trace, or a stream that gets each change once. */

export interface Screen {
  draw(text: string): void;
  close(): void;
}

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const OTHER_SCREEN = "\u001b[?1049h\u001b[?25l";
const OWN_SCREEN = "\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const REST_OF_LINE = "\u001b[K";
const REST_OF_SCREEN = "\u001b[J";

export const screenOn = (output: Output): Screen =>
  output.isTTY === true ? terminalScreen(output) : changesOn(output);

/** Line by line over what stands there, so that nothing flickers. */
function terminalScreen(output: Output): Screen {
  output.write(OTHER_SCREEN);
  return {
    draw: (text) =>
      output.write(`${HOME}${text.replaceAll("\n", `${REST_OF_LINE}\n`)}${REST_OF_LINE}${REST_OF_SCREEN}`),
    close: () => output.write(OWN_SCREEN),
  };
}

/** A log has no use for the same table again. */
export function changesOn(output: Output): Screen {
  let last: string | null = null;
  return {
    draw: (text) => {
      if (text !== last) output.write(`${text}\n`);
      last = text;
    },
    close: () => {},
  };
}
