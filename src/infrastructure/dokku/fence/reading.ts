import { longestLine } from '../encoder.ts';

/**
 * The part of the fence that is the same for everybody: reads a line as Dokku's dispatcher will, and refuses every
 * line that it cannot read for sure. Only the forms that our encoder makes are known: words split by one blank, plain
 * characters, backslashes before others, '' for an empty word; leading --force and --quiet; no quoting for git.
 * POSIX sh without any other program. Fails with `why` set; otherwise `name` is set and the arguments went to `judge`.
 */
export const reading = String.raw`
refuse() {
  why=$1
  return 1
}

# Is word $1 one of the blank-separated words of $2?
among() {
  case $1 in '' | *' '*) return 1 ;; esac
  case " $2 " in *" $1 "*) return 0 ;; esac
  return 1
}

# Words that Dokku takes for its own flags wherever they stand.
reserved() {
  case $1 in --app | --force | --quiet | --trace) return 0 ;; esac
  return 1
}

# decide LINE: 0 when the policy allows what Dokku would read there.
decide() {
  line=$1 why= name=
  [ "${'$'}{#line}" -le ${longestLine} ] || { refuse 'the line is too long'; return 1; }
  case $line in
    *[[:cntrl:]]*) refuse 'a line break, a tab or another control character'; return 1 ;;
  esac
  while :; do
    case $line in
      '--force '*) line=${'$'}{line#--force } ;;
      '--quiet '*) line=${'$'}{line#--quiet } ;;
      *) break ;;
    esac
  done
  name=${'$'}{line%% *}
  look_up || { name=; refuse 'this is no command that may be sent, by its exact name'; return 1; }
  # Dokku looks for its flags a first time in words that are split at every blank, whatever is quoted.
  set -- $line
  shift
  for word; do
    ! reserved "$word" || { refuse "Dokku takes $word for its own flag wherever it stands"; return 1; }
  done
  case $name in
    *git*)
      judge "$@"
      return
      ;;
  esac
  set --
  rest=${'$'}{line#"$name"}
  while [ -n "$rest" ]; do
    # At a blank; a word follows, or an empty last word went before.
    rest=${'$'}{rest# }
    word= quoted=
    case $rest in
      "''" | '') refuse 'a word is missing'; return 1 ;;
      "'' "*) quoted=1 rest=${'$'}{rest#"''"} ;;
    esac
    while :; do
      case $rest in
        '' | ' '*) break ;;
      esac
      [ -z "$quoted" ] || { refuse 'a quote'; return 1; }
      case $rest in
        '\'?*)
          rest=${'$'}{rest#?}
          tail=${'$'}{rest#?}
          word=$word${'$'}{rest%"$tail"}
          rest=$tail
          ;;
        [A-Za-z0-9_./:=@%+,-]*)
          run=${'$'}{rest%%[!A-Za-z0-9_./:=@%+,-]*}
          word=$word$run
          rest=${'$'}{rest#"$run"}
          ;;
        [\ -~]*) refuse 'a quote, or a character that needs a backslash'; return 1 ;;
        *)
          run=${'$'}{rest%%[\ -~]*}
          word=$word$run
          rest=${'$'}{rest#"$run"}
          ;;
      esac
    done
    case $word in
      '') [ -n "$quoted" ] || { refuse 'two blanks in a row'; return 1; } ;;
      --help | --version) refuse "Dokku replaces $word"; return 1 ;;
      -[neE]*)
        case ${'$'}{word#-} in
          *[!neE]*) ;;
          *) refuse "Dokku loses $word"; return 1 ;;
        esac
        ;;
      *) ! reserved "$word" || { refuse "Dokku takes $word for its own flag wherever it stands"; return 1; } ;;
    esac
    set -- "$@" "$word"
    # The blank that keeps an empty last word.
    [ "$rest" != ' ' ] || [ -z "$quoted" ] || rest=
  done
  judge "$@"
}

# The next place for a word: sets place, or leaves it empty when there is none.
next_place() {
  while :; do
    place=${'$'}{places%% *}
    [ -n "$place" ] || return
    instead=${'$'}{place#*=}
    while [ -n "$instead" ]; do
      if among "${'$'}{instead%%,*}" "$seen"; then
        places=${'$'}{places#* }
        continue 2
      fi
      instead=${'$'}{instead#*,}
    done
    return
  done
}

# judge ARG...: which apps does the command concern, and how severe is it? Then the policy decides.
judge() {
  apps= seen= whole_host= kind= property=
  measure "$@"
  while [ $# -gt 0 ]; do
    word=$1
    shift
    next_place
    kind=${'$'}{place%%:*}
    case $word in
      --)
        takes_dashes || { refuse 'two hyphens stand where this command takes none'; return 1; }
        break
        ;;
    esac
    [ "$kind" != free ] || break
    case $word in
      -?*)
        flag=${'$'}{word%%=*}
        if among "$flag" "$alone"; then
          [ "$flag" = "$word" ] || { refuse "$flag takes no value"; return 1; }
        elif among "$flag" "$valued"; then
          if [ "$flag" = "$word" ]; then
            [ $# -gt 0 ] || { refuse "$flag needs a value"; return 1; }
            shift
          fi
        else
          [ -n "$any" ] && [ "$flag" = "$word" ] || { refuse "the command has no flag $flag"; return 1; }
          case ${'$'}{flag#--} in
            "$flag" | '' | [!a-z0-9]* | *[!a-z0-9.-]*) refuse "the command has no flag $flag"; return 1 ;;
          esac
        fi
        wall_flag "$flag" || return 1
        seen="$seen $flag"
        ! among "$flag" "$whole" || whole_host=1
        continue
        ;;
    esac
    case $kind in
      '' | dashes) refuse 'there are more words than the command takes'; return 1 ;;
      app)
        case $word in
          '' | [!a-z0-9]* | *[!a-z0-9.-]*) refuse 'the word in the place of the app is no name of an app'; return 1 ;;
        esac
        [ "${'$'}{#word}" -le 100 ] || { refuse 'the word in the place of the app is no name of an app'; return 1; }
        apps="$apps $word"
        ;;
      value) wall "$word" || return 1 ;;
    esac
    case ${'$'}{place%%=*} in *:*m*) ;; *) places=${'$'}{places#* } ;; esac
  done
  [ -z "$whole_host" ] || apps=
  if [ -z "$apps" ]; then
    app=
    permit
    return
  fi
  for app in $apps; do
    permit || return 1
  done
}

# "-- WORD..." comes next, after optional places at most.
takes_dashes() {
  while :; do
    next_place
    case ${'$'}{place%%=*} in
      dashes:*) return 0 ;;
      '' | *:*r*) return 1 ;;
    esac
    places=${'$'}{places#* }
  done
}
`.trim();
