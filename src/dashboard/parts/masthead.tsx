/** The top of the page: where one can go, the colours, and who acts. */
import { tokenAsked } from "../actions/open-actions.ts";
import { useBox } from "../data/box.ts";
import { rememberToken, token } from "../data/session.ts";
import { type Theme, theme } from "../data/theme.ts";

const VIEWS = [
  ["overview", "Overview", "#/"],
  ["plan", "Plan", "#/plan"],
  ["decisions", "Decisions", "#/decisions"],
  ["overrides", "Overrides", "#/overrides"],
  ["audit", "Audit", "#/audit"],
] as const;

export function Masthead({ view }: { readonly view: string }) {
  const isKnown = useBox(token) !== "";
  return (
    <header class="masthead">
      <a class="brand" href="#/">
        retask
      </a>
      <nav aria-label="Views">
        <ul>
          {VIEWS.map(([name, title, href]) => (
            <li key={name}>
              <a href={href} aria-current={view === name ? "page" : undefined}>
                {title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="masthead-end">
        <ThemeSwitch />
        {isKnown ? (
          <button type="button" onClick={() => rememberToken("")}>
            Forget token
          </button>
        ) : (
          <button type="button" onClick={() => tokenAsked.set(true)}>
            Enter token
          </button>
        )}
      </div>
    </header>
  );
}

function ThemeSwitch() {
  const chosen = useBox(theme);
  return (
    <label class="theme">
      <span>Colours</span>
      <select value={chosen} onChange={(event) => theme.set(event.currentTarget.value as Theme)}>
        <option value="system">as the system</option>
        <option value="light">light</option>
        <option value="dark">dark</option>
      </select>
    </label>
  );
}
