/**
 * Variants of how retask decides ahead, as edits of the compiled program in a copy of it, so that no switch in the program does
 * this and none can be left on. What is looked for must be there exactly once, or the variant says that it has aged.
 */

/** @typedef {{ file: string, find: string, put: string }} Edit  `file`: below dist/core/. */
/** @typedef {{ name: string, about: string, edits: readonly Edit[] }} Variant */

/** @param {string} file @param {string} find @param {string} put @returns {Edit} */
const edit = (file, find, put) => ({ file, find, put });

/** Each without one part. @type {readonly Variant[]} */
export const ABLATIONS = [
  {
    name: "no-season",
    about: "season: the profile is the mean of the last days, whatever the time of day",
    edits: [
      edit(
        "forecast/season.js",
        "const profile = weekly.known",
        "const profile = history.length > day ? seenMean(history, history.length - day, history.length - 1) : weekly.known",
      ),
      edit("forecast/season.js", "daily.known ? daily.newest - profile : 0", "0"),
      edit("forecast/season.js", "weekly.known ? weekly.newest - profile : 0", "0"),
      edit("forecast/season.js", "daily.known && weekly.known ? daily.mean - weekly.mean : 0", "0"),
    ],
  },
  {
    name: "no-window",
    about: "sliding windows are not recognised",
    edits: [edit("forecast/window.js", "if (best === window.length)", "if (best > 0)")],
  },
  {
    name: "no-refresh",
    about: "refreshes every few minutes are not recognised",
    edits: [edit("forecast/refresh.js", "const LEAST_SHARE = 0.8;", "const LEAST_SHARE = 2;")],
  },
  {
    name: "one-expert",
    about: "one regression instead of three",
    edits: [
      edit("forecast/lead-model.js", "(best / expert.score) ** TUNING.sharpness", "expert === experts[0] ? 1 : 0"),
    ],
  },
  {
    name: "constant-scale",
    about: "the spread of errors follows nothing that can be seen beforehand",
    edits: [edit("forecast/error-scale.js", "Math.exp(learned ? dot(coefficients, features) : features[4])", "0.05")],
  },
  {
    name: "normal-tails",
    about: "errors are taken for normal ones of the same spread",
    edits: [
      edit(
        "forecast/error-law.js",
        "return { bins, spread,",
        "for (let bin = 0; bin < BINS; bin++) bins[bin] = middle / (BINS - 2 * cut) + spread * normalQuantile((bin + 0.5) / BINS);\n    return { bins, spread,",
      ),
    ],
  },
  {
    name: "no-quantile-map",
    about: "revisions are normal",
    edits: [edit("decide/horizon/lattice.js", "deviation * mapDeviate(map, x / deviation)", "x")],
  },
  {
    name: "open-loop",
    about: "later decisions know no more than this one",
    edits: [
      edit("decide/horizon/lattice.js", "step === 0 ? 0 : variance", "step < 0 ? variance : 0"),
      edit(
        "decide/horizon/lattice.js",
        "const middle = Math.round(",
        "const own = ahead[step].lead;\n        const middle = Math.round(",
      ),
      edit(
        "decide/horizon/lattice.js",
        "at(forecast.firstScales, middle % forecast.firstScales.length) *",
        "((own.scale * own.law.spread) / first.law.spread) *",
      ),
    ],
  },
  {
    name: "no-double-steps",
    about: "no double steps: later decisions are looked at as closely as near ones",
    edits: [edit("decide/horizon/shape.js", "DOUBLE_STEPS_FROM_MINUTES = 40", "DOUBLE_STEPS_FROM_MINUTES = 999")],
  },
];

/** The history at hand when the pool begins, days. @type {readonly Variant[]} */
export const HISTORIES = [0, 1, 7, 28].map((days) => ({
  name: `history-${days}`,
  about: `${days} days of history`,
  edits: [
    edit(
      "../cli/evaluate/session.js",
      "for (const demand of history)",
      `for (const demand of history.slice(history.length - Math.min(history.length, ${days} * 1440)))`,
    ),
  ],
}));

const TUNING = "forecast/tuning.js";
/** Other values of what is a judgement. @type {readonly Variant[]} */
export const CANDIDATES = [
  { name: "half-window 15", about: "", edits: [edit("forecast/cadence.js", "halfWindow: 30", "halfWindow: 15")] },
  { name: "half-window 60", about: "", edits: [edit("forecast/cadence.js", "halfWindow: 30", "halfWindow: 60")] },
  { name: "memories 40, 10 days", about: "", edits: [edit(TUNING, "[20, 5]", "[40, 10]")] },
  { name: "memories 10, 2.5 days", about: "", edits: [edit(TUNING, "[20, 5]", "[10, 2.5]")] },
  { name: "sharpness 2", about: "", edits: [edit(TUNING, "sharpness: 8", "sharpness: 2")] },
  { name: "sharpness 20", about: "", edits: [edit(TUNING, "sharpness: 8", "sharpness: 20")] },
  {
    name: "offset 3 %",
    about: "",
    edits: [edit("forecast/forecaster.js", "OFFSET_SHARE = 0.06", "OFFSET_SHARE = 0.03")],
  },
  {
    name: "offset 10 %",
    about: "",
    edits: [edit("forecast/forecaster.js", "OFFSET_SHARE = 0.06", "OFFSET_SHARE = 0.1")],
  },
];
