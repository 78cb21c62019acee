"""The change protocol as it runs on a host: POSIX sh, as in dash and busybox.

A change lives in a folder of its own, `BASE/ATTEMPT` (0700, of the user that runs it; under
sudo root's). `mkdir` of that folder is the lock: an attempt starts once, however often it
is asked for. In it:

    pid       "!", supervisor's pid, its start time, boot id, uptime at the start, "."
    claim     made by whoever decides the attempt's fate first (O_EXCL): the supervisor, who
              then runs the command, or a finder, after which it never runs
    boot      the boot id at the start: a folder of another boot is never found to be absent
    pgid      "!", the command's session, its leader's start time, "."
    o, e      the first bytes of stdout and stderr; o.tail, e.tail the last ones
    o.count, o.sum …   of a stream longer than its file: its bytes, their SHA-256
    o.ok, e.ok   removed where that file could not take all it should
    status    "!", exit status, uptime at the end, exit status, "."
    killed    Overseer ended it
    void      a finder said *absent*; nothing starts here unless it brings this token
    o.in, e.in   the pipes from the command to those who keep its output, where the shell
              can't make them

Small files are written with blanks beforehand and overwritten in place (`1<>`), so that a
disk that fills up while the command runs still takes the exit status. A shell reads byte by
byte, so a reader may see the blanks turn into text: a line counts from its "!" to its ".".
A supervisor is alive when its pid, start time and boot id agree; an attempt goes on for as
long as anything of its command's session does, supervised or not. Each operation is asked for
as `sh -c TEXT overseer OPERATION ATTEMPT BASE …` and answers in the frames of `frames.py`.

Every process that a script starts is paid for on each host and each change (a hundred changes
are a hundred times as many): hence builtins where there are some, one supervisor that is a
fork of the shell which follows it, and no process at all for waiting: whoever asks says `t`
on stdin each time it wants to hear more, and `forget` once the result is recorded.
"""

from __future__ import annotations

_COMMON = r"""
set -u; umask 077
op=$1 a=$2 base=$3 seen=$4; shift 4
no() { printf 'x %s\n' "$*"; exit 0; }
base=${base:-${HOME:-/nonexistent}/.overseer/runs}
d=$base/$a
boot=; { read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
boot=${boot:-none}
printf 'h\n' || exit 0
own() { [ -d "$1" ] && [ ! -h "$1" ] && [ -O "$1" ]; }
safe() {
  own "$1" || return 1
  case $(ls -ld "$1") in (drwx------*) return 0;; esac
  return 1
}
# Whoever asks over a connection again has seen that it is safe.
ready() {
  [ -e "$base" ] || [ -h "$base" ] || said=$(mkdir -p "$base" 2>&1) || no "disk $said"
  { [ "$seen" = safe ] && own "$base"; } || safe "$base" || no "unsafe $base"
}
look() {
  { read -r s <"/proc/$1/stat"; } 2>/dev/null || return 1
  s=${s##*) }
}
began() { state=$1; shift 19; began=$1; }
# 0: the supervisor runs; 1: it is gone; 2: there is none yet
alive() {
  bang= dot= was=
  { read -r was <"$d/boot"; } 2>/dev/null
  [ "${was:-$boot}" = "$boot" ] || return 1
  { read -r bang pid start was up dot <"$d/pid"; } 2>/dev/null
  [ "$bang$dot" = '!.' ] || return 2
  [ "$was" = "$boot" ] && look "$pid" && began $s && [ "$state" != Z ] && [ "$began" = "$start" ]
}
named() {
  bang= dot=
  { read -r bang c born dot <"$d/pgid"; } 2>/dev/null
  [ "$bang$dot" = '!.' ]
}
field() { case $1 in Z|X) return;; esac; [ "$4" != "$c" ] || list="$list $p"; }
# `list`: what lives of the command's session
members() {
  list=
  # A leader that began at another time is somebody else's, who was given the same number.
  if look "$c"; then began $s; [ "$began" = "$born" ] || return 1; fi
  for f in /proc/[0-9]*/stat; do
    p=${f#/proc/}; p=${p%/stat}
    ! look "$p" || field $s
  done
  [ -n "$list" ]
}
# Nobody supervises it any more, and it goes on.
orphaned() { [ "$was" = "$boot" ] && named && members; }
# Whether it is over: `st`, its status, and `end`, the uptime then. The status is told twice: a
# reader that comes in the middle of the writing sees one of them whole.
over() {
  bang= dot=
  { read -r bang st end again dot <"$d/status"; } 2>/dev/null
  [ "$bang$dot" = '!.' ] && [ "$st" = "$again" ]
}
claim() { ( set -C; true >"$d/claim" ) 2>/dev/null; }
void() {
  printf '%s\n' "$token" >"$d/void" && printf 'a %s\n' "$token"
  find "$base" -name void -mtime +7 -exec sh -c 'rm -rf "${1%/void}"' - '{}' ';' 2>/dev/null
  exit 0
}
token_of() { t=-; { read -r t <"$d/void"; } 2>/dev/null; }
"""

