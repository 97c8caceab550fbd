#!/bin/sh
# One power-on of a machine, until it is off:  qemu-machine.sh DIR
# DIR/machine.env says what it is. SIGTERM is the ACPI power button; a power cut is SIGKILL for the whole session. Each
# power-on leaves DIR/boot-N.log (its serial line) and DIR/boot-N.pcap (its network).
set -u
D=$1
# shellcheck source=/dev/null disable=SC2153
. "$D/machine.env"
# The machine before this one must have let go of its ports; it holds this lock as long as it lives.
exec 9>"$D/qemu.lock"
flock 9
boot=$(($(cat "$D/boots" 2>/dev/null || echo 0) + 1))
echo $boot >"$D/boots"
ln -sfn "boot-$boot.log" "$D/console.log"
rm -f "$D/monitor.in" "$D/monitor.out"
mkfifo "$D/monitor.in" "$D/monitor.out"
trap 'echo system_powerdown >"$D/monitor.in"' TERM

if [ "$FIRMWARE" = uefi ]; then
  # The variables are the firmware's own memory, which outlives a power-on. It has PXE itself, without the card's ROM.
  [ -f "$D/uefi-variables" ] || cp /usr/share/OVMF/OVMF_VARS_4M.fd "$D/uefi-variables"
  flash=if=pflash,format=raw
  set -- -M q35,accel=tcg,graphics=off -drive "$flash,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd" \
    -drive "$flash,unit=1,file=$D/uefi-variables"
  rom=,romfile=
else
  set -- -M pc,accel=tcg,graphics=off
  rom=
fi
# The firmware tries these in order; with a disk the network is first only where the BMC was told so.
network=1
if [ -f "$D/disk.img" ]; then
  disk=2
  [ "$(cat "$D/boot-device" 2>/dev/null)" = pxe ] || network=2 disk=1
  set -- "$@" -drive "if=none,id=disk,format=raw,file=$D/disk.img" -device "virtio-blk-pci,drive=disk,bootindex=$disk"
fi
if [ -n "$TAP" ]; then
  # Without vnet_hdr, which would precede each frame in the record.
  netdev="tap,id=n0,ifname=$TAP,script=no,downscript=no,vnet_hdr=off"
else
  netdev="user,id=n0,net=$NETWORK,host=$GATEWAY,dns=$NAMESERVER,hostname=$NAME,dhcpstart=$IP,restrict=on"
  netdev="$netdev,tftp=$TFTP,bootfile=$BOOTFILE"
  for port in $PORTS; do netdev="$netdev,hostfwd=tcp:$IP:$port-$IP:$port"; done
fi
# Lower priority: firmware that is slower is a slow boot, a controller that is slower would be a wrong measurement.
nice -n 10 qemu-system-x86_64 -name "retask-lab-$NAME" -nodefaults -no-user-config -display none \
  "$@" -cpu qemu64 -m "$MEMORY" -uuid "$UUID" \
  -serial "file:$D/boot-$boot.log" -chardev "pipe,id=monitor,path=$D/monitor" -mon chardev=monitor,mode=readline \
  -netdev "$netdev" -device "virtio-net-pci,netdev=n0,mac=$MAC,bootindex=$network$rom" \
  -object "filter-dump,id=wire,netdev=n0,file=$D/boot-$boot.pcap,maxlen=200" &
qemu=$!
echo $qemu >"$D/qemu.pid"
# `wait` also ends when the button is pressed.
while kill -0 $qemu 2>/dev/null; do wait $qemu; done
