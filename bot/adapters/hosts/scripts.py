"""The change protocol as it runs on a host: POSIX sh, as in dash and busybox.

A change lives in a folder of its own, `BASE/ATTEMPT` (0700, of the user that runs it; under
sudo root's). `mkdir` of that folder is the lock: an attempt starts once, however often it
is asked for. In it:

    pid       "!", supervisor's pid, its start time, boot id, uptime at the start, "."
    claim     made by whoever decides the attempt's fate first (O_EXCL): the supervisor, who
              then runs the command, or a finder, after which it never runs
    pgid      the command's session
    o, e      the first bytes of stdout and stderr; o.tail, e.tail the last ones
    o.count, o.sum …   of a stream longer than its file: its bytes, their SHA-256
    o.ok, e.ok   removed where that file could not take all it should
    slot      becomes `status` by rename: exit status, uptime at the end, "."
    killed    Overseer ended it
    void      a finder said *absent*; nothing starts here unless it brings this token
    end       a pipe that wakes whoever started it and waits

Small files are written with blanks beforehand and overwritten in place (`1<>`), so that a
disk that fills up while the command runs still takes the exit status. A shell reads byte by
byte, so a reader may see the blanks turn into text: a line counts from its "!" to its ".".
A supervisor is alive when its pid, start time and boot id agree. Each operation is asked for
as `sh -c TEXT overseer OPERATION ATTEMPT BASE …` and answers in the frames of `frames.py`.
"""

from __future__ import annotations

SUPERVISOR = r"""
d=$1 cap=$2 blocks=$((($2 + 511) / 512)); shift 2
# So many bytes are taken one by one, by a single process that takes no byte too many: most
# output is shorter, and what a long one needs (seven processes) is not started for it.
first=$((blocks * 512)); [ "$first" -le 4096 ] || first=4096
exec 3<&0 </dev/null
began() { set -- $1; shift 19; began=$1; }
read -r s <"/proc/$$/stat"; began "${s##*) }"
read -r up rest </proc/uptime
read -r boot </proc/sys/kernel/random/boot_id
printf '! %s %s %s %s .\n' "$$" "$began" "$boot" "$up" 1<>"$d/pid" || exit 0
set -C; true >"$d/claim" || exit 0; set +C
keep() {
  trap '' XFSZ
  said=$(dd bs=1 "count=$first" 2>&1 >"$d/$1")
  case $? in 0) ;; *) rm -f "$d/$1.ok"; said=$first+;; esac
  case $said in "$first+"*) long "$1";; esac
  true >"$d/$1.done"
}
long() {
  ulimit -f "$blocks"
  { tee -a "$d/$1" || rm -f "$d/$1.ok"; } | tail -c "+$((blocks * 512 - first + 1))" | {
    head -c 1 >"$d/$1.more"
    if [ -s "$d/$1.more" ]; then
      { sha256sum || cat >/dev/null; } <"$d/$1.s" 1<>"$d/$1.sum" &
      wc -c <"$d/$1.c" 1<>"$d/$1.count" &
      cat "$d/$1" "$d/$1.more" - | tee "$d/$1.s" "$d/$1.c" |
        { tail -c "$cap" >"$d/$1.tail"; cat >/dev/null; }
      wait
    fi
    cat >/dev/null
  }
}
keep o <"$d/o.in" 3<&- & keep e <"$d/e.in" 3<&- &
setsid "$@" <&3 3<&- >"$d/o.in" 2>"$d/e.in" &
c=$!
exec 3<&-
printf '! %s .\n' "$c" 1<>"$d/pgid"
wait "$c"; st=$?
# A daemon may hold the pipes: then what has come so far is the output.
n=0
until [ -e "$d/o.done" ] && [ -e "$d/e.done" ]; do
  n=$((n + 1)); [ "$n" -le 45 ] || break
  case $n in [1-5]) (:); continue;; [67]) p=0.01;; *) p=0.05;; esac
  sleep "$p" 2>/dev/null || { sleep 1; n=$((n + 20)); }
done
read -r up rest </proc/uptime
printf '%s %s .\n' "$st" "$up" 1<>"$d/slot"
mv "$d/slot" "$d/status"
echo 1<>"$d/end"
"""

