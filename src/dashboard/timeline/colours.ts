/** The style sheet's colours, for what is drawn on a canvas. */
export interface Colours {
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly demand: string;
  readonly band: string;
  readonly capacity: string;
  readonly planned: string;
  readonly bad: string;
  readonly short: string;
  readonly unknown: string;
  readonly override: string;
}

export function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    text: of("text"),
    dim: of("dim"),
    line: of("line"),
    demand: of("demand"),
    band: of("band"),
    capacity: of("capacity"),
    planned: of("planned"),
    bad: of("bad"),
    short: of("short"),
    unknown: of("unknown"),
    override: of("override"),
  };
}
