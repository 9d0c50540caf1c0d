/// `install.sh` of a package that carries Debian packages: all are given to dpkg at once, and the host is put back as it was
/// where that fails.
///
/// dpkg is not atomic, so what can be asked is asked before: apt simulates the installation from these files alone
/// (dependencies, conflicts, removals, downgrades, held packages; it downloads nothing), and where there is no apt, dpkg
/// does. What is left is undone from a copy of the files and of dpkg's database, as far as it concerns these packages. A
/// run that was cut off is undone by the next one, unless somebody has installed other packages since: then dpkg's database
/// tells more than the copy, and people have to look.
enum DebInstallScript {
    static let text = #"""
        #!/bin/sh
        # Usage: install.sh test STATE-DIRECTORY | apply STATE-DIRECTORY
        # test     says whether the packages beside this script can be installed; changes nothing.
        # apply    installs them all at once, or puts the host back as it was.

        LC_ALL=C DEBIAN_FRONTEND=noninteractive
        export LC_ALL DEBIAN_FRONTEND
        umask 022
        cd "${0%/*}" || exit 1
        database=/var/lib/dpkg

        field() {
            dpkg-deb --field "$1" "$2"
        }

        # The packages that are not installed at exactly this version.
        find_pending() {
            pending=
            for file in *.deb; do
                [ -e "$file" ] || continue
                package=$(field "$file" Package):$(field "$file" Architecture) || return 1
                version=$(field "$file" Version) || return 1
                found=$(dpkg-query -W -f '${db:Status-Status} ${Version}' "$package" 2>/dev/null)
                [ "$found" = "installed $version" ] || pending="$pending ./$file"
            done
        }

        names() {
            for file in *.deb; do field "$file" Package; done | sort -u
        }

