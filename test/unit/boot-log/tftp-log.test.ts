/** A machine's requests in a TFTP server's log; the lines are those of tftpd-hpa 5.2 (-v) and dnsmasq 2.90. */
import { expect, test } from "vitest";
import { loggedRequests } from "../../../src/world/boot-log/tftp-log.ts";

const IP = "192.168.1.10";

test("tftpd-hpa: each request, and the refusal that answers the one before it", () => {
  const lines = [
    "Nov 22 18:55:52 boot in.tftpd[10]: RRQ from 192.168.1.10 filename pxelinux.0",
    "Nov 22 18:55:52 boot in.tftpd[12]: RRQ from 192.168.1.10 filename pxelinux.cfg/01-52-54-00-4c-00-0a",
    "Nov 22 18:55:52 boot in.tftpd[12]: sending NAK (1, File not found) to 192.168.1.10",
    "Nov 22 18:55:52 boot in.tftpd[14]: RRQ from 192.168.1.10 filename /linux/vmlinuz remapped to srv/vmlinuz",
  ];
  expect(loggedRequests(lines, IP)).toEqual([
    { file: "pxelinux.0", error: null },
    { file: "pxelinux.cfg/01-52-54-00-4c-00-0a", error: "file not found" },
    { file: "/linux/vmlinuz", error: null },
  ]);
});

test("dnsmasq: each file, sent or not", () => {
  const lines = [
    "Nov 22 18:55:53 dnsmasq-tftp[16]: sent /srv/tftp/pxelinux.0 to 192.168.1.10",
    "Nov 22 18:55:53 dnsmasq-tftp[16]: file /srv/tftp/pxelinux.cfg/01-aa not found for 192.168.1.10",
    "Nov 22 18:55:53 dnsmasq-tftp[16]: failed sending /srv/tftp/vmlinuz to 192.168.1.10",
  ];
  expect(loggedRequests(lines, IP)).toEqual([
    { file: "/srv/tftp/pxelinux.0", error: null },
    { file: "/srv/tftp/pxelinux.cfg/01-aa", error: "not found" },
    { file: "/srv/tftp/vmlinuz", error: "not sent whole" },
  ]);
});

test("other machines' requests are theirs, also where one address begins like another", () => {
  const lines = [
    "in.tftpd[10]: RRQ from 192.168.1.101 filename vmlinuz",
    "in.tftpd[10]: RRQ from 192.168.1.1 filename vmlinuz",
    "in.tftpd[12]: sending NAK (1, File not found) to 192.168.1.10",
    "dnsmasq-tftp[16]: sent /srv/tftp/pxelinux.0 to 192.168.1.101",
    "dnsmasq-tftp[16]: file /srv/tftp/x not found for 192.168.1.1",
    "dnsmasq-dhcp[16]: DHCPACK(br0) 192.168.1.10 52:54:00:4c:00:0a m1",
  ];
  expect(loggedRequests(lines, IP)).toEqual([]);
});
