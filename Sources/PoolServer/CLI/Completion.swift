/// Completion of `xe` commands and of their parameters' names, written for a shell from the table of commands.
public enum Completion {
    /// For bash: source it, or put it into `bash-completion`'s folder as `xe`.
    public static func bash() -> String {
        """
        # bash completion for xe, written by 'pitstop completions bash'
        _xe() {
            local current="${COMP_WORDS[COMP_CWORD]}" command="" word
            COMPREPLY=()
            # "=" breaks words in bash: what stands after it is a value, for which files are offered.
            if [[ "$current" == "=" || "${COMP_WORDS[COMP_CWORD-1]}" == "=" ]]; then
                COMPREPLY=($(compgen -f -- "${current#=}"))
                return
            fi
            for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                if [[ " $(_xe_commands) " == *" $word "* ]]; then command="$word"; break; fi
            done
            if [[ -z "$command" || "$command" == help ]]; then
                COMPREPLY=($(compgen -W "$(_xe_commands)" -- "$current"))
            else
                compopt -o nospace
                COMPREPLY=($(compgen -W "$(_xe_parameters "$command")" -- "$current"))
            fi
        }
        _xe_commands() { echo "\(names.joined(separator: " "))"; }
        _xe_parameters() {
            case "$1" in
        \(cases(prefix: "        "))
            esac
        }
        complete -F _xe xe

        """
    }

    /// For zsh: put it into a folder of `fpath` as `_xe`.
    public static func zsh() -> String {
        """
        #compdef xe
        # zsh completion for xe, written by 'pitstop completions zsh'
        _xe_parameters() {
            case "$1" in
        \(cases(prefix: "        "))
            esac
        }
        _xe() {
            local -a commands parameters
            commands=(\(names.joined(separator: " ")))
            local word command=""
            for word in ${words[2,CURRENT-1]}; do
                if (( ${commands[(Ie)$word]} )); then command=$word; break; fi
            done
            if [[ -z $command || $command == help ]]; then
                compadd -a commands
            elif [[ $words[CURRENT] == *=* ]]; then
                compset -P '*='
                _files
            else
                parameters=($(_xe_parameters $command))
                compadd -S '' -a parameters
            fi
        }
        _xe "$@"

        """
    }

    private static var names: [String] { CommandTable.shared.commands.map(\.name).sorted() }

    /// One branch for all commands that take the same parameters.
    private static func cases(prefix: String) -> String {
        let groups = Dictionary(grouping: CommandTable.shared.commands) { parameters(of: $0) }
        return groups.map { parameters, commands in
            "\(prefix)\(commands.map(\.name).sorted().joined(separator: "|"))) echo \"\(parameters)\" ;;"
        }.sorted().joined(separator: "\n")
    }

    private static func parameters(of command: Command) -> String {
        var words = (command.required + command.optional).map { "\($0)=" }
        switch command.selectors {
        case .hosts: words += ["host=", "uuid=", "name-label=", "--multiple"]
        case .vms: words += ["vm=", "uuid=", "name-label=", "power-state=", "--multiple"]
        case .fields:
            let records = RecordClass.all.first {
                command.name == "\($0.name)-list" || command.name == "\($0.name)-param-set"
            }
            words += (records?.fields ?? []).map { "\($0.name)=" }
        case .none: break
        }
        return (words + ["--minimal"]).joined(separator: " ")
    }
}
