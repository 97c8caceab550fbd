#!/bin/sh
# chassis_control hook of ipmi_sim:  bmc-hook.sh DIR get power|boot …  |  bmc-hook.sh DIR set power|reset|shutdown|boot|identify V …
# ipmi_sim is single-threaded: it waits for this script and for the end of its output. So be quick, and let a machine
# that is started here inherit no descriptor (neither that output nor the BMC's UDP socket).
# Files in DIR: bmc.log (one line a command), fault.get / fault.set (sourced: `sleep 5`, `exit 1`), power (0 or 1, without
# a machine), boot-device (what it was told to start from: pxe, …), machine.cmd (started at power-on), machine.pid, machine.log.
D=$1 op=$2
shift 2
[ -n "$UNLOGGED" ] || echo "$(date +%s.%3N) $op $*" >>"$D/bmc.log"
[ -n "$UNLOGGED" ] || [ ! -f "$D/fault.$op" ] || . "$D/fault.$op"

pid() { cat "$D/machine.pid" 2>/dev/null; }
# A zombie is not alive: PID 1 of a container may not reap orphans.
alive() { [ -n "$1" ] && [ -r "/proc/$1/status" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null; }
on() { if [ -f "$D/machine.cmd" ]; then alive "$(pid)"; else [ "$(cat "$D/power" 2>/dev/null)" = 1 ]; fi; }

power_on() {
  on && return 0
  [ -f "$D/machine.cmd" ] || { echo 1 >"$D/power"; return 0; }
  setsid sh "$D/machine.cmd" </dev/null >>"$D/machine.log" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
  echo $! >"$D/machine.pid"
}
power_off() {
  echo 0 >"$D/power"
  on || return 0
  # By session: a daemon such as distccd leads a process group of its own.
  pkill -9 -s "$(pid)" 2>/dev/null
  i=0
  while on && [ $i -lt 40 ]; do sleep 0.05; i=$((i + 1)); done
}
soft_off() { # like a real chassis: refused while off
  on || return 1
  if [ -f "$D/machine.cmd" ]; then kill -TERM "$(pid)"; else echo 0 >"$D/power"; fi
}

case $op in
get) for what in "$@"; do
  case $what in
  power) if on; then echo power:1; else echo power:0; fi ;;
  boot) echo "boot:$(cat "$D/boot-device" 2>/dev/null || echo none)" ;;
  *) exit 1 ;;
  esac
done ;;
set) while [ $# -gt 0 ]; do
  what=$1 value=$2
  shift 2
  case $what in
  power) if [ "$value" = 1 ]; then power_on; else power_off; fi || exit 1 ;;
  reset) on || exit 1; power_off; power_on ;;
  shutdown) soft_off || exit 1 ;;
  boot) echo "$value" >"$D/boot-device" ;;
  identify) [ $# -eq 0 ] || shift ;;
  *) exit 1 ;;
  esac
done ;;
*) exit 1 ;;
esac
exit 0
