/** GRUB as a UEFI machine's boot loader: where its program lies, and the files that it reads. */

/** Its directory on the TFTP server: grub-mknetdir builds this name into the program. */
export const GRUB_DIRECTORY = "grub";
export const GRUB_PROGRAM = `${GRUB_DIRECTORY}/x86_64-efi/core.efi`;

/**
 * An image's file. Without a menu, and so without a wait: GRUB executes it line by line. BOOTIF is what pxelinux says by
 * IPAPPEND 2: the beacon's MAC address, where no default route tells it.
 */
export const grubText = (role: string, image: string, initrds: readonly string[], commandLine: string): string =>
  `# retask: role=${role} image=${image}
linux /vmlinuz ${commandLine} BOOTIF=01-$net_default_mac
initrd ${initrds.map((initrd) => `/${initrd}`).join(" ")}
boot
`;