_COMMON = r"""
set -u; umask 077
op=$1 a=$2 base=$3; shift 3
no() { printf 'x %s\n' "$*"; exit 0; }
base=${base:-${HOME:-/nonexistent}/.overseer/runs}
d=$base/$a
boot=; { read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
own() { [ -d "$1" ] && [ ! -h "$1" ] && [ -O "$1" ]; }
safe() {
  own "$1" || return 1
  case $(ls -ld "$1") in (drwx------*) return 0;; esac
  return 1
}
ready() {
  [ -e "$base" ] || [ -h "$base" ] || said=$(mkdir -p "$base" 2>&1) || no "disk $said"
  safe "$base" || no "unsafe $base"
}
look() {
  { read -r s <"/proc/$1/stat"; } 2>/dev/null || return 1
  s=${s##*) }
}
began() { [ "$1" != Z ] || return 1; shift 19; began=$1; }
# 0: the supervisor runs; 1: it is gone; 2: there is none yet
alive() {
  bang=; dot=
  { read -r bang pid start was up dot <"$d/pid"; } 2>/dev/null
  [ "$bang$dot" = '!.' ] || return 2
  [ "$was" = "$boot" ] && look "$pid" && began $s && [ "$began" = "$start" ]
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
emit() {
  n=$3
  [ -s "$2" ] || return 0
  n=$(($(wc -c <"$2")))
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
finish() {
  emit o "$d/o" "$oo"; rest_of O o; oc=$count; os=$sum
  emit e "$d/e" "$eo"; rest_of E e
  { read -r st end dot <"$d/status"; } 2>/dev/null
  [ "${dot:-}" = . ] || { printf 'l\n'; exit 0; }
  { read -r bang pid start was up dot <"$d/pid"; } 2>/dev/null
  bad=
  [ -e "$d/o.ok" ] || bad=o
  [ -e "$d/e.ok" ] || bad=${bad}e
  told "$d/killed"
  printf 'f %s %s %s %s %s %s %s %s %s\n' \
    "$st" "$up" "$end" "$oc" "$os" "$count" "$sum" "$v" "${bad:--}"
  exit 0
}
# Who started it is woken at its end; everybody else looks again and again.
pause() {
  if [ -n "$woken" ]; then
    { sleep 0.3 || sleep 1; echo; } </dev/null >&4 2>/dev/null &
    read -r bell <&4
    return
  fi
  case $i in 1|2) p=0.02;; [3-9]) p=0.1;; *) p=0.3;; esac
  sleep "$p" 2>/dev/null || sleep 1
}
follow() {
  i=0 late=0
  while :; do
    [ ! -f "$d/void" ] || { token_of; printf 'a %s\n' "$t"; exit 0; }
    [ ! -e "$d/status" ] || finish
    emit o "$d/o" "$oo"; oo=$n
    emit e "$d/e" "$eo"; eo=$n
    alive; case $? in
      0) [ "$wait" = 1 ] || { printf 'r\n'; exit 0; } ;;
      1)
        [ ! -e "$d/status" ] || continue
        ! claim || void
        printf 'l\n'; exit 0 ;;
      2) late=$((late + 1)); [ "$late" -le 40 ] || ! claim || void ;;
    esac
    i=$((i + 1))
    [ $((i % 16)) != 0 ] || printf 'h\n' || exit 0
    pause
  done
}
"""

