/** Light or dark: as the system says, until somebody says otherwise. */
import { Box } from "./box.ts";

export type Theme = "system" | "light" | "dark";
const THEME = "retask.theme";
const THEMES: readonly string[] = ["system", "light", "dark"];

const stored = localStorage.getItem(THEME) ?? "system";
export const theme = new Box<Theme>(THEMES.includes(stored) ? (stored as Theme) : "system");
/** Changes with each change of colours, so that what is drawn on a canvas is drawn anew. */
export const palette = new Box("");

export function followTheme(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = (): void => {
    const chosen = theme.value === "system" ? (dark.matches ? "dark" : "light") : theme.value;
    document.documentElement.dataset.theme = chosen;
    palette.set(chosen);
  };
  theme.watch(() => {
    localStorage.setItem(THEME, theme.value);
    apply();
  });
  dark.addEventListener("change", apply);
  apply();
}
