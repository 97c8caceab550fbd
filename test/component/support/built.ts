/** The compiled program, for tests that start it as a process of its own: Node 20 cannot run TypeScript. */
import { execFile } from "node:child_process";
import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));

// The stamp is dated before the build began, so that a source saved meanwhile counts as newer. A folder's own time tells
// of files that were added or removed. The lock is the kernel's (flock), so that a killed run leaves none behind.
const BUILD_IF_OLD = `
  set -e
  if [ -e dist/.built ] && [ -z "$(find src package.json tsconfig.json tsconfig.build.json -newer dist/.built -print -quit)" ]
  then exit 0; fi
  begun="$(mktemp node_modules/.cache/built.XXXXXX)"
  npm run build || { rm -f "$begun"; exit 1; }
  mv "$begun" dist/.built
`;

let building: Promise<void> | undefined;

/** The absolute path of a compiled file, as in `store/sqlite-store.js`; builds first when `dist` is older than `src`. */
export async function builtFile(path: string): Promise<string> {
  building ??= build();
  await building;
  const file = join(root, "dist", path);
  await access(file);
  return file;
}

async function build(): Promise<void> {
  const cache = join(root, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  try {
    await run("flock", [join(cache, "build.lock"), "sh", "-c", BUILD_IF_OLD], { cwd: root });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`npm run build failed, so nothing compiled can be tested\n${stdout}${stderr}`, { cause: error });
  }
}
