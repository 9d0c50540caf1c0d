/// The program at the head of a package: `info`, `precheck`, `apply` and `unpack`.
///
/// It is POSIX sh and needs nothing on the host but coreutils, tar, gzip and rpm, or dpkg where it carries Debian packages. What it checks is data set here; what
/// it installs follows it in the same file, as a tar archive that begins at a multiple of 4 KiB.
struct PackageScript: Sendable {
    /// The script and the archive behind it meet at a multiple of this many bytes.
    static let blockSize = 4_096

    var manifest: Manifest
    /// Bytes that the host's `/var` must have free: the unpacked archive and the safety copies.
    var neededBytes: Int64

    /// The script, padded with line feeds to whole blocks.
    var padded: [UInt8] {
        // The number of blocks is part of the script, so it may take another round until its length agrees with it.
        var blocks = 1
        while true {
            var bytes = Array(text(blocks: blocks).utf8)
            let needed = (bytes.count + Self.blockSize - 1) / Self.blockSize
            if needed <= blocks {
                bytes += [UInt8](repeating: 0x0a, count: blocks * Self.blockSize - bytes.count)
                return bytes
            }
            blocks = needed
        }
    }

    private func text(blocks: Int) -> String {
        var info = manifest.info.xml
        info.removeLast()
        let build = manifest.build ?? ""
        let values = """
            UUID=\(shellQuoted(manifest.uuid))
            LABEL=\(shellQuoted(manifest.label))
            INFO=\(shellQuoted(info))
            PRODUCT_VERSION=\(shellQuoted(manifest.productVersion))
            BUILD=\(shellQuoted(build))
            REQUIRES=\(shellQuoted(manifest.requires.map(\.uuid).joined(separator: " ")))
            CONFLICTS=\(shellQuoted(manifest.conflicts.map { "\($0.uuid):\($0.label)" }.joined(separator: " ")))
            REFUSES_MOUNTED_ISO=\(manifest.refusesMountedISO ? "yes" : "no")
            NEEDED_BYTES=\(neededBytes)
            BLOCKS=\(blocks)
            """
        return "#!/bin/sh\n" + shellComment("\(manifest.label): \(manifest.description)") + "\n" + values + "\n"
            + Self.program
    }

    private static let program = #"""
        # Usage: info | precheck | apply | unpack DIRECTORY

        LC_ALL=C
        export LC_ALL
        umask 022

        # Text for XML: printable ASCII only, its special characters replaced. Written without sed, which a host may lack.
        escape() {
            rest=$(printf '%s' "$1" | head -c 4000 | tr -c '\12\40-\176' '?')
            out=
            while :; do
                plain=${rest%%[\&\<\>\"]*}
                out=$out$plain
                [ "$plain" != "$rest" ] || break
                rest=${rest#"$plain"}
                case $rest in
                    '&'*) out="$out&amp;" ;;
                    '<'*) out="$out&lt;" ;;
                    '>'*) out="$out&gt;" ;;
                    *) out="$out&quot;" ;;
                esac
                rest=${rest#?}
            done
            printf '%s' "$out"
        }

        # Everything that precheck prints is read as one document, so a refusal is all that it prints.
        refuse() {
            printf '<error errorcode="PATCH_PRECHECK_FAILED_%s">%s</error>\n' "$1" "$2"
            exit 1
        }

        refuse_because() {
            refuse UNKNOWN_ERROR "<info>$(escape "$1")</info>"
        }

        refuse_mismatch() {
            refuse "$1" "<found>$(escape "$2")</found><required>$(escape "$3")</required>"
        }

        # A value of the host's inventory, or of another file of such lines. The file is read, not run.
        inventory() {
            [ -r "${2-/etc/xensource-inventory}" ] || return 0
            while IFS= read -r line || [ -n "$line" ]; do
                case $line in
                    "$1="*)
                        value=${line#*=}
                        value=${value#[\'\"]}
                        printf '%s' "${value%[\'\"]}"
                        return 0
                        ;;
                esac
            done <"${2-/etc/xensource-inventory}"
        }

        check_host() {
            # A host without an inventory is of its distribution's version.
            if [ -r /etc/xensource-inventory ]; then
                found=$(inventory PRODUCT_VERSION)
            else
                found=$(inventory VERSION_ID /etc/os-release)
            fi
            [ "$found" = "$PRODUCT_VERSION" ] || refuse_mismatch WRONG_SERVER_VERSION "$found" "$PRODUCT_VERSION"
            if [ -n "$BUILD" ]; then
                found=$(inventory BUILD_NUMBER)
                expr "x$found" : "x\\($BUILD\\)\$" >/dev/null 2>&1 ||
                    refuse_mismatch WRONG_SERVER_BUILD "$found" "^$BUILD\$"
            fi
        }

        check_hotfixes() {
            missing=
            for uuid in $REQUIRES; do
                [ -e "/var/patch/applied/$uuid" ] || missing="$missing<prerequisite uuid=\"$uuid\"/>"
            done
            [ -z "$missing" ] || refuse PREREQUISITE_MISSING "$missing"
            for conflict in $CONFLICTS; do
                if [ -e "/var/patch/applied/${conflict%%:*}" ]; then
                    refuse_because "$LABEL can not be applied to a host that has ${conflict#*:} (${conflict%%:*})."
                fi
            done
        }

        # The host's driver lists there, one to a line, the VMs that have an ISO image mounted.
        check_isos() {
            if [ "$REFUSES_MOUNTED_ISO" = yes ] && [ -s /var/patch/mounted-isos ]; then
                refuse ISO_MOUNTED "<info>$(escape "$(head -n 20 /var/patch/mounted-isos)")</info>"
            fi
        }

        check_space() {
            free=$(df -Pk /var 2>/dev/null | {
                read -r _
                read -r _ _ _ kib _
                printf '%s' "$kib"
            })
            case $free in
                '' | *[!0-9]*) refuse_because "The free space of /var can not be read." ;;
            esac
            [ "$((free * 1024))" -ge "$NEEDED_BYTES" ] ||
                refuse_mismatch OUT_OF_SPACE "$((free * 1024))" "$NEEDED_BYTES"
        }

        unpack() {
            tail -c "+$((BLOCKS * 4096 + 1))" "$PROGRAM" | tar -x -f - -C "$1" --no-same-owner
        }

        # Unpacks into a folder of its own, which goes when the program ends.
        make_room() {
            mkdir -p /var/patch/applied && work=$(mktemp -d "/var/patch/$UUID.unpacked.XXXXXX") || return 1
            trap 'rm -rf "$work"' EXIT
            trap 'exit 1' HUP INT TERM
            unpack "$work"
        }

        precheck() {
            check_host
            check_hotfixes
            check_isos
            check_space
            log=$(make_room 2>&1 && sh "$work/install.sh" test "/var/patch/$UUID.rollback" 2>&1) || refuse_because "$LABEL can not be installed: $log"
            printf '%s\n' "$log"
        }

        apply() {
            # What a killed run left behind.
            rm -rf "/var/patch/$UUID.unpacked."*
            if ! make_room; then
                echo "The package can not be unpacked into /var/patch. Nothing was changed."
                return 1
            fi
            sh "$work/install.sh" apply "/var/patch/$UUID.rollback"
        }

        PROGRAM=$0
        case ${1-} in
            info) printf '%s\n' "$INFO" ;;
            precheck) precheck ;;
            apply) apply ;;
            unpack) unpack "${2:?a directory is needed}" ;;
            *)
                echo "Usage: $0 info | precheck | apply | unpack DIRECTORY"
                exit 1
                ;;
        esac
        exit $?

        """#
}
