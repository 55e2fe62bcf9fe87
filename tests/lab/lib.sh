# shellcheck shell=bash
# What the laboratory's shell scripts share: where things are kept, how a server is started in a
# process group of its own, found again, and ended by its id. Sourced, never run.
#
# Two places, both outside the checkout:
#   cache  what was downloaded or made once and is read by every run
#   home   one directory per running laboratory: data, logs, process ids
# SPDX-License-Identifier: MIT

lab_cache=${POTPRESS_CACHE:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/potpress}
# shellcheck disable=SC2034 # used by the scripts that source this
lab_home=${POTPRESS_LAB:-${TMPDIR:-/tmp}/potpress-lab.$(id -u)}

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 1; }

# as_root COMMAND...: through sudo only where we are not root.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# cache_lock: one installation at a time; waits for another one to finish. Held until the script ends.
cache_lock() {
	[ -z "${POTPRESS_LOCKED:-}" ] || return 0
	mkdir -p "$lab_cache" 2>/dev/null || true
	[ -w "$lab_cache" ] ||
		die "cannot write to $lab_cache: set POTPRESS_CACHE to a directory of yours"
	exec 9>"$lab_cache/.lock"
	flock 9
	export POTPRESS_LOCKED=1
}

# fetch WHAT COMMAND...: says WHAT, runs the command with its output kept in a file, and ends with one
# sentence when it fails, which is nearly always the network.
fetch() {
	local what=$1 log=$lab_cache/install.log
	shift
	say "installing $what"
	mkdir -p "$lab_cache" 2>/dev/null || true
	[ -w "$lab_cache" ] || log=$(mktemp)
	("$@") >"$log" 2>&1 || die "could not install $what: is the network there? The whole story is in $log"
}

# fingerprint FILE...: changes when one of them does; when they were written does not matter.
fingerprint() { cat "$@" | cksum; }

# is_made MARK FILE...: the mark was left for these very files.
is_made() {
	local mark=$1
	shift
	[ "$(cat "$mark" 2>/dev/null)" = "$(fingerprint "$@")" ]
}

# process_birth PID: the process's start time in ticks, nothing for one that is gone or a zombie.
# Together with the id it names a process for ever; an id alone is given out again.
process_birth() {
	local line
	line=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	# shellcheck disable=SC2086 # the fields after the name are numbers and letters
	set -- ${line##*) }
	[ "$1" != Z ] && printf '%s\n' "${20}"
}

# process_start PIDFILE LOG COMMAND...: runs it in a session of its own, so that the group can be ended as one.
process_start() {
	local pidfile=$1 log=$2 pid
	shift 2
	setsid "$@" </dev/null >>"$log" 2>&1 9>&- &
	pid=$!
	printf '%s %s\n' "$pid" "$(process_birth "$pid")" >"$pidfile"
}

# process_alive PIDFILE
process_alive() {
	local pid birth
	{ read -r pid birth <"$1"; } 2>/dev/null || return 1
	[ -n "$birth" ] && [ "$(process_birth "$pid")" = "$birth" ]
}

# process_stop PIDFILE [SECONDS]: ends the group politely, after so long (10 s) by force. Nothing to do is no error.
process_stop() {
	local pid tick patience=$((${2:-10} * 20))
	if process_alive "$1"; then
		read -r pid _ <"$1"
		kill -TERM -- "-$pid" 2>/dev/null || true
		for ((tick = 0; tick < patience; tick++)); do
			process_alive "$1" || break
			sleep 0.05
		done
		kill -KILL -- "-$pid" 2>/dev/null || true
	fi
	rm -f "$1"
}

# wait_http URL SECONDS PIDFILE: until the server answers anything at all.
wait_http() {
	local deadline=$((SECONDS + $2))
	until curl -s -o /dev/null --max-time 40 "$1"; do
		process_alive "$3" || return 1
		[ "$SECONDS" -lt "$deadline" ] || return 1
		sleep 0.05
	done
}

# wait_port PORT SECONDS PIDFILE: until the server accepts connections.
wait_port() {
	local deadline=$((SECONDS + $2))
	until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
		process_alive "$3" || return 1
		[ "$SECONDS" -lt "$deadline" ] || return 1
		sleep 0.05
	done
}

free_port() {
	python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# port_taken PORT: whether somebody listens there.
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The system's Python where there is one: another may vanish or change under the environment.
system_python() {
	if [ -x /usr/bin/python3 ]; then echo /usr/bin/python3; else command -v python3; fi
}
