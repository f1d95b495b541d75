import { STORAGE_ROOT } from '../../../domain/infrastructure/storage-paths.ts';

/** Commands that no fence lets through: what they do to the host depends on more than a shell script can tell for sure. */
export const walledOff: ReadonlySet<string> = new Set(['docker-options:add', 'events:off']);

/**
 * What would hand over the host itself, whatever the policy says: the rules of `domain/infrastructure/host-access.ts`, told
 * more coarsely. `wall WORD` looks at each word in the place of a value, `wall_flag FLAG` at each flag.
 */
export const wall = String.raw`
# Is $1 a directory in which apps may store things?
is_storage() {
  case $1/ in
    *//* | */./* | */../*) return 1 ;;
    ${STORAGE_ROOT}/?*) return 0 ;;
  esac
  return 1
}

wall() {
  case $name in
    git:sync | git:from-archive | buildpacks:add | buildpacks:set)
      case $1 in
        /* | .* | '~'* | [Ff][Ii][Ll][Ee]:* | *::*) refuse 'a source on the host itself'; return 1 ;;
      esac
      ;;
    storage:create | storage:mount)
      from=${'$'}{1%%:*}
      case $from in
        */* | .*) is_storage "$from" || { refuse 'a directory of the host'; return 1; } ;;
      esac
      case $1 in
        *:*:ro | *:*:rw | *:*:z | *:*:Z) ;;
        *:*:*) refuse 'options of a mount'; return 1 ;;
      esac
      ;;
    *:*:set | config:set | domains:set | ports:set | proxy:set | storage:set) ;;
    *:set)
      if [ -z "$property" ]; then
        property=$1
        return 0
      fi
      [ -n "$1" ] || return 0
      case $property in
        allowed-letsencrypt-domains-func-base64 | image | lego-docker-args | nginx-service-command | vector-image)
          refuse "the property $property opens the host"
          return 1
          ;;
        access-log-path | error-log-path)
          case $1/ in
            off/) ;;
            *//* | */./* | */../*) refuse 'a file of the host'; return 1 ;;
            /var/log/"${'$'}{name%%:*}"/?*) ;;
            *) refuse 'a file of the host'; return 1 ;;
          esac
          ;;
        *-path | *-dir)
          case /$1/ in //* | */../*) refuse 'a path that leaves the source of the app'; return 1 ;; esac
          ;;
      esac
      case $name:$1 in
        network:set:host | network:set:container:*) refuse 'a network that is not of the app'; return 1 ;;
        nginx:set:*[';{}"\#${'`'}']* | nginx:set:*"'"* | openresty:set:*[';{}"\#${'`'}']* | openresty:set:*"'"*)
          refuse 'a value that would end its line in the configuration of the proxy'
          return 1
          ;;
      esac
      ;;
  esac
}

wall_flag() {
  case $name:$1 in
    storage:mount:--volume-options | storage:mount:--volume-subpath | logs:vector-start:--vector-image)
      refuse "the flag $1 opens the host"
      return 1
      ;;
  esac
}
`.trim();
