/// `install.sh` of a package: one rpm transaction that either happens whole or leaves the host as it was.
///
/// rpm refuses most of what can go wrong before it changes anything (`--test`: dependencies, conflicts, disk space). What
/// is left, a failing scriptlet or a crash, is undone from a copy of the files and of the RPM database, which is made
/// first and complete before the mark `began` says so. A later run that finds the mark undoes the broken run first.
///
/// rpm is asked about all packages at once: each start of it opens the database, which takes seconds on a slow host.
enum InstallScript {
    static let text = #"""
        #!/bin/sh
        # Usage: install.sh test | apply STATE-DIRECTORY
        # test     says whether the packages beside this script can be installed; changes nothing.
        # apply    installs them in one transaction, or puts the host back as it was.

        LC_ALL=C
        export LC_ALL
        umask 022
        cd "${0%/*}" || exit 1

        # The packages were signed together with this script, and were built for the host's own machine type.
        options='--ignorearch --nosignature'
        # Debian's rpm asks for this word before it installs anything; other rpms do not know it.
        if rpm --force-debian --version >/dev/null 2>&1; then options="$options --force-debian"; fi

        query() {
            format=$1
            shift
            rpm -qp --nosignature --qf "$format" "$@"
        }

        exact='%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}\n'

        # The packages that are not installed at exactly this version.
        find_pending() {
            pending=
            set -- *.rpm
            [ -e "$1" ] || return 0
            packages=$(query "$exact" "$@") || return 1
            # Of one that is not there it says so, in a line of its own.
            installed=$(printf '\n'; rpm -q --qf "$exact" $packages; echo .)
            for package in $packages; do
                case $installed in
                    *"
        $package
        "*) ;;
                    *) pending="$pending $1" ;;
                esac
                shift
            done
        }

        # The installed packages that the transaction replaces.
        find_replaced() {
            rpm -q --qf "$exact" $(query '%{NAME}\n[%{OBSOLETENAME}\n]' $pending | sort -u) | sort -u |
                while IFS= read -r line; do
                    # Of one that is not there it says so.
                    case $line in *' '*) ;; *) printf '%s\n' "$line" ;; esac
                done
        }

        list_files() {
            [ -z "$before" ] || rpm -ql $before
            rpm -qlp --nosignature $pending
        }

        save() {
            state=$1
            rm -rf "$state"
            mkdir -m 700 "$state" || return 1
            : >"$state/saved" && : >"$state/added" || return 1
            list_files | sort -u | while IFS= read -r path; do
                case $path in /*) ;; *) continue ;; esac
                for one in "$path" "$path.rpmnew" "$path.rpmsave" "$path.rpmorig"; do
                    if [ -e "$one" ] || [ -L "$one" ]; then
                        printf '%s\n' "${one#/}" >>"$state/saved" || exit 1
                    else
                        printf '%s\n' "$one" >>"$state/added" || exit 1
                    fi
                done
            done || return 1
            tar -c -p -f "$state/files.tar" -C / --no-recursion -T "$state/saved" || return 1
            cp -a "$(rpm --eval '%_dbpath')" "$state/rpmdb" || return 1
            sync
            : >"$state/began" && sync
        }

        restore() {
            state=$1
            sort -r "$state/added" | while IFS= read -r path; do
                if [ -d "$path" ] && [ ! -L "$path" ]; then rmdir "$path" 2>/dev/null; else rm -f "$path" "$path;"*; fi
            done
            tar -x -p -f "$state/files.tar" -C / || return 1
            database=$(rpm --eval '%_dbpath')
            rm -rf "$database"/* && cp -a "$state/rpmdb/." "$database/" || return 1
            sync
            forget "$state"
        }

        list_packages() {
            query "$exact" *.rpm
        }

        \#(InstallSteps.text)

        install_pending() {
            before=$(find_replaced)
            if ! rpm -U --test $options $pending 2>&1; then
                echo "rpm refuses the transaction. Nothing was changed."
                return 1
            fi
            copy_first "$1" || return 1
            if rpm -U $options $pending 2>&1 && all_installed; then
                settle "$1"
                return 0
            fi
            if restore "$1"; then
                echo "The transaction failed. The host's files and its RPM database were put back as they were."
            else
                echo "The transaction failed, and the host could not be put back. The copies are in $1; free space on / and apply again."
            fi
            return 1
        }

        apply() {
            if [ -e "$1/began" ]; then
                if ! restore "$1"; then
                    echo "An earlier attempt was cut off and can not be undone from $1. Nothing else was changed."
                    return 1
                fi
                echo "An earlier attempt was cut off. It was undone first."
            else
                # Copies that were never completed.
                rm -rf "$1"
            fi
            apply_pending "$1" "in one transaction"
        }

        case ${1-} in
            test)
                find_pending || exit 1
                if [ -z "$pending" ]; then
                    echo "All packages are installed already."
                else
                    rpm -U --test $options $pending 2>&1 && echo "All packages can be installed."
                fi
                ;;
            apply) apply "${2:?a directory is needed}" ;;
            *)
                echo "Usage: $0 test | apply STATE-DIRECTORY"
                exit 1
                ;;
        esac
        exit $?

        """#
}
