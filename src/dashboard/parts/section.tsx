/** A part of a view with its heading, and what can be done with it beside that. */
import type { ComponentChildren } from "preact";

interface SectionProps {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Section({ title, aside, children }: SectionProps) {
  const id = `section-${title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  return (
    <section class="part" aria-labelledby={id}>
      <div class="part-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

export const Failed = ({ error }: { readonly error: string | null }) =>
  error === null ? null : <p class="failed">{error}</p>;
