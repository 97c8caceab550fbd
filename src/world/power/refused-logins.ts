/**
 * Logins that a BMC refused, so that none is tried a second time: BMCs lock accounts. Kept in memory only; a restarted
 * daemon tries once more.
 */
import { createHmac, randomBytes } from "node:crypto";

export class RefusedLogins {
  /** A key of this process alone: the memory holds nothing that a password could be guessed from elsewhere. */
  private readonly key = randomBytes(32);
  private readonly refused = new Map<string, string>();

  remember(bmc: string, user: string, password: string): void {
    this.refused.set(bmc, this.digest(user, password));
  }

  /** Whether this BMC refused just this user and password. A changed password is forgotten about at once. */
  has(bmc: string, user: string, password: string): boolean {
    return this.refused.get(bmc) === this.digest(user, password);
  }

  /** Whether this BMC refused any login. */
  any(bmc: string): boolean {
    return this.refused.has(bmc);
  }

  forget(bmc: string): void {
    this.refused.delete(bmc);
  }

  private digest(user: string, password: string): string {
    return createHmac("sha256", this.key).update(`${user}\0${password}`).digest("hex");
  }
}
