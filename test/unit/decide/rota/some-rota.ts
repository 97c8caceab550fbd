/** Small rotas of every kind, for laws. */
import fc from "fast-check";
import type { RotaInput, RotaRange, RotaRole } from "../../../../src/core/decide/rota/rota-input.ts";
import { roleName } from "../../../../src/core/domain/names.ts";

const machines = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: most });
const need = fc.integer({ min: 0, max: 32 }).map((eighths) => eighths / 8);
/** Uneven numbers, so that no two plans cost the same. */
const price = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: 1e6 }).map((part) => min + (max - min) * Math.sqrt((part + 0.5) / 1e6));

/** The maximum is the same in all slots, and the rest changes. */
const rangesOf = (slots: number): fc.Arbitrary<RotaRange[]> => {
  const least = fc.record({
    keep: fc.constantFrom(0, 0, 0, 1),
    floor: fc.constantFrom(0, 0, 1, 3),
    min: fc.constantFrom(0, 1, 2),
  });
  return fc
    .tuple(fc.constantFrom(1, 2, 4, 4), fc.array(least, { minLength: 1, maxLength: slots }))
    .map(([most, all]) => {
      const max = Math.max(most, ...all.flatMap(({ keep, floor, min }) => [keep, floor, min]));
      return all.map(({ keep, floor, min }) => ({ keep, floor, min: Math.max(keep, floor, min), max }));
    });
};

const place = fc.record({
  present: machines(2),
  arriving: fc.array(fc.record({ machines: fc.constant(1), inMinutes: fc.integer({ min: 1, max: 40 }) }), {
    maxLength: 1,
  }),
});

const needsOf = (slots: number): fc.Arbitrary<Float64Array[]> =>
  fc.array(
    fc.array(need, { minLength: 3, maxLength: 3 }).map((bins) => Float64Array.from(bins.sort((a, b) => a - b))),
    { minLength: 1, maxLength: slots },
  );

const role = (name: string, use: fc.Arbitrary<RotaRole["use"]>, slots: number): fc.Arbitrary<RotaRole> =>
  fc
    .record({
      role: fc.constant(roleName(name)),
      use,
      ...{ able: fc.constantFrom(2, 3, 9, 9) },
      place,
      ranges: rangesOf(slots),
    })
    .map(({ place: { present, arriving }, able, ...given }) => {
      const own = present + arriving.reduce((sum, one) => sum + one.machines, 0);
      return { ...given, present, arriving, able: Math.max(own, able) };
    });

const measured = (slots: number): fc.Arbitrary<RotaRole["use"]> =>
  fc.record({ kind: fc.constant("measured" as const), shortageCost: price(2, 30), needs: needsOf(slots) });

export function smallRotas(slots: number): fc.Arbitrary<RotaInput> {
  const rest = fc.record({
    kind: fc.constant("rest" as const),
    needs: fc.oneof(fc.constant(null), needsOf(slots)),
  });
  return fc
    .record({
      slotMinutes: fc.constantFrom(10, 30),
      slots: fc.constant(slots),
      moveMinutes: fc.constantFrom(3, 8, 18),
      wear: price(0.01, 0.2),
      roles: fc.tuple(
        role("web", measured(slots), slots),
        role("api", measured(slots), slots),
        role("compile", rest, slots),
      ),
      spare: fc.tuple(place, fc.constantFrom(0, 1), fc.constantFrom(0, 0.13, 0.7)),
      moves: fc.option(fc.array(machines(2), { minLength: 1, maxLength: slots }), { nil: undefined }),
    })
    .map(({ moves, spare: [where, reserve, powerPrice], ...input }) => ({
      ...input,
      spare: { ...where, reserve, powerPrice },
      ...(moves === undefined ? {} : { moves }),
    }));
}
