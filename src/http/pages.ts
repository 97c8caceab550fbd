/** Long lists come page by page; `next` is the path of the next page, null at the end. */

/** `next`, where a page is as long as was asked for: there may be more. `last`: what of its last entry the next one is before. */
export function nextPage(path: string, asked: number, given: number, last: number | string | undefined): string | null {
  if (given < asked || last === undefined) return null;
  return `${path}?limit=${asked}&${typeof last === "string" ? "after" : "before"}=${last}`;
}
