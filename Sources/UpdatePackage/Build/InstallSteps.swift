/// What `install.sh` does the same way for RPMs and for Debian packages.
///
/// The script has functions of its own: `find_pending` names the packages that are still to be installed, `save` copies
/// what they replace, `install_pending` installs them or puts the host back, and `list_packages` names all of them.
enum InstallSteps {
    static let text = #"""
        all_installed() {
            find_pending && [ -z "$pending" ]
        }

        # Copies what will be replaced to a directory.
        copy_first() {
            save "$1" && return 0
            rm -rf "$1"
            echo "The files to be replaced can not be copied to $1. Nothing was changed."
            return 1
        }

        # The mark goes first: without it the rest means nothing.
        forget() {
            rm -f "$1/began" && rm -rf "$1"
        }

        # All went well: the copies are not needed any more.
        settle() {
            forget "$1"
            [ -z "$before" ] || printf 'Replaced:\n%s\n' "$before"
        }

        # Marks the hotfixes within as applied.
        write_stamps() {
            for stamp in included/*; do
                [ -e "$stamp" ] || continue
                name=${stamp#included/}
                [ ! -e "/var/patch/applied/$name" ] || continue
                cp "$stamp" "/var/patch/.$name.new" && chmod 0440 "/var/patch/.$name.new" &&
                    mv -f "/var/patch/.$name.new" "/var/patch/applied/$name" || return 1
                echo "Marked as applied: $name"
            done
        }

        # Once no earlier attempt is in the way: installs what is missing, in the way that the second word names.
        apply_pending() {
            find_pending || return 1
            count=0
            for file in $pending; do count=$((count + 1)); done
            if [ "$count" = 0 ]; then
                echo "All packages are installed already."
            else
                install_pending "$1" || return 1
                echo "Packages installed $2: $count"
                list_packages
            fi
            if ! write_stamps; then
                echo "The packages are installed, but a stamp in /var/patch/applied can not be written. Apply again."
                return 1
            fi
        }
        """#
}
