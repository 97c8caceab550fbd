/** A page as a browser would read it: its elements, its text, and what was wrong with its markup. */
import { type DefaultTreeAdapterTypes, parse } from "parse5";

type Node = DefaultTreeAdapterTypes.Node;
export type Element = DefaultTreeAdapterTypes.Element;

export function readPage(text: string) {
  const wrong: string[] = [];
  const document = parse(text, { onParseError: ({ code }) => wrong.push(code) });
  const elements: Element[] = [];
  const walk = (node: Node): void => {
    if ("tagName" in node) elements.push(node);
    if ("childNodes" in node) for (const child of node.childNodes) walk(child);
  };
  walk(document);
  return {
    wrong,
    elements,
    named: (name: string): Element[] => elements.filter(({ tagName }) => tagName === name),
    withId: (id: string): Element[] => elements.filter((element) => attributeOf(element, "id") === id),
  };
}

export const attributeOf = ({ attrs }: Element, name: string): string | null =>
  attrs.find((attribute) => attribute.name === name)?.value ?? null;

export const textOf = (node: Node): string => {
  if ("value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
};
