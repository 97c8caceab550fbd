/** Which dialog is open. Any view may open one; the frame shows it. */
import { Box } from "../data/box.ts";
import type { Action } from "./action.ts";

export const openAction = new Box<Action | null>(null);
export const tokenAsked = new Box(false);
