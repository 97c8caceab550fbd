/** Deliberately bad keys, demands and whole files: each is refused at its place, in words that say what to write instead. */
import { describe } from "vitest";
import { refuses, web } from "./support/refusals.ts";
import { COMPILE, replaced, WEB } from "./support/site-files.ts";

describe("keys", () => {
  refuses([
    [
      "a mistyped key, with the one that was meant",
      web("  floor: 4", "  floor: 4\n  maxx: 9"),
      ["policies/web.yaml:8:3 machines.maxx: unknown key; did you mean max?"],
    ],
    [
      "a key that nothing resembles",
      web("  floor: 4", "  floor: 4\n  colour: 9"),
      ["policies/web.yaml:8:3 machines.colour: unknown key"],
    ],
    [
      "a mistyped key inside a demand",
      web("perMachine: 55", "perMachine: 55\n  maxage: 60s"),
      ["policies/web.yaml:6:3 demand.maxage: unknown key; did you mean maxAge?"],
    ],
    [
      "a key that is missing",
      web("  floor: 4", "  max: 4"),
      ["policies/web.yaml:6:1 machines.floor: missing; expected a whole number from 0 to 100000"],
    ],
    [
      "a block that is missing",
      web("machines:\n  floor: 4\n", ""),
      ["policies/web.yaml:1:1 machines: missing; expected a block of keys"],
    ],
    [
      "a key twice",
      web("role: web", "role: web\nrole: web"),
      ["policies/web.yaml:2:1 not valid YAML: this key is there twice"],
    ],
    [
      "the prototype of all objects",
      web("role: web", "role: web\n__proto__: { polluted: true }"),
      ["policies/web.yaml:2:1 __proto__: a forbidden key"],
    ],
    [
      "a key that is no word",
      web("role: web", "role: web\n? [a, b]\n: 1"),
      ["policies/web.yaml:2:3 expected a word as the key"],
    ],
    [
      "a list where a block belongs",
      web("machines:\n  floor: 4\n", "machines: [4]\n"),
      ["policies/web.yaml:6:11 machines: expected a block of keys, got a list"],
    ],
  ]);
});

describe("a demand", () => {
  refuses([
    [
      "of an unknown word",
      web(`demand:\n  series: haproxy_backend_current_sessions{proxy="web"}\n  perMachine: 55`, "demand: sessions"),
      [
        'policies/web.yaml:3:9 demand: expected the word rest, or one of the keys series, expression (with ageOf) and distcc, got "sessions"',
      ],
    ],
    [
      "without its series",
      web(`series: haproxy_backend_current_sessions{proxy="web"}`, "headroom: 10%"),
      [
        "policies/web.yaml:3:1 demand.series: missing; expected a selector of the load's series (or else: expression with ageOf, or distcc)",
      ],
    ],
    [
      "whose series is an expression",
      web(`haproxy_backend_current_sessions{proxy="web"}`, "sum(rate(x[5m]))"),
      [
        'policies/web.yaml:4:11 demand.series: expected a bare selector, as in up{job="web"}; for a function, an operator or a range use expression: with ageOf:, got "sum(rate(x[5m]))"',
      ],
    ],
    [
      "whose series are several",
      web(`haproxy_backend_current_sessions{proxy="web"}`, "a + b"),
      [
        'policies/web.yaml:4:11 demand.series: expected a bare selector, as in up{job="web"}; for a function, an operator or a range use expression: with ageOf:, got "a + b"',
      ],
    ],
    [
      "whose series is a range",
      web(`{proxy="web"}`, `{proxy="web"}[5m]`),
      [
        'policies/web.yaml:4:11 demand.series: expected a bare selector, as in up{job="web"}; for a function, an operator or a range use expression: with ageOf:, got "haproxy_backend_current_sessions{proxy=\\"web\\"}[5m]"',
      ],
    ],
    [
      "that would select everything",
      web(`haproxy_backend_current_sessions{proxy="web"}`, '"{}"'),
      [
        'policies/web.yaml:4:11 demand.series: expected a bare selector, as in up{job="web"}; for a function, an operator or a range use expression: with ageOf:, got "{}"',
      ],
    ],
    [
      "whose expression has no selector that vouches",
      web(`series: haproxy_backend_current_sessions{proxy="web"}`, "expression: sum(a)"),
      [
        "policies/web.yaml:3:1 demand.ageOf: missing; expected the selector whose age and count vouch for the expression",
      ],
    ],
    [
      "of distcc with a bad number",
      web(`series: haproxy_backend_current_sessions{proxy="web"}\n  perMachine: 55`, "distcc: { perMachine: many }"),
      ['policies/web.yaml:4:25 demand.distcc.perMachine: expected slots, or a number of jobs above 0, got "many"'],
    ],
  ]);
});

describe("a whole file", () => {
  refuses([
    ["that is empty", { "policies/web.yaml": "" }, ["policies/web.yaml:1:1 the file is empty"]],
    [
      "that is no block of keys",
      { "policies/web.yaml": "hello" },
      ['policies/web.yaml:1:1 expected a block of keys, got "hello"'],
    ],
    [
      "that breaks off in the middle",
      { "policies/web.yaml": 'role: web\nimages: { production: "web' },
      [
        'policies/web.yaml:2:27 not valid YAML: Missing closing "quote',
        "policies/web.yaml:2:27 not valid YAML: Flow map in block collection must be sufficiently indented and end with a }",
      ],
    ],
    [
      "with a tab as indentation",
      web("  floor: 4", "\tfloor: 4"),
      ["policies/web.yaml:7:1 not valid YAML: Tabs are not allowed as indentation"],
    ],
    [
      "of two documents",
      { "policies/web.yaml": `${WEB}---\n${WEB}` },
      ["policies/web.yaml:9:1 not valid YAML: a second document begins here; expected one"],
    ],
    [
      "of unknown tags",
      web("role: web", "role: !!js/function web"),
      ["policies/web.yaml:1:7 not valid YAML: Unresolved tag: tag:yaml.org,2002:js/function"],
    ],
    [
      "that is missing",
      { "fleet.yaml": null, "retask.yaml": null },
      ["fleet.yaml the file is missing", "retask.yaml the file is missing"],
    ],
    [
      "of which there is none for any role",
      { "policies/web.yaml": null, "policies/compile.yaml": null },
      ["policies/ no role: write one file for each, named <role>.yaml"],
    ],
    [
      "named after a reserved word",
      { "policies/rest.yaml": replaced(COMPILE, "role: compile", "role: rest") },
      [
        "policies/rest.yaml a policy's file is named after its role: this name is reserved",
        'policies/rest.yaml:1:7 role: this name is reserved, got "rest"',
      ],
    ],
  ]);
});
