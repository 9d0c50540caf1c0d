/// The program's text: a shell finds the Python of the host's dnf, which does the rest.
extension HostProgram {
    static let shell = #"""
        #!/bin/sh
        LC_ALL=C
        export LC_ALL
        folder=/var/cache/pitstop/updates
        problem() {
            printf '\npitstop-updates {"problem": "%s"}\n' "$1"
            exit 0
        }

        """#

    /// Goes on with apt, or finds the Python of the host's dnf.
    static let choice = #"""
        question=$1
        if [ -s /var/lib/dpkg/status ] && command -v apt-get >/dev/null 2>&1 && ! ls /etc/yum.repos.d/*.repo >/dev/null 2>&1
        then
            set -f
            ask_apt "$question"
            exit 0
        fi
        dnf=$(command -v dnf-3) || dnf=$(command -v dnf) || problem "it has neither dnf nor apt, by which repositories are asked"
        first=$(head -c 128 "$dnf" | head -n 1 | tr -d '\000')
        case $first in
            '#!'*python*) ;;
            *) problem "its dnf is not of version 4, by which alone repositories are asked" ;;
        esac
        exec ${first#'#!'} - "$question" <<'PROGRAM'

        """#

    static let python = #"""
        import json, os, re, shutil, sys
        from hashlib import sha256

        request = json.loads(REQUEST)
        folder = "/var/cache/pitstop/updates"
        store = folder + "/packages"
        # What plugins print is not part of the answer.
        answer = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)


        class Refusal(Exception):
            pass


        def digest(path):
            total = sha256()
            with open(path, "rb") as file:
                for piece in iter(lambda: file.read(1 << 20), b""):
                    total.update(piece)
            return total.hexdigest()


        def opened(is_fresh):
            base = dnf.Base()
            if os.path.exists(base.conf.config_file_path):
                base.conf.read()
            base.conf.substitutions.update_from_etc(base.conf.installroot, base.conf.varsdir)
            base.conf.substitutions["releasever"] = dnf.rpm.detect_releasever(base.conf.installroot) or ""
            base.conf.cachedir = folder + "/cache"
            base.init_plugins()
            base.pre_configure_plugins()
            base.read_all_repos()
            base.configure_plugins()
            for repo in base.repos.iter_enabled():
                # One that can not be read must not look like one that offers nothing.
                repo.skip_if_unavailable = False
                repo.metadata_expire = 1 if is_fresh else -1
            return base


        def described(repo):
            sources = list(repo.baseurl) or [url for url in (repo.metalink, repo.mirrorlist) if url]
            return {"id": repo.id, "sources": sources, "packages": bool(repo.gpgcheck), "metadata": bool(repo.repo_gpgcheck)}


        def state(repo):
            path = os.path.join(os.path.dirname(repo.get_metadata_path("primary")), "repomd.xml")
            with open(path, "rb") as file:
                text = file.read(1 << 20)
            times = [int(time) for time in re.findall(rb"<timestamp>(\d{1,11})(?:\.\d*)?</timestamp>", text)]
            return {"sha256": sha256(text).hexdigest(), "time": max(times or [0])}


        def repositories(base):
            return sorted((described(repo) for repo in base.repos.iter_enabled()), key=lambda repo: repo["id"])


        def named(package):
            return {"name": package.name, "epoch": str(package.epoch), "version": package.version,
                    "release": package.release, "arch": package.arch}


        def facts():
            base = opened(False)
            found = repositories(base)
            held = list(base.conf.excludepkgs)
            for repo in base.repos.iter_enabled():
                held += list(repo.excludepkgs)
            # It disables the repositories.
            base.fill_sack(load_system_repo=True, load_available_repos=False)
            locks = "/etc/dnf/plugins/versionlock.list"
            if os.path.exists(locks):
                with open(locks) as file:
                    held += [line.strip() for line in file if line.strip() and not line.startswith("#")]
            installed = [named(package) for package in base.sack.query().installed() if package.name != "gpg-pubkey"]
            return {"arch": base.conf.substitutions["arch"], "repositories": found, "held": sorted(set(held)),
                    "installed": sorted(installed, key=lambda p: (p["name"], p["arch"], p["version"], p["release"]))}


        def checksum(package):
            kind, value = package.chksum or (None, b"")
            if kind != hawkey.CHKSUM_SHA256:
                raise Refusal("the repository %s gives no SHA-256 for %s" % (package.reponame, package))
            return value.hex()


        def offer():
            base = opened(True)
            if request["exclude"]:
                base.conf.exclude_pkgs(request["exclude"])
            base.fill_sack()
            if request["security"]:
                if not hasattr(base, "add_security_filters"):
                    raise Refusal("its dnf is too old to be asked for security updates alone")
                base.add_security_filters("gte", types=("security",))
            if request["only"]:
                for name in request["only"]:
                    try:
                        base.upgrade(name)
                    except dnf.exceptions.MarkingError:
                        # Not every host has everything.
                        pass
            else:
                base.upgrade_all()
            base.resolve()
            arriving = list(base.transaction.install_set)
            beside = set(base.sack.query().filterm(pkg=arriving).filterm(provides=list(base.conf.installonlypkgs))) \
                if arriving and base.conf.installonlypkgs else set()
            packages = []
            for package in arriving:
                if not package.repo.gpgcheck:
                    raise Refusal("its repository %s is used with gpgcheck=0, so that %s could be anybody's: "
                                  "set gpgcheck=1 there, or leave the package out with --exclude"
                                  % (package.reponame, package.name))
                packages.append(dict(named(package), repository=package.reponame, size=package.downloadsize,
                                     sha256=checksum(package), beside=package in beside))
            return {"repositories": [dict(described(repo), state=state(repo))
                                     for repo in sorted(base.repos.iter_enabled(), key=lambda repo: repo.id)],
                    "packages": sorted(packages, key=lambda p: (p["name"], p["arch"])),
                    "advisories": advisories(base, arriving)}


        def advisories(base, arriving):
            found = {}
            for package in arriving:
                for old in base.sack.query().installed().filterm(name=package.name, arch=package.arch):
                    for one in old.get_advisories(hawkey.GT):
                        # Those that the package closes: of its own version, and of the ones that were passed over.
                        if any(part.name == package.name and base.sack.evr_cmp(part.evr, package.evr) <= 0
                               for part in one.packages):
                            found.setdefault(one.id, (one, set()))[1].add(package.name)
            kinds = {hawkey.ADVISORY_SECURITY: "security", hawkey.ADVISORY_BUGFIX: "bugfix",
                     hawkey.ADVISORY_ENHANCEMENT: "enhancement"}
            return [{"id": key, "kind": kinds.get(one.type, "other"), "severity": one.severity or "",
                     "issued": one.updated.strftime("%Y-%m-%d") if one.updated else "", "title": (one.title or "")[:500],
                     "text": (one.description or "")[:8000],
                     "cves": sorted({part.id for part in one.references if part.type == hawkey.REFERENCE_CVE}),
                     "packages": sorted(names)} for key, (one, names) in sorted(found.items())]


        def fetch():
            # The metadata of the offer: a mirror that has moved on since must not change what is meant.
            base = opened(False)
            base.fill_sack()
            wanted = []
            for one in request["packages"]:
                query = base.sack.query().available().filterm(
                    name=one["name"], epoch=int(one["epoch"]), version=one["version"], release=one["release"],
                    arch=one["arch"], reponame=one["repository"])
                same = [package for package in query if checksum(package) == one["sha256"]]
                if not same:
                    raise Refusal("%s is offered no longer" % one["name"])
                wanted.append(same[0])
            base.download_packages(wanted)
            shutil.rmtree(store, ignore_errors=True)
            os.makedirs(store, 0o700)
            for package in wanted:
                path = package.localPkg()
                if digest(path) != checksum(package):
                    raise Refusal("the file of %s is not the one that the repository %s describes" % (package, package.reponame))
                result, reason = base.package_signature_check(package)
                if result == 1:
                    raise Refusal("its rpm does not know the key that signed %s of the repository %s: if it is the right one, "
                                  "'rpm --import' the file that gpgkey names there" % (package, package.reponame))
                if result != 0:
                    raise Refusal("the signature of %s is not right: %s" % (package, reason))
                shutil.copyfile(path, store + "/" + checksum(package))
            return {"fetched": len(wanted)}


        def clean():
            shutil.rmtree(store, ignore_errors=True)
            return {"cleaned": True}


        try:
            import dnf, dnf.exceptions, dnf.rpm, hawkey
            said = {"facts": facts, "offer": offer, "fetch": fetch, "clean": clean}[sys.argv[1]]()
        except ImportError as error:
            said = {"problem": "its dnf can not be asked: %s" % error}
        except Refusal as error:
            said = {"problem": str(error)}
        except (dnf.exceptions.Error, hawkey.Exception, OSError) as error:
            said = {"problem": "its dnf says: %s" % " ".join(str(error).split())}
        answer.write(("\npitstop-updates " + json.dumps(said) + "\n").encode())
        answer.flush()
        """#
}