        # What is installed of other packages.
        others() {
            dpkg-query -W -f '${Package} ${Architecture} ${Version} ${db:Status-Abbrev}\n' | while read -r name rest; do
                case " $(echo $mine) " in *" $name "*) ;; *) printf '%s %s\n' "$name" "$rest" ;; esac
            done
        }

        simulate() {
            if command -v apt-get >/dev/null 2>&1; then
                nothing=$(mktemp -d) || return 1
                # Without sources apt can take packages from nowhere but these files.
                log=$(apt-get -q --simulate --yes --no-download --no-remove \
                    -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=/dev/null \
                    -o "Dir::State::lists=$nothing" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
                    install $pending 2>&1)
                status=$?
                rm -rf "$nothing"
                if [ "$status" = 0 ]; then printf '%s\n' "$log" | grep '^Inst '; else printf '%s\n' "$log"; fi
                return $status
            fi
            dpkg --simulate --install $pending 2>&1
        }

        check() {
            if ! command -v dpkg-query >/dev/null 2>&1; then
                echo "This host has no dpkg: the packages are for Debian and what is made of it."
                return 1
            fi
            if [ -e "$1/began" ]; then
                echo "An earlier attempt was cut off. Applying undoes it first, and then looks at the host again."
                return 0
            fi
            find_pending || return 1
            if [ -z "$pending" ]; then
                echo "All packages are installed already."
                return 0
            fi
            unfinished=$(dpkg --audit 2>&1)
            if [ -n "$unfinished" ]; then
                echo "Packages of this host are half installed; finish that first (dpkg --configure --pending): $unfinished"
                return 1
            fi
            simulate && echo "All packages can be installed."
        }

        list_files() {
            for name in $mine; do
                for one in "$database/info/$name.list" "$database/info/$name:"*.list; do
                    [ ! -e "$one" ] || cat "$one"
                done
            done
            for file in $pending; do dpkg-deb --fsys-tarfile "$file" | tar -t -f - | sed 's,^\.*/*,/,'; done
        }

        # Folders and the links that stand for them are left alone: packages share them.
        is_shared() {
            case $1 in
                /bin | /sbin | /lib | /lib32 | /lib64 | /libx32) return 0 ;;
            esac
            [ -d "$1" ] && [ ! -L "$1" ]
        }

        save() {
            state=$1
            rm -rf "$state"
            mkdir -m 700 "$state" "$state/info" "$state/dpkg" || return 1
            : >"$state/saved" && : >"$state/added" || return 1
            list_files | sed 's,/$,,' | sort -u | while IFS= read -r path; do
                case $path in /?*) ;; *) continue ;; esac
                for one in "$path" "$path.dpkg-new" "$path.dpkg-old" "$path.dpkg-dist" "$path.dpkg-tmp"; do
                    if [ -e "$one" ] || [ -L "$one" ]; then
                        is_shared "$one" || printf '%s\n' "${one#/}" >>"$state/saved" || exit 1
                    else
                        printf '%s\n' "$one" >>"$state/added" || exit 1
                    fi
                done
            done || return 1
            tar -c -p -f "$state/files.tar" -C / --no-recursion -T "$state/saved" || return 1
            for one in status diversions statoverride triggers alternatives updates; do
                [ ! -e "$database/$one" ] || cp -a "$database/$one" "$state/dpkg/" || return 1
            done
            for name in $mine; do
                for one in "$database/info/$name".* "$database/info/$name:"*; do
                    [ ! -e "$one" ] || cp -a "$one" "$state/info/" || return 1
                done
            done
            others >"$state/others" || return 1
            sync
            : >"$state/began" && sync
        }

        restore() {
            state=$1
            if ! others | cmp -s - "$state/others"; then
                echo "Other packages were installed or removed since."
                return 1
            fi
            sort -r "$state/added" | while IFS= read -r path; do
                if [ -d "$path" ] && [ ! -L "$path" ]; then rmdir "$path" 2>/dev/null; else rm -f "$path"; fi
            done
            tar -x -p -f "$state/files.tar" -C / || return 1
            for name in $mine; do rm -f "$database/info/$name".* "$database/info/$name:"*; done
            cp -a "$state/info/." "$database/info/" || return 1
            rm -rf "$database/updates"
            cp -a "$state/dpkg/." "$database/" || return 1
            mkdir -p "$database/updates"
            sync
            forget "$state"
        }

        list_packages() {
            for file in *.deb; do
                dpkg-deb --show --showformat '${Package} ${Version} ${Architecture}\n' "$file"
            done
        }

        \#(InstallSteps.text)

        install_pending() {
            before=$(for name in $mine; do
                dpkg-query -W -f '${binary:Package} ${Version} ${db:Status-Status}\n' "$name" 2>/dev/null
            done | sed -n 's/ installed$//p')
            check "$1" || { echo "Nothing was changed."; return 1; }
            copy_first "$1" || return 1
            # What people have made of a configuration file stays; the package's own is put beside it.
            said=$(dpkg --force-confdef --force-confold --install $pending 2>&1 </dev/null)
            status=$?
            printf '%s\n' "$said"
            if [ "$status" = 0 ] && all_installed; then
                settle "$1"
                return 0
            fi
            case $said in
                *"locked by another process"*)
                    forget "$1"
                    echo "Another program (apt, unattended-upgrades) installs packages. Nothing was changed: apply again later."
                    return 1
                    ;;
            esac
            if restore "$1"; then
                echo "The installation failed. The host's files and dpkg's database were put back as they were."
            else
                echo "The installation failed, and the host could not be put back. The copies are in $1; see dpkg --audit."
            fi
            return 1
        }

        apply() {
            mine=$(names)
            if [ -e "$1/began" ]; then
                if all_installed; then
                    # It was cut off when dpkg had done everything.
                    forget "$1"
                elif ! restore "$1"; then
                    echo "An earlier attempt was cut off and can not be undone from $1. Nothing else was changed: see dpkg --audit."
                    return 1
                else
                    echo "An earlier attempt was cut off. It was undone first."
                fi
            else
                # Copies that were never completed.
                rm -rf "$1"
            fi
            apply_pending "$1" "at once"
        }

        case ${1-} in
            test) check "${2:?a directory is needed}" ;;
            apply) apply "${2:?a directory is needed}" ;;
            *)
                echo "Usage: $0 test STATE-DIRECTORY | apply STATE-DIRECTORY"
                exit 1
                ;;
        esac
        exit $?

        """#
}
