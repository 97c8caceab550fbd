/** docs/reference/codes.md, from the one table of codes. */
import { bmcCodes } from "./bmc-codes.ts";
import { bootLinkCodes } from "./boot-link-codes.ts";
import { bootServerCodes } from "./boot-server-codes.ts";
import type { CodeRow, CodeSection } from "./code-section.ts";
import { dhcpCodes } from "./dhcp-codes.ts";
import { httpCodes } from "./http-codes.ts";
import { operatorCodes } from "./operator-codes.ts";
import { rolloutCodes } from "./rollout-codes.ts";
import { storageCodes } from "./storage-codes.ts";
import { storeCodes } from "./store-codes.ts";
import { trafficCodes } from "./traffic-codes.ts";

export const codeSections: readonly CodeSection[] = [
  bmcCodes,
  bootLinkCodes,
  bootServerCodes,
  trafficCodes,
  dhcpCodes,
  storeCodes,
  operatorCodes,
  storageCodes,
  rolloutCodes,
  httpCodes,
];

const HEAD = `<!-- Generated from src/control/codes: change that, not this page. -->

# Codes

Every failure that retask expects has a stable code. It stands in the log, in the journal of an operation (\`GET /v1/operations/ID\`), in \`retask explain MACHINE\`, and in the API's answers. The text beside it says what failed and where; this page says what retask does then, and what you can do. It is made of one table, which a test holds against the source.

An *effect* is one step of an operation: preflight, traffic off, relink, identify, soft off, hard off, power on, traffic on, restore link.
`;

const COLUMNS = "| code | meaning | what retask does | what you can do |\n|---|---|---|---|";

/** The whole page, Markdown. */
export const codesPage = (): string => `${[HEAD.trimEnd(), ...codeSections.map(sectionText)].join("\n\n")}\n`;

function sectionText({ title, intro, codes }: CodeSection): string {
  const table = [COLUMNS, ...Object.entries(codes).map(rowText)].join("\n");
  return [`## ${title}`, ...(intro === "" ? [] : [intro]), table].join("\n\n");
}

const rowText = ([code, { meaning, does, help }]: [string, CodeRow]): string =>
  `| \`${code}\` | ${meaning} | ${does} | ${help} |`;
