"""How a change starts on a host: the lock, the supervisor, and who follows it from there.

See `scripts` for what lies in an attempt's folder. The supervisor is a fork of the shell that
was asked to start: when the connection goes, that shell is gone at its next word, and the
supervisor, which shares no pipe with it, stays. (Hence subshells that redirect themselves: a
function's redirections leave the former descriptors open in it.) The command has a session of
its own.
"""

from __future__ import annotations

from bot.adapters.hosts.scripts import FOLLOWING

SUPERVISE = r"""
# The pipes to those who keep the output: 6 and 8 to read from, 7 and 9 to write to. Most shells
# hand over a short here-document in a pipe, which can be opened again, and so no program is
# started to make them. (bash opens /dev/null for an empty one, and before 5.1 a file.)
pipes() {
  exec 6<<E 8<<E

E

E
  if [ -p /proc/self/fd/6 ] && true 7>/proc/self/fd/6 9>/proc/self/fd/8; then
    exec 7>/proc/self/fd/6 9>/proc/self/fd/8
    read -r l <&6; read -r l <&8
  else
    mkfifo "$d/o.in" "$d/e.in" || return 1
    exec 6<>"$d/o.in" 8<>"$d/e.in"
    exec 7>"$d/o.in" 9>"$d/e.in"
    exec 6<"$d/o.in" 8<"$d/e.in"
  fi
}
# A pipe ends when nobody else holds an end of it.
alone() { exec 6<&- 7>&- 8<&- 9>&-; }
# So many bytes are taken one by one, by a single process that takes no byte too many: most
# output is shorter, and what a long one needs (seven processes) is not started for it.
keep() {
  trap '' XFSZ
  dd bs=1 "count=$first" 2<>"$d/$1.said" >"$d/$1"
  case $? in
    0) read -r n rest <"$d/$1.said"; n=${n%%+*} ;;
    *) rm -f "$d/$1.ok"; n=$first ;;
  esac
  [ "$n" != "$first" ] || { long "$1"; n=; }
  printf '%s\n' "$n" >"$d/$1.done"
}
# tee says first and writes then: what has gone on may not be in the file yet.
filled() {
  i=0
  until [ "$(wc -c <"$d/$1")" -ge "$((blocks * 512))" ]; do
    i=$((i + 1)); [ "$i" -le 40 ] || return 1
    sleep 0.05 2>/dev/null || { sleep 1; i=$((i + 20)); }
  done
}
long() {
  ulimit -f "$blocks"
  mkfifo "$d/$1.s" "$d/$1.c" || rm -f "$d/$1.ok"
  { tee -a "$d/$1" || rm -f "$d/$1.ok"; } | tail -c "+$((blocks * 512 - first + 1))" | {
    dd bs=1 count=1 >"$d/$1.more"  # busybox's head reads more than it was told to
    if [ -s "$d/$1.more" ] && [ -p "$d/$1.c" ]; then
      filled "$1" || rm -f "$d/$1.ok"
      { sha256sum || cat >/dev/null; } <"$d/$1.s" 1<>"$d/$1.sum" &
      wc -c <"$d/$1.c" 1<>"$d/$1.count" &
      cat "$d/$1" "$d/$1.more" - | tee "$d/$1.s" "$d/$1.c" |
        { tail -c "$cap" >"$d/$1.tail"; cat >/dev/null; }
      wait
    fi
    cat >/dev/null
  }
}
supervise() {
  exec 3<&0 </dev/null
  blocks=$(((cap + 511) / 512)); first=$((blocks * 512)); [ "$first" -le 4096 ] || first=4096
  read -r s </proc/self/stat; me=${s%% *}; s=${s##*) }; began $s; start=$began
  read -r up rest </proc/uptime
  printf '! %s %s %s %s .\n' "$me" "$start" "$boot" "$up" 1<>"$d/pid" || exit 0
  set -C; true >"$d/claim" || exit 0; set +C
  ( exec <&6 3<&-; alone; keep o ) & ( exec <&8 3<&-; alone; keep e ) &
  ( exec <&3 3<&- >&7 2>&9; alone; exec setsid "$@" ) &
  c=$!
  exec 3<&-; alone
  ! look "$c" || began $s
  printf '! %s %s .\n' "$c" "$began" 1<>"$d/pgid"
  wait "$c"; st=$?
  read -r up rest </proc/uptime
  printf '! %s %s %s .\n' "$st" "$up" "$st" 1<>"$d/status"
  wait  # whoever waits for this shell then finds the output whole, or is told to look meanwhile
}
"""

_START = r"""
token=$1 oo=$2 eo=$3 input=$4 mark=$5 cap=$6; shift 6
wait=1 nl='
'
bad() { rm -rf "$d"; no "$*"; }
# Blanks to be written over, after an empty line, which takes one byte to read; empty files to be
# appended to; and the pipes.
lay() {
  for f in pid pgid status o.said e.said o.count o.sum e.count e.sum; do
    printf '\n%98s\n' '' >"$d/$f" && [ -s "$d/$f" ] || return 1
  done
  printf '%s\n' "$boot" >"$d/boot" && [ -s "$d/boot" ] || return 1
  for f in o e o.ok e.ok o.tail e.tail; do : >"$d/$f" || return 1; done
  pipes
}
# What is asked for on stdin, with the mark: sudo may have left a line there.
listen() {
  while IFS= read -r l; do
    case $l in
      "$mark t") kill -s USR1 $$ ;;
      "$mark forget") ! over || exec rm -rf "$d" ;;
    esac
  done
}
command -v setsid >/dev/null && command -v mkfifo >/dev/null || no "tools"
ready
if [ -f "$d/void" ]; then
  token_of
  [ "$t" = "$token" ] || no "void"
  mv "$d/void" "$d/void.$$" 2>/dev/null && rm -rf "$d"
fi
if mkdir "$d" 2>/dev/null; then
  lay 2>/dev/null || bad "disk $(lay 2>&1)"
  sync "$d/boot" "$d" "$base" 2>/dev/null
  if [ "$input" != none ]; then
    while IFS= read -r l; do [ "$l" != "$mark" ] || break; done
  fi
  case $input in
    none) ( exec </dev/null >/dev/null 2>&1; supervise "$@" ) & ;;
    secret)
      s= l=
      while IFS= read -r l && [ "$l" != "$mark" ]; do s=$s$l$nl; done
      [ "$l" = "$mark" ] || bad "cut"
      { alone; printf %s "${s%"$nl"}"; } | ( exec >/dev/null 2>&1; supervise "$@" ) &
      s= ;;
    *)
      said=$(head -c "$input" 2>&1 >"$d/in") || bad "disk $said"
      [ "$(wc -c <"$d/in")" -eq "$input" ] || bad "cut"
      ( exec <"$d/in" >/dev/null 2>&1; supervise "$@" ) & ;;
  esac
  sup=$! woken=1 heard=
  alone
  # Whose ancestors ignore the signal can't trap it: then we look again and again, unwoken.
  trap 'heard=1' USR1; kill -s USR1 $$; [ -n "$heard" ] || woken=
  trap : USR1
  exec 5<&0
  ( exec <&5 5<&- >/dev/null 2>&1; listen ) &
  ticks=$!
  exec 5<&-
else
  [ -d "$d" ] || no "disk $(mkdir "$d" 2>&1 && rmdir "$d")"
fi
own "$d" || no "unsafe $d"
follow
"""

START = FOLLOWING + SUPERVISE + _START
