/** What a channel has meant: a roll-back leads back a step at a time, whatever happened between. */
import { expect, test } from "vitest";
import { imageName } from "../../../src/core/domain/names.ts";
import { promoted, rolledBack } from "../../../src/core/images/channel-history.ts";

const [a, b, c, d] = ["a.1", "a.2", "a.3", "a.4"].map(imageName) as [
  ReturnType<typeof imageName>,
  ReturnType<typeof imageName>,
  ReturnType<typeof imageName>,
  ReturnType<typeof imageName>,
];

test("two roll-backs lead two versions back, and a third nowhere", () => {
  const history = promoted(promoted([], a, b), b, c);
  const once = rolledBack(history, c);
  expect(once?.to).toBe(b);
  const twice = rolledBack(once?.history ?? [], b);
  expect(twice?.to).toBe(a);
  expect(rolledBack(twice?.history ?? [], a)).toBeNull();
});

test("what was rolled back from is not what a later roll-back leads to", () => {
  const back = rolledBack(promoted(promoted([], a, b), b, c), c);
  const again = promoted(back?.history ?? [], b, d);
  expect(rolledBack(again, d)?.to).toBe(b);
});

test("a channel that was moved by hand goes back to the last version that retask gave it", () => {
  expect(rolledBack(promoted([], a, b), d)?.to).toBe(b);
  expect(rolledBack(promoted([], a, b), null)?.to).toBe(b);
});

test("a promotion that was remembered and never done changes nothing", () => {
  const crashed = promoted([a], a, b);
  expect(rolledBack(crashed, a)).toBeNull();
  expect(rolledBack(promoted(crashed, a, c), c)?.to).toBe(a);
});

test("a new channel has nothing before it", () => {
  expect(rolledBack(promoted([], null, a), a)).toBeNull();
});

test("twenty are remembered", () => {
  const names = Array.from({ length: 30 }, (_, index) => imageName(`w.${index}x`));
  const history = names.reduce(
    (before, name, index) => promoted(before, names[index - 1] ?? null, name),
    [] as readonly ReturnType<typeof imageName>[],
  );
  expect(history).toEqual(names.slice(-20));
});
