/** Facts as a list of terms: what it is, and what it is now. */
import type { ComponentChildren } from "preact";

export type Fact = readonly [term: string, value: ComponentChildren];

export const Facts = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <dl class="facts-list">
    {facts.map(([term, value]) => (
      <div key={term}>
        <dt>{term}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
