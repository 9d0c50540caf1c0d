/// How a package program runs on a host, independently of whoever watches it.
///
/// Each run is an operation with a folder of its own below `/run/pitstop/operations`, which a boot clears, so that the
/// outcome of one boot is never taken for another's. The program itself lies below `/var/patch`: it may be large. A
/// coordinator that comes back finds the operation by its name and goes on waiting for it.
enum ProgramScripts {
    /// Where programs lie.
    static let programs = "/var/patch/pitstop"

    /// `$1` operation, `$2` argument, `$3` seconds, `$4` most bytes of output, `$5` the program's size, `$6` seconds to
    /// wait; the program is the standard input. Begins the operation, unless it is under way, prints `begun`, and then
    /// waits as ``wait`` does.
    ///
    /// Only an `apply` that has ended is taken for the outcome: what the others said may not be true any more. They are
    /// forgotten as soon as they are told.
    static let begin =
        header + #"""
            found=$(state)
            [ "$found" != ended ] || [ "$2" = apply ] || found=none
            if [ "$found" = none ]; then
                rm -rf "$folder"
                mkdir -p -m 700 "$folder" || exit 20
                program=/var/patch/pitstop/$1
                give_up() { rm -rf "$folder" "$program.new"; exit "$1"; }
                cat >"$program.new" || give_up 21
                # A connection that breaks looks like the program's end.
                [ "$(wc -c <"$program.new")" -eq "$5" ] || give_up 22
                chmod 700 "$program.new" && mv -f "$program.new" "$program" || give_up 21
                cat >"$folder/supervise" <<'END'
            operation=$1 argument=$2 seconds=$3 limit=$4
            folder=/run/pitstop/operations/$operation
            echo $$ >"$folder/pid"
            printf '%-15s\n' running >"$folder/status"
            exec 9>/run/pitstop/operations/lock
            # One program at a time: what another coordinator has begun ends first.
            flock 9
            cd /
            {
                timeout -k 5 "$seconds" "/var/patch/pitstop/$operation" "$argument" </dev/null 2>&1 9>&-
                echo $? >"$folder/code"
            } | {
                head -c "$limit" >"$folder/output"
                # More than that is too much: the program learns it from the closed pipe.
                head -c 1 >"$folder/more"
            }
            # Before the end is told: whoever hears of it may send the same program again.
            rm -f "/var/patch/pitstop/$operation"
            sync
            read -r code <"$folder/code"
            # Over a line that is there from the start, so that a full disk can not keep it back.
            printf '%-15s\n' "$code" 1<>"$folder/status"
            END
                : >"$folder/status"
                setsid sh "$folder/supervise" "$@" </dev/null >/dev/null 2>&1 9>&- &
                turns=100
                while [ ! -s "$folder/status" ]; do
                    [ "$turns" -gt 0 ] || exit 23
                    turns=$((turns - 1))
                    sleep 0.02
                done
            fi
            echo begun
            tell "$6"
            if [ "$2" != apply ] && [ "$(state)" = ended ]; then rm -rf "$folder"; fi
            """#

    /// `$1` operation, `$2` seconds: waits that long for the end; prints `running` or `none`, or the status, whether there
    /// was more output, and the output.
    static let wait =
        header + #"""
            tell "$2"
            """#

    /// `$1` operation: forgets it, once its outcome is known; one that runs is stopped first.
    static let forget =
        header + #"""
            if [ "$(state)" = running ]; then
                # timeout(1) has left the supervisor's process group, but not its session.
                read -r pid <"$folder/pid"
                pkill -KILL -s "$pid" 2>/dev/null || kill -KILL -- "-$pid" 2>/dev/null
            fi
            rm -rf "$folder" "/var/patch/pitstop/$1"
            """#

    private static let header = #"""
        LC_ALL=C; export LC_ALL
        umask 077
        mkdir -p /run/pitstop/operations /var/patch/pitstop
        folder=/run/pitstop/operations/$1
        state() {
            if [ ! -e "$folder/status" ]; then echo none; return; fi
            read -r status <"$folder/status"
            case $status in
                running | '') ;;
                *) echo ended; return ;;
            esac
            read -r pid 2>/dev/null <"$folder/pid" && kill -0 "$pid" 2>/dev/null && { echo running; return; }
            # It may have ended between the two looks.
            read -r status <"$folder/status"
            case $status in running | '') echo none ;; *) echo ended ;; esac
        }
        tell() {
            end=$(($(date +%s) + $1))
            pause=0.02
            turns=0
            while [ "$(state)" = running ]; do
                if [ "$(date +%s)" -ge "$end" ]; then echo running; return; fi
                sleep "$pause"
                turns=$((turns + 1))
                [ "$turns" -lt 20 ] || pause=0.1
            done
            if [ "$(state)" = none ]; then echo none; return; fi
            read -r code <"$folder/status"
            if [ -s "$folder/more" ]; then more=more; else more=all; fi
            echo "ended $code $more"
            cat "$folder/output"
        }

        """#
}
