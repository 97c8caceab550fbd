/** What came of an action, said once and kept until it is read. */
import { Box, useBox } from "../data/box.ts";

interface Notice {
  readonly text: string;
  readonly details: readonly string[];
}
const notice = new Box<Notice | null>(null);

export const tell = (text: string, details: readonly string[] = []): void => notice.set({ text, details });

export function Notices() {
  const shown = useBox(notice);
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown !== null && (
        <div class="notice">
          <p>{shown.text}</p>
          {shown.details.map((detail) => (
            <p key={detail}>{detail}</p>
          ))}
          <button type="button" onClick={() => notice.set(null)}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  );
}