_FOLLOW = r"""
woken= ticks=
# A stream that is over and fits into its file has its length in `done`.
emit() {
  n=$3
  [ -s "$2" ] || return 0
  n=; { read -r n <"$2.done"; } 2>/dev/null
  case $n in ''|*[!0-9]*) n=$(($(wc -c <"$2")));; esac
  [ "$n" -gt "$3" ] || { n=$3; return 0; }
  printf '%s %s\n' "$1" "$((n - $3))" || exit 0
  if [ "$3" = 0 ]; then head -c "$n" "$2"
  else tail -c "+$(($3 + 1))" "$2" | head -c "$((n - $3))"; fi
}
told() { v=-; { read -r v rest <"$1"; } 2>/dev/null; v=${v:--}; }
rest_of() {
  count=- sum=-
  [ -e "$d/$2.done" ] || return 0
  told "$d/$2.count"; count=$v; told "$d/$2.sum"; sum=$v
  [ "$count" != - ] && [ "$count" -gt "$n" ] || return 0
  m=$(($(wc -c <"$d/$2.tail")))
  printf '%s %s\n' "$1" "$m"; cat "$d/$2.tail"
}
# Its output may be on its way still; a daemon may hold the pipes for ever: then what has come
# two seconds after the end is the output.
settle() {
  i=0
  until [ -e "$d/o.done" ] && [ -e "$d/e.done" ]; do
    i=$((i + 1)); [ "$i" -le 40 ] || break
    sleep 0.05 2>/dev/null || { sleep 1; i=$((i + 20)); }
    read -r up rest </proc/uptime
    over || break
    [ "$((${up%.*} - ${end%.*}))" -le 2 ] || break
  done
}
finish() {
  settle
  emit o "$d/o" "$oo"; rest_of O o; oc=$count; os=$sum
  emit e "$d/e" "$eo"; rest_of E e
  over || { printf 'l\n'; exit 0; }
  { read -r bang pid start was up dot <"$d/pid"; } 2>/dev/null
  bad=
  [ -e "$d/o.ok" ] || bad=o
  [ -e "$d/e.ok" ] || bad=${bad}e
  told "$d/killed"
  # Its end was not waited for, and it is as long as its file may be.
  [ -e "$d/o.done" ] || bad=${bad}O
  [ -e "$d/e.done" ] || bad=${bad}E
  printf 'f %s %s %s %s %s %s %s %s %s\n' \
    "$st" "$up" "$end" "$oc" "$os" "$count" "$sum" "$v" "${bad:--}"
  [ -n "$ticks" ] || exit 0
  while kill -0 "$ticks"; do wait "$ticks"; done 2>/dev/null
  [ ! -e "$d" ]; exit
}
# Who started it is woken at its end and at each `t`; everybody else looks again and again.
pause() {
  if [ -n "$woken" ]; then
    wait "$sup"
    kill -0 "$sup" 2>/dev/null || woken=
    return
  fi
  case $i in 1|2) p=0.02;; [3-9]) p=0.1;; *) p=0.3;; esac
  sleep "$p" 2>/dev/null || sleep 1
}
follow() {
  i=0 late=0 met=
  while :; do
    # Who was to start it gave it up: its input was cut off. Later somebody took it away.
    [ -d "$d" ] || [ -n "$met" ] || no "cut"
    [ -d "$d" ] || { printf 'l\n'; exit 0; }
    [ ! -f "$d/void" ] || { token_of; printf 'a %s\n' "$t"; exit 0; }
    ! over || finish
    emit o "$d/o" "$oo"; oo=$n
    emit e "$d/e" "$eo"; eo=$n
    # The child of whoever started it is alive until it was waited for.
    if [ -n "$woken" ]; then how=0; else alive; how=$?; fi
    [ "$how" = 2 ] || met=1
    case $how in
      0) [ "$wait" = 1 ] || { printf 'r\n'; exit 0; } ;;
      1)
        ! over || continue
        if orphaned; then
          [ "$wait" = 1 ] || { printf 'r\n'; exit 0; }
        else
          [ "$was" != "$boot" ] || ! claim || void
          printf 'l\n'; exit 0
        fi ;;
      2) late=$((late + 1)); [ "$late" -le 40 ] || ! claim || void ;;
    esac
    i=$((i + 1))
    [ $((i % 16)) != 0 ] || printf 'h\n' || exit 0
    pause
  done
}
"""

