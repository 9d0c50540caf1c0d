/// What the program does on hosts with apt: POSIX sh.
extension HostProgram {
    /// `ask_apt QUESTION`. Answers are lines of words with tabs between, from `pitstop-apt begin` to `pitstop-apt end`.
    static let apt = #"""
        apt=$folder/apt
        store=$folder/packages

        # Whatever apt says becomes a text without anything that JSON gives a meaning.
        refuse() {
            problem "$(printf '%s' "$1" | tr '\n' ' ' | head -c 1500 | tr -c 'A-Za-z0-9 .,:;/_()+~%=@-' ' ')"
        }

        # With lists and a cache of our own, and all checks on, whatever the host is set to.
        get() {
            apt-get -q -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt" -o "Dir::Cache::archives=$apt/archives" \
                -o "Dir::Etc::preferences=$apt/preferences" -o APT::Sandbox::User=root -o Acquire::ForceHash=SHA256 \
                -o APT::Update::Error-Mode=any -o Acquire::Check-Valid-Until=true \
                -o Acquire::AllowInsecureRepositories=false -o Acquire::AllowWeakRepositories=false \
                -o Acquire::AllowDowngradeToInsecureRepositories=false -o APT::Get::AllowUnauthenticated=false \
                "$@" </dev/null
        }

        complaint() { printf '%s' "$1" | grep -E '^(E|W|Err)' | cut -c 1-500; }

        apt_facts() {
            printf 'arch\t%s\n' "$(dpkg --print-architecture)"
            apt-mark showhold | sed 's/^/held\t/'
            # What apt is set to, and prefers: hosts with other settings may get another answer.
            settings=$({ apt-config dump; cat /etc/apt/preferences; set +f; cat /etc/apt/preferences.d/*; } 2>/dev/null | sha256sum)
            printf 'settings\t%s\n' "${settings%% *}"
            apt-get indextargets --no-release-info --format 'repository	$(SITE)	$(RELEASE)	$(COMPONENT)' 'Created-By: Packages' | sort -u
            dpkg-query -W -f 'installed\t${Package}\t${Version}\t${Architecture}\t${db:Status-Abbrev}\n' |
                sed -n 's/\t.i *$//p'
        }

        # Sources that are believed without a signature: apt would not say so later.
        find_blind_trust() {
            set +f
            blind=$(grep -Eils '^[^#]*(trusted|allow-insecure|allow-weak)[[:space:]]*[=:][[:space:]]*"?yes' \
                /etc/apt/sources.list /etc/apt/sources.list.d/*)
            set -f
            [ -z "$blind" ] || refuse "$(echo $blind) has apt believe a repository without a signature (trusted=yes)"
        }

        prepare() {
            mkdir -p "$apt/lists/partial" "$apt/archives/partial" || refuse "its /var/cache can not be written"
            {
                cat /etc/apt/preferences 2>/dev/null
                for name in $EXCLUDE; do printf '\nPackage: %s\nPin: version *\nPin-Priority: -1\n' "$name"; done
            } >"$apt/preferences"
        }

        # The names that are wanted of those that would be upgraded.
        choose() {
            get -s -y upgrade --with-new-pkgs | sed -n "/^Inst /{${SECURITY:+/-[Ss]ecurity/!d;}s/^Inst \([^ ]*\) .*/\1/p;}" |
                while read -r name; do
                    [ -n "$ONLY" ] || echo "$name"
                    for pattern in $ONLY; do
                        case ${name%:*} in $pattern) echo "$name" && break ;; esac
                    done
                done
        }

        apt_offer() {
            find_blind_trust
            prepare
            said=$(get update 2>&1) || refuse "its apt says: $(complaint "$said")"
            case $said in *"Err:"*) refuse "its apt says: $(complaint "$said")" ;; esac
            set -- upgrade --with-new-pkgs
            if [ -n "$SECURITY$ONLY" ]; then
                chosen=$(choose)
                if [ -n "$chosen" ]; then set -- install --only-upgrade $chosen; else set --; fi
            fi
            offered=
            if [ $# -gt 0 ]; then
                offered=$(get -y --no-remove --print-uris "$@" 2>&1) || refuse "its apt says: $(complaint "$offered")"
            fi
            printf '%s\n' "$offered" | sed -n "s/^'\([^' ]*\)' \([^ ]*\) \([0-9]*\) SHA256:\([0-9a-f]*\)$/package\t\1\t\2\t\3\t\4/p"
            unsummed=$(printf '%s\n' "$offered" | grep "^'" | grep -v ' SHA256:' | head -n 1)
            [ -z "$unsummed" ] || refuse "its repositories give no SHA-256 for $unsummed"
            get indextargets --format 'repository	$(SITE)	$(RELEASE)	$(COMPONENT)	$(FILENAME)' 'Created-By: Packages' |
                sed "s,$apt/lists/,," | sort -u
            set +f
            for file in "$apt"/lists/*Release; do
                [ -f "$file" ] || continue
                sum=$(sha256sum <"$file")
                time=$(date -d "$(sed -n '/^Date: /{s///p;q;}' "$file")" +%s 2>/dev/null || echo 0)
                printf 'state\t%s\t%s\t%s\n' "${file##*/}" "${sum%% *}" "$time"
            done
        }

        apt_fetch() {
            rm -rf "$store" "$apt/archives"
            mkdir -p "$store" "$apt/archives/partial" && cd "$apt/archives" || refuse "its /var/cache can not be written"
            said=$(get download $(printf '%s\n' "$WANTED" | cut -d ' ' -f 1) 2>&1) || refuse "its apt says: $(complaint "$said")"
            set +f
            for file in *.deb; do
                sum=$(sha256sum <"$file")
                mv "$file" "$store/${sum%% *}" || refuse "its /var/cache can not be written"
            done
            printf '%s\n' "$WANTED" | while read -r name sum; do
                [ -f "$store/$sum" ] || refuse "the file of $name is not the one that its repository describes"
            done
        }

        ask_apt() {
            # Refusals end a subshell as well as the program.
            answer=$("apt_$1") && rest=${answer##*pitstop-updates } || problem "its apt could not be asked"
            if [ "$rest" != "$answer" ]; then
                printf '\npitstop-updates %s\n' "$rest"
                exit 0
            fi
            printf '\npitstop-apt begin\n%s\npitstop-apt end\n' "$answer"
        }

        apt_clean() { rm -rf "$store" "$apt/archives"; }

        """#
}
