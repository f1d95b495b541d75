#!/usr/bin/env bash
# Does with SSH command strings what the login shell and the `dokku` script of Dokku >= 0.34 do, with the bash,
# xargs and echo of this machine; it runs nothing, it only shows what a plugin would get.
#
# Reads strings from standard input, each ended by NUL. For each it writes, each ended by NUL:
# the app of --app, three times 0 or 1 for --force, --quiet and --trace, 1 for a git line, 1 for a root-only command,
# standard error of xargs, the number of words, the words. Only config, run, apps, git, plugin and ssh-keys count as core plugins.
set -o pipefail
shopt -s nullglob
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/home"
cd "$scratch/home" || exit 1

parse_args() {
  local next_index=1 skip=false args=("$@") arg
  for arg in "$@"; do
    if [[ "$skip" == "true" ]]; then
      next_index=$((next_index + 1))
      skip=false
      continue
    fi
    case "$arg" in
      --quiet) QUIET=1 ;;
      --trace) TRACE=1 ;;
      --force) FORCE=1 ;;
      --app)
        APP=${args[$next_index]}
        skip=true
        ;;
    esac
    next_index=$((next_index + 1))
  done
}

strip_leading_flags() {
  local args=("$@") skip_arg=false arg
  if [[ "${args[0]}" =~ ^--.* ]]; then
    for arg in "$@"; do
      $skip_arg && skip_arg=false && continue
      if [[ "$arg" == "--version" ]]; then
        continue
      fi
      if [[ "$arg" == "--app" ]]; then
        shift 2 && skip_arg=true
      elif [[ "$arg" =~ ^--.* ]]; then
        shift 1
      else
        break
      fi
    done
  fi
  words=("$@")
}

needs_root() {
  [[ $1 =~ ^plugin:.* && $1 != "plugin:help" && $1 != "plugin:list" ]] || [[ $1 == "ssh-keys:add" ]] ||
    [[ $1 == "ssh-keys:remove" ]] || [[ $1 == "scheduler-k3s:initialize" ]] || [[ $1 == "scheduler-k3s:uninstall" ]]
}

emit() {
  printf '%s\0' "$APP" "$FORCE" "$QUIET" "$TRACE" "$GIT" "$ROOT" "$(cat "$scratch/stderr"; echo .)" "${#words[@]}" "${words[@]}"
}

second_pass() {
  parse_args "$@"
  strip_leading_flags "$@"
  if needs_root "${words[0]}"; then
    ROOT=1
  elif [[ ${#words[@]} -gt 0 && -n "$APP" ]]; then
    case "${words[0]%%:*}" in
      config | run | apps | git | plugin | ssh-keys) words=("${words[0]}" "$APP" "${words[@]:1}") ;;
    esac
  fi
  emit
}

while IFS= read -r -d '' SSH_ORIGINAL_COMMAND; do
  APP='' FORCE=0 QUIET=0 TRACE=0 GIT=0 ROOT=0
  : >"$scratch/stderr"
  shopt -u nullglob
  # shellcheck disable=SC2086 # the login shell does not quote it either
  set -- $SSH_ORIGINAL_COMMAND
  shopt -s nullglob
  parse_args "$@"
  strip_leading_flags "$@"
  set -- "${words[@]}"
  if needs_root "$1"; then
    ROOT=1
    emit
  elif [[ -z "$SSH_ORIGINAL_COMMAND" ]]; then
    emit
  elif [[ $1 =~ git-* ]] || [[ $1 =~ git:* ]]; then
    GIT=1
    set -f
    # shellcheck disable=SC2086
    second_pass $SSH_ORIGINAL_COMMAND
    set +f
  else
    words=()
    readarray -t words < <(printf '%s' "$SSH_ORIGINAL_COMMAND" | xargs -n 1 2>"$scratch/stderr")
    second_pass "${words[@]}"
  fi
done
