/** Who acts: the token only while this tab is open, and never in an address; the name for the next time, too. */
import { Box } from "./box.ts";

const TOKEN = "retask.token";
const AUTHOR = "retask.author";

export const token = new Box(sessionStorage.getItem(TOKEN) ?? "");
export const author = new Box(localStorage.getItem(AUTHOR) ?? "");

export function rememberToken(given: string): void {
  if (given === "") sessionStorage.removeItem(TOKEN);
  else sessionStorage.setItem(TOKEN, given);
  token.set(given);
}

export function rememberAuthor(given: string): void {
  localStorage.setItem(AUTHOR, given);
  author.set(given);
}
