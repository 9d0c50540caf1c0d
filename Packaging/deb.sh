#!/usr/bin/env bash
# Makes build/pitstop_VERSION_ARCH.deb, and a tarball of the same for others, from release binaries that need no Swift.
set -euo pipefail
cd "$(dirname "$0")/.."

swift build -c release --static-swift-stdlib --product pitstop
swift build -c release --static-swift-stdlib --product xe
binaries=$(swift build -c release --static-swift-stdlib --show-bin-path)
version=$("$binaries/pitstop" --version)
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
doc=$root/usr/share/doc/pitstop

for program in pitstop xe; do
    install -D "$binaries/$program" "$root/usr/bin/$program"
    strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/$program"
done
Packaging/manual.py "$root/usr/bin/pitstop" "$root/usr/share/man"
install -D -m 644 docs/man/pool.yaml.5 "$root/usr/share/man/man5/pool.yaml.5"
install -D -m 644 Packaging/xe.1 "$root/usr/share/man/man1/xe.1"
find "$root/usr/share/man" -type f -exec gzip --best --no-name {} +
completions() {
    install -d "$(dirname "$2")"
    "$root/usr/bin/pitstop" $1 >"$2"
    chmod 644 "$2"
}
completions "--generate-completion-script bash" "$root/usr/share/bash-completion/completions/pitstop"
completions "--generate-completion-script zsh" "$root/usr/share/zsh/vendor-completions/_pitstop"
completions "completions bash" "$root/usr/share/bash-completion/completions/xe"
completions "completions zsh" "$root/usr/share/zsh/vendor-completions/_xe"
for unit in pitstop.service pitstop@.service; do
    install -D -m 644 "Packaging/systemd/$unit" "$root/lib/systemd/system/$unit"
done
install -D -m 644 Packaging/systemd/pitstop.sysusers "$root/usr/lib/sysusers.d/pitstop.conf"
install -D -m 644 Packaging/debian/lintian-overrides "$root/usr/share/lintian/overrides/pitstop"
install -D -m 644 Packaging/pitstop.yaml "$root/etc/pitstop/pitstop.yaml"
install -D -m 644 README.md "$doc/README.md"
cp -r Monitoring "$doc/monitoring"
rm -rf "$doc"/monitoring/*tests*
Packaging/copyright.py >"$doc/copyright"
printf 'pitstop (%s) stable; urgency=medium\n\n  * See README.md.\n\n -- Pitstop <pitstop@localhost>  %s\n' \
    "$version" "$(date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")" | gzip --best --no-name >"$doc/changelog.gz"
find "$root" -type d -exec chmod 755 {} +
find "$doc" -type f -exec chmod 644 {} +

# What the binaries are linked with, by the packages that have it.
mkdir "$work/debian"
echo "Source: pitstop" >"$work/debian/control"
dependencies=$(cd "$work" && dpkg-shlibdeps -O root/usr/bin/pitstop root/usr/bin/xe | sed 's/^shlibs:Depends=//')

install -d "$root/DEBIAN"
for file in postinst prerm postrm; do install -m 755 "Packaging/debian/$file" "$root/DEBIAN/$file"; done
install -m 644 Packaging/debian/conffiles "$root/DEBIAN/conffiles"
size=$(du --apparent-size --summarize --block-size=1024 --exclude=DEBIAN "$root" | cut -f1)
sed -e "s/@VERSION@/$version/; s/@ARCH@/$architecture/; s/@SIZE@/$size/; s/@DEPENDS@/$dependencies/" \
    Packaging/debian/control >"$root/DEBIAN/control"
(cd "$root" && find . -type f ! -path './DEBIAN/*' -printf '%P\n' | sort | xargs -d '\n' md5sum) >"$root/DEBIAN/md5sums"

mkdir -p build
dpkg-deb --root-owner-group --build "$root" "build/pitstop_${version}_$architecture.deb" >/dev/null
# Files only, and none below /lib: where that is a link to /usr/lib, a folder of the tarball would take its place, and with it libc.
(cd "$root" && find usr lib etc -type f -print0 | sort -z) | tar --create --gzip --file "build/pitstop-$version-$architecture.tar.gz" \
    --directory "$root" --null --no-recursion --files-from=- --transform='s,^lib/,usr/lib/,' --owner=0 --group=0 --mtime="@$SOURCE_DATE_EPOCH"
ls build/pitstop*"$architecture"*