_START = r"""
token=$1 oo=$2 eo=$3 input=$4 mark=$5 cap=$6 sup=$7; shift 7
wait=1 woken=
bad() { rm -rf "$d"; no "$*"; }
command -v setsid >/dev/null && command -v mkfifo >/dev/null || no "tools"
ready
if [ -f "$d/void" ]; then
  token_of
  [ "$t" = "$token" ] || no "void"
  mv "$d/void" "$d/void.$$" 2>/dev/null && rm -rf "$d"
fi
if said=$(mkdir "$d" 2>&1); then
  ok=1
  for f in pid pgid slot o.count o.sum e.count e.sum; do
    printf '%80s\n' '' >"$d/$f" && [ -s "$d/$f" ] || ok=
  done 2>/dev/null
  [ -n "$ok" ] && said=$(
    : >"$d/o" && : >"$d/e" && : >"$d/o.ok" && : >"$d/e.ok" && : >"$d/o.tail" && : >"$d/e.tail" &&
    exec mkfifo "$d/end" "$d/o.in" "$d/o.s" "$d/o.c" "$d/e.in" "$d/e.s" "$d/e.c" 2>&1) ||
    bad "disk $said"
  sync "$d" "$base" 2>/dev/null
  if [ "$input" != none ]; then
    while IFS= read -r l; do [ "$l" != "$mark" ] || break; done
  fi
  case $input in
    none) setsid sh -c "$sup" overseer "$d" "$cap" "$@" </dev/null >/dev/null 2>&1 & ;;
    secret)
      s=$(cat; printf .) end="
$mark."
      case $s in *"$end") s=${s%"$end"};; *) bad "cut";; esac
      printf %s "$s" | setsid sh -c "$sup" overseer "$d" "$cap" "$@" >/dev/null 2>&1 &
      s= ;;
    *)
      said=$(cat 2>&1 >"$d/in") || bad "disk $said"
      [ "$(wc -c <"$d/in")" -eq "$input" ] || bad "cut"
      setsid sh -c "$sup" overseer "$d" "$cap" "$@" <"$d/in" >/dev/null 2>&1 & ;;
  esac
  woken=1; exec 4<>"$d/end"
else
  [ -d "$d" ] || no "disk $said"
fi
own "$d" || no "unsafe $d"
follow
"""

_LOOK = r"""
token=$1 oo=$2 eo=$3 wait=$4 woken=
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
  [ ! -e "$d/status" ] || { printf 'k 0\n'; exit 0; }
  alive; case $? in
    1) printf 'k 0\n'; exit 0 ;;
    2) ! claim || void ;;
  esac
  bang=; dot=
  { read -r bang c dot <"$d/pgid"; } 2>/dev/null
  [ "$bang$dot" != '!.' ] || break
  i=$((i + 1)); [ "$i" -le 60 ] || no "stuck"
  sleep 0.05 2>/dev/null || sleep 1
done
field() { case $1 in Z|X) return;; esac; [ "$4" != "$c" ] || list="$list $p"; }
members() {
  list=
  for f in /proc/[0-9]*/stat; do
    p=${f#/proc/}; p=${p%/stat}
    ! look "$p" || field $s
  done
}
members; [ -n "$list" ] || { printf 'k 0\n'; exit 0; }
printf 'TERM\n' >"$d/killed"
kill -s TERM $list 2>/dev/null
i=0
while members; [ -n "$list" ]; do
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
[ -e "$d/status" ] || ! alive || no "running"
rm -rf "$d" && printf 'k 0\n'
"""

START = _COMMON + _FOLLOW + _START
LOOK = _COMMON + _FOLLOW + _LOOK
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

ODD = "a\\b'c\"d$e\tf"
"""What a login shell that isn't POSIX would mangle."""

PROBE = r"""
printf '%s\n' "$1"
id -u
{ read -r b </proc/sys/kernel/random/boot_id; } 2>/dev/null
printf '%s\n' "${b:-}"
"""

CHECK = r"""
[ -d /run/systemd/system ] && echo systemd || echo none
(. /etc/os-release && printf '%s\n' "$PRETTY_NAME") 2>/dev/null || uname -sr
command -v setsid >/dev/null && command -v mkfifo >/dev/null && echo tools || echo none
busctl get-property org.freedesktop.login1 /org/freedesktop/login1 \
  org.freedesktop.login1.Manager KillUserProcesses 2>/dev/null || echo
"""
