/** Boot links in memory, behind the same port as those on disk: for simulations of thousands of machine-days. */
import type { Machine } from "../core/domain/fleet.ts";
import type { ImageName, MachineName, RoleName } from "../core/domain/names.ts";
import type { LinkFact } from "../core/domain/observation.ts";
import type { BootLinks, Changed, ImageCatalogue } from "../world/ports.ts";

export class MemoryBootLinks implements BootLinks {
  readonly links = new Map<MachineName, ImageName>();
  private readonly images: ReadonlyMap<ImageName, RoleName | null>;
  private readonly channels: Map<ImageName, ImageName>;
  private readonly roots: ReadonlyMap<ImageName, string>;
  private owner: string | null = null;

  /** `images`: each with its role; every image is its own channel as well. `channels`: names for some of them. */
  constructor(
    images: ReadonlyMap<ImageName, RoleName | null>,
    channels: ReadonlyMap<ImageName, ImageName> = new Map(),
    roots: ReadonlyMap<ImageName, string> = new Map(),
  ) {
    const own = [...images.keys()].map((image) => [image, image] as const);
    this.images = images;
    this.channels = new Map([...own, ...channels]);
    this.roots = roots;
  }

  async read(machine: Machine): Promise<LinkFact> {
    const image = this.links.get(machine.name);
    return image === undefined ? { kind: "missing" } : { kind: "image", image };
  }

  async point(machine: Machine, image: ImageName): Promise<Changed> {
    if (!this.images.has(image)) return { ok: false, code: "RTK_LINK_NO_IMAGE", why: `there is no image ${image}` };
    const changed = this.links.get(machine.name) !== image;
    this.links.set(machine.name, image);
    return { ok: true, changed };
  }

  async writable(): Promise<Changed> {
    return { ok: true, changed: false };
  }

  async catalogue() {
    const value: ImageCatalogue = { images: this.images, channels: new Map(this.channels), roots: this.roots };
    return { ok: true as const, value };
  }

  async moveChannel(channel: ImageName, image: ImageName): Promise<Changed> {
    if (!this.images.has(image)) return { ok: false, code: "RTK_LINK_NO_IMAGE", why: `there is no image ${image}` };
    const changed = this.channels.get(channel) !== image;
    this.channels.set(channel, image);
    return { ok: true, changed };
  }

  async own(owner: string): Promise<Changed> {
    if (this.owner !== null && this.owner !== owner) {
      return { ok: false, code: "RTK_OWNER_FOREIGN", why: `the links belong to ${this.owner}` };
    }
    const changed = this.owner === null;
    this.owner = owner;
    return { ok: true, changed };
  }
}
