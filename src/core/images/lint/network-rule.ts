/** A root on the network needs the network until the very end: whoever manages the interface must leave it up at shutdown. */
import { filesIn, lineOf, type RootFacts, textAt } from "./facts.ts";
import { at, error, type LintFinding } from "./finding.ts";

export const networkRule = (root: RootFacts): LintFinding[] => [
  ...networkd(root),
  ...networkManager(root),
  ...ifupdown(root),
];

const WHY = "the network goes away while the root still hangs on it, and the machine never powers off by itself";

const isEnabled = ({ entries }: RootFacts, service: string): boolean =>
  entries.get(`etc/systemd/system/multi-user.target.wants/${service}.service`)?.link != null;

/** systemd.network(5). CriticalConnection= is its older name. */
const KEPT =
  /^\s*(?:KeepConfiguration\s*=\s*(?:yes|true|1|on|dhcp|dhcp-on-stop|static)|CriticalConnection\s*=\s*(?:yes|true|1|on)|Unmanaged\s*=\s*(?:yes|true|1|on))\s*$/im;

function networkd(root: RootFacts): LintFinding[] {
  if (!isEnabled(root, "systemd-networkd")) return [];
  return filesIn(root, "etc/systemd/network").flatMap(({ path, text }) => {
    if (KEPT.test(text) || /^\s*Name\s*=\s*lo\s*$/m.test(text)) return [];
    return [
      error("network-shutdown", at(`${root.path}/${path}`, lineOf(text, /^\s*\[Network\]/)), {
        what: "networkd takes the interface's configuration away as it stops",
        why: WHY,
        advice: "write KeepConfiguration=yes below [Network], or Unmanaged=yes below [Link]",
      }),
    ];
  });
}

function networkManager(root: RootFacts): LintFinding[] {
  if (!isEnabled(root, "NetworkManager")) return [];
  const main = "etc/NetworkManager/NetworkManager.conf";
  const texts = [textAt(root, main) ?? "", ...filesIn(root, "etc/NetworkManager/conf.d").map(({ text }) => text)];
  if (texts.some((text) => /^\s*(?:unmanaged-devices\s*=\s*\S|managed\s*=\s*(?:0|false|no))/m.test(text))) return [];
  return [
    error("network-shutdown", `${root.path}/${main}`, {
      what: "NetworkManager manages the interface that the root hangs on",
      why: WHY,
      advice: "write unmanaged-devices= with that interface below [keyfile]",
    }),
  ];
}

function ifupdown(root: RootFacts): LintFinding[] {
  if (!isEnabled(root, "networking")) return [];
  const main = "etc/network/interfaces";
  const files = [{ path: main, text: textAt(root, main) ?? "" }, ...filesIn(root, "etc/network/interfaces.d")];
  const all = files.map(({ text }) => text).join("\n");
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(/^[ \t]*iface[ \t]+(\S+)[ \t]+inet6?[ \t]+(?:dhcp|static|auto)\b/gm)].flatMap(
      ([line, name = ""]) => {
        if (name === "lo" || !hasWord(all, "auto", name) || hasWord(all, "no-auto-down", name)) return [];
        const index = text.split("\n").findIndex((one) => line.trim() !== "" && one.includes(line.trim()));
        return [
          error("network-shutdown", at(`${root.path}/${path}`, index + 1), {
            what: `ifupdown takes ${name} down as it stops`,
            why: WHY,
            advice: `write iface ${name} inet manual, or no-auto-down ${name}`,
          }),
        ];
      },
    ),
  );
}

/** `auto` and `allow-auto` alike. */
const hasWord = (text: string, keyword: string, name: string): boolean =>
  text.split("\n").some((line) => {
    const [first = "", ...names] = line.trim().split(/\s+/);
    return (first === keyword || first === `allow-${keyword}`) && names.includes(name);
  });
