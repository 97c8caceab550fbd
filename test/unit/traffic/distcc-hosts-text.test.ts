/** The hosts file as text: what is taken out comes back byte for byte, and nothing else ever changes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entriesFor, entriesOf, withMachine, withoutMachine } from "../../../src/world/traffic/distcc-hosts-text.ts";
import { someMachine } from "./some-machine.ts";

const template = "{ip}:3632/12,lzo";
const m01 = someMachine("m01", "10.0.3.17");
const m02 = someMachine("m02", "10.0.3.18");

describe("taking a machine out of the hosts file", () => {
  test("marks its line, and leaves every other byte as it was", () => {
    const text = "# farm\n10.0.3.17:3632/12,lzo\n\n10.0.3.18:3632/12,lzo # rack 2\nlocalhost/2\n";
    const out = withoutMachine(text, template, m01);
    expect(out).toBe("# farm\n#retask:off 10.0.3.17:3632/12,lzo\n\n10.0.3.18:3632/12,lzo # rack 2\nlocalhost/2\n");
    expect(entriesOf(out)).toEqual(["10.0.3.18:3632/12,lzo", "localhost/2"]);
  });

  test("knows the machine by its server whatever options an operator gave it, with or without the usual port", () => {
    for (const entry of ["10.0.3.17:3632/4", "10.0.3.17", "10.0.3.17/8,lzo,cpp", "m01/12", "M01:3632,lzo"])
      expect(entriesOf(withoutMachine(`${entry}\n`, template, m01))).toEqual([]);
  });

  test("leaves another port, another machine and a longer address alone", () => {
    const text = "10.0.3.17:3633/12\n10.0.3.170/4\n110.0.3.17/4\nm010\n# 10.0.3.17\n";
    expect(withoutMachine(text, template, m01)).toBe(text);
  });

  test("splits a line that others share", () => {
    const out = withoutMachine("10.0.3.17/4 10.0.3.18/4 # rack 1", template, m01);
    expect(out).toBe(" 10.0.3.18/4 # rack 1\n#retask:off 10.0.3.17/4\n");
    expect(withMachine(out, template, m01)).toBe(" 10.0.3.18/4 # rack 1\n10.0.3.17/4\n");
  });

  test("keeps a setting that stands on the same line", () => {
    const out = withoutMachine("10.0.3.17/4 --randomize\n", template, m01);
    expect(out).toBe(" --randomize\n#retask:off 10.0.3.17/4\n");
  });

  test("drops an older mark when somebody has written a newer entry", () => {
    const out = withoutMachine("#retask:off 10.0.3.17/4\n10.0.3.17/8\n", template, m01);
    expect(out).toBe("#retask:off 10.0.3.17/8\n");
  });

  test("finds an entry over ssh", () => {
    expect(entriesFor("@m01:/usr/bin/distccd/4\nme@m02/3\n", "@{machine}/12", m01)).toEqual([
      "@m01:/usr/bin/distccd/4",
    ]);
  });
});

describe("putting a machine into the hosts file", () => {
  test("writes a new entry after the last of its kind, so that localhost stays the last resort", () => {
    const text = "10.0.3.18:3632/12,lzo\n#retask:off 10.0.3.19:3632/12\nlocalhost/2\n";
    expect(withMachine(text, template, m01)).toBe(
      "10.0.3.18:3632/12,lzo\n#retask:off 10.0.3.19:3632/12\n10.0.3.17:3632/12,lzo\nlocalhost/2\n",
    );
  });

  test("writes at the end of a file that has none of its kind, and ends the last line first", () => {
    expect(withMachine("# farm", template, m01)).toBe("# farm\n10.0.3.17:3632/12,lzo\n");
    expect(withMachine("", template, m01)).toBe("10.0.3.17:3632/12,lzo\n");
  });

  test("changes nothing when an entry is there", () => {
    expect(withMachine("m01/3\n", template, m01)).toBe("m01/3\n");
  });
});

test("off and on again give back the same bytes, in whatever order machines come and go", () => {
  const line = fc.oneof(
    fc.constantFrom(
      "10.0.3.17:3632/12,lzo",
      "  m01/4 # mine",
      "10.0.3.18/8\r",
      "# a comment",
      "",
      "localhost/2",
      "@m02",
    ),
    fc.string({ unit: "binary-ascii", maxLength: 20 }).map((text) => `# ${text.replaceAll("\n", "")}`),
  );
  const file = fc.tuple(fc.array(line, { maxLength: 8 }), fc.boolean());
  fc.assert(
    fc.property(file, ([lines, ended]) => {
      const text = lines.join("\n") + (ended && lines.length > 0 ? "\n" : "");
      const had = [m01, m02].filter((machine) => entriesFor(text, template, machine).length > 0);
      let out = text;
      for (const machine of had) out = withoutMachine(out, template, machine);
      for (const machine of had) expect(entriesFor(out, template, machine)).toEqual([]);
      let back = out;
      for (const machine of had) back = withMachine(back, template, machine);
      expect(back).toBe(text);
    }),
  );
});

test("taking one machine out twice, or putting it in twice, is the same as once", () => {
  const text = "10.0.3.17/4 10.0.3.18/4\n";
  const out = withoutMachine(text, template, m01);
  expect(withoutMachine(out, template, m01)).toBe(out);
  const back = withMachine(out, template, m01);
  expect(withMachine(back, template, m01)).toBe(back);
});