_LOOK = r"""
token=$1 oo=$2 eo=$3 wait=$4
ready
if mkdir "$d" 2>/dev/null; then void; fi
[ -d "$d" ] || no "disk $d"
own "$d" || no "unsafe $d"
follow
"""

_KILL = r"""
grace=$1 token=$2
ready
if mkdir "$d" 2>/dev/null; then void; fi
own "$d" || no "unsafe $d"
[ ! -f "$d/void" ] || { token_of; printf 'a %s\n' "$t"; exit 0; }
i=0
while :; do
  ! over || { printf 'k 0\n'; exit 0; }
  alive; how=$?
  case $how in
    1) [ "$was" = "$boot" ] || { printf 'k 0\n'; exit 0; } ;;
    2) ! claim || void ;;
  esac
  ! named || break
  [ "$how" != 1 ] || { printf 'k 0\n'; exit 0; }
  i=$((i + 1)); [ "$i" -le 60 ] || no "stuck"
  sleep 0.05 2>/dev/null || sleep 1
done
members || { printf 'k 0\n'; exit 0; }
printf 'TERM\n' >"$d/killed"
kill -s TERM $list 2>/dev/null
i=0
while members; do
  i=$((i + 1))
  if [ "$i" -gt $((grace * 5)) ]; then
    printf 'KILL\n' >"$d/killed"
    kill -s KILL $list 2>/dev/null
    [ "$i" -le $((grace * 5 + 25)) ] || break
  fi
  sleep 0.2 2>/dev/null || { sleep 1; i=$((i + 4)); }
done
set -- $list
printf 'k %s\n' "$#"
"""

_FORGET = r"""
[ -d "$d" ] || { printf 'k 0\n'; exit 0; }
own "$base" && own "$d" || no "unsafe $d"
[ ! -f "$d/void" ] || { printf 'k 0\n'; exit 0; }
if ! over && { alive || orphaned; }; then no "running"; fi
rm -rf "$d" && printf 'k 0\n'
"""

FOLLOWING = _COMMON + _FOLLOW
LOOK = FOLLOWING + _LOOK
KILL = _COMMON + _KILL
FORGET = _COMMON + _FORGET

REAP = r"""
mark=$1 grace=$2 seen=' '
add() { case $list in *" $1 "*) ;; *) list="$list$1 "; more=1;; esac; }
field() {
  case $1 in Z|X) return;; esac
  case $seen in *" $p "*) add "$p";; esac
  case $list in *" $2 "*) add "$p";; esac
}
# Who was seen once stays: its parent may be gone, and sudo takes the mark away.
members() {
  list=' ' more=1
  for f in $(grep -lsF "OVERSEER_READ=$mark" /proc/[0-9]*/environ); do
    p=${f#/proc/}; add "${p%/environ}"
  done
  while [ -n "$more" ]; do
    more=
    for f in /proc/[0-9]*/stat; do
      p=${f#/proc/}; p=${p%/stat}
      { read -r s <"$f"; } 2>/dev/null || continue
      field ${s##*) }
    done
  done
  seen=$list
}
members
kill -s TERM $list 2>/dev/null
i=0
while members; [ "$list" != ' ' ]; do
  i=$((i + 1))
  if [ "$i" -gt $((grace * 10)) ]; then
    kill -s KILL $list 2>/dev/null
    [ "$i" -le $((grace * 10 + 20)) ] || exit 1
  fi
  sleep 0.1 2>/dev/null || { sleep 1; i=$((i + 9)); }
done
"""
"""Ends the processes of a read: those that carry its mark, and their descendants.

The mark comes without its variable's name: sudo puts the whole command line into the
environment of what it runs, and this script must not find itself."""

CHECK = r"""
[ -d /run/systemd/system ] && echo systemd || echo none
(. /etc/os-release && printf '%s\n' "$PRETTY_NAME") 2>/dev/null || uname -sr
command -v setsid >/dev/null && command -v mkfifo >/dev/null && echo tools || echo none
busctl get-property org.freedesktop.login1 /org/freedesktop/login1 \
  org.freedesktop.login1.Manager KillUserProcesses 2>/dev/null || echo
"""
