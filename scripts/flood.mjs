/**
 * One attack on an HTTP server of loopback, in a process of its own:  node scripts/flood.mjs PORT KIND
 * Prints how many connections got which answer, as JSON: a status, `cut off` or `refused`.
 */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const [port = "", kind = ""] = process.argv.slice(2);
const AT_ONCE = 5_000;
const SLOW = 300;
const SLOW_MS = 6_000;

/** @param {string} first @param {string[]} headers @param {string} body */
const request = (first, headers, body = "") =>
  [`${first} HTTP/1.1`, "Connection: close", `Content-Length: ${body.length}`, ...headers, "", body].join("\r\n");
const own = `Host: 127.0.0.1:${port}`;
const json = "Content-Type: application/json";
const pause = JSON.stringify({ author: "eve", reason: "fun", for: "1h", scope: "pool" });

/** @type {Record<string, { count: number, text: string, slow?: boolean, paced?: boolean }>} */
const KINDS = {
  // The code of a server that nobody has asked yet is slow: no daemon is new when it is attacked.
  "an operator who looks": { count: 50, text: request("GET /v1/status", [own]), paced: true },
  "5,000 looks at once": { count: AT_ONCE, text: request("GET /v1/status", [own]) },
  "5,000 changes without a token": { count: AT_ONCE, text: request("POST /v1/pause", [own, json], pause) },
  "5,000 wrong tokens": {
    count: AT_ONCE,
    text: request("POST /v1/pause", [own, json, "Authorization: Bearer rtk_guessed"], pause),
  },
  "1,000 bodies of 1 MB": { count: 1_000, text: request("POST /v1/pause", [own, json], "x".repeat(1_000_000)) },
  "1,000 changes from another site's page": {
    count: 1_000,
    text: request("POST /v1/pause", [own, json, "Origin: http://evil.example"], pause),
  },
  "1,000 with another host's name": { count: 1_000, text: request("GET /v1/status", ["Host: evil.example"]) },
  "300 that send a byte a second": { count: SLOW, text: request("GET /v1/status", [own]), slow: true },
};

const attack = KINDS[kind];
if (attack === undefined) {
  console.log(JSON.stringify(Object.keys(KINDS)));
  process.exit(0);
}
/** @type {Record<string, number>} */
const answers = {};
await Promise.all(
  Array.from({ length: attack.count }, async (_, index) => {
    if (attack.paced === true) await sleep(100 * index);
    const answer = await send(attack.text, attack.slow === true);
    answers[answer] = (answers[answer] ?? 0) + 1;
  }),
);
console.log(JSON.stringify(answers));

/** @param {string} text @param {boolean} slow @returns {Promise<string>} */
function send(text, slow) {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(Number(port), "127.0.0.1");
    /** @type {NodeJS.Timeout | undefined} */
    let dripping;
    socket.on("connect", () => {
      if (!slow) socket.write(text);
      else dripping = drip(socket, text);
    });
    socket.on("data", (chunk) => {
      received += String(chunk);
    });
    let refused = false;
    socket.on("error", (error) => {
      refused = "code" in error && error.code === "ECONNREFUSED";
    });
    if (slow) setTimeout(() => socket.destroy(), SLOW_MS);
    socket.on("close", () => {
      clearInterval(dripping);
      resolve(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1] ?? (refused ? "refused" : "cut off"));
    });
  });
}

/** @param {import("node:net").Socket} socket @param {string} text */
function drip(socket, text) {
  let at = 0;
  return setInterval(() => socket.write(text[at++] ?? "x"), 1_000);
}
