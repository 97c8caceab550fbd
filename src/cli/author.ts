/** Who is asking, by the name that the operating system knows: it goes into overrides and the audit log. */
import { userInfo } from "node:os";

/** Under sudo the person, not root: `root` in an audit log tells nobody anything. */
export function currentAuthor(env: NodeJS.ProcessEnv): string {
  const user = systemUser();
  const behindSudo = env.SUDO_USER ?? "";
  return user === "root" && behindSudo !== "" ? behindSudo : user;
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the password database, as in containers.
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
