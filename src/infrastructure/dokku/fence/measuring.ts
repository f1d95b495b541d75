/** The conditions of the catalogue's effects (see `Condition`) as shell functions; the words come after what is looked for. */
export const measuring = `
# Does one of the flags $1 stand among the words that follow, alone or with =value?
has() {
  flags=$1
  shift
  for word; do
    ! among "${'$'}{word%%=*}" "$flags" || return 0
  done
  return 1
}

# The same, bare, and without -- anywhere.
bare() {
  flags=$1
  shift
  found=1
  for word; do
    [ "$word" != -- ] || return 1
    ! among "$word" "$flags" || found=0
  done
  return $found
}

# Do words follow the first one, and are all of them among $1?
only() {
  flags=$1
  [ $# -gt 2 ] || return 1
  shift 2
  for word; do
    among "$word" "$flags" || return 1
  done
}

# Is there no word like web=2?
no_counts() {
  for word; do
    case $word in
      --*) ;;
      *=*) return 1 ;;
    esac
  done
}

# Is every such word a count above zero?
positive_counts() {
  for word; do
    case $word in
      --*) ;;
      *=*)
        case ${'$'}{word##*=} in '' | [!1-9]* | *[!0-9]*) return 1 ;; esac
        ;;
    esac
  done
}

# last_not WORD NEVER ARG...: is the last argument WORD, and NEVER none of them?
last_not() {
  last=$1 never=$2 found=1
  shift 2
  for word; do
    [ "$word" != "$never" ] || return 1
    if [ "$word" = "$last" ]; then found=0; else found=1; fi
  done
  return $found
}
`.trim();
