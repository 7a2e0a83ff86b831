"""Programs out of Debian's packages, without installing them.

Installing redis-server starts it, now and at every boot. So packages are
downloaded and unpacked below a folder of ours, and the programs are run from
there; what they link with and this system lacks is unpacked beside them.
Needs apt-get, apt-cache and dpkg, but neither root nor a change to the system.
"""
import os
import re
import shutil
import subprocess

ASK_SECONDS = 120   # for one call of apt: a slow mirror, not a dead one
TOOLS = ("apt-get", "apt-cache", "dpkg", "dpkg-deb", "ldd")


class Unavailable(Exception):
    """A program cannot be had; the words say why and what to do."""


class Debs:
    """Packages unpacked below `folder`; `folder`/root is their /."""

    def __init__(self, folder):
        self.folder = folder
        self.root = folder / "root"
        self.archives = folder / "archives"
        self.has_own_lists = False

    def program(self, packages, path):
        """The unpacked program `path` of `packages`, ready to run."""
        program = self.root / path
        if not program.exists():
            for package in packages:
                self._unpack(package)
        if not program.exists():
            raise Unavailable(f"Debian's {packages[0]} has no /{path}")
        self._unpack_libraries(packages, program)
        return program

    def environment(self):
        """What the programs need to find their libraries."""
        return {**os.environ,
                "LD_LIBRARY_PATH": ":".join(self._library_folders())}

    def version(self, package):
        """As Debian writes it; "" if it was not fetched."""
        for archive in self.archives.glob(f"{package}_*.deb"):
            return _run("dpkg-deb", "-f", archive, "Version").strip()
        return ""

    def _library_folders(self):
        folders = [self.root / "usr/lib", self.root / "lib"]
        return [str(f) for top in folders for f in [top, *top.glob("*-linux-*")]
                if f.is_dir()]

    def _unpack_libraries(self, packages, program):
        while missing := self._missing(program):
            needed = owner(missing[0], self._depends(packages))
            if list(self.archives.glob(f"{needed}_*.deb")):
                raise Unavailable(f"{program.name} needs {missing[0]}, which "
                                  f"is not in Debian's {needed}")
            self._unpack(needed)

    def _depends(self, packages):
        """The names of packages that these need."""
        fields = [_run("dpkg-deb", "-f", archive, "Depends")
                  for package in packages
                  for archive in self.archives.glob(f"{package}_*.deb")]
        return re.findall(r"(?:^|[,|])\s*([a-z0-9.+-]+)", ",".join(fields))

    def _missing(self, program):
        """The names of libraries that the loader would not find."""
        listed = _run("ldd", program, env=self.environment(), may_fail=True)
        return re.findall(r"^\s*(\S+) => not found", listed, re.MULTILINE)

    def _unpack(self, package):
        self._download(package)
        for archive in self.archives.glob(f"{package}_*.deb"):
            _run("dpkg", "-x", archive, self.root)

    def _download(self, package):
        if list(self.archives.glob(f"{package}_*.deb")):
            return
        for tool in TOOLS:
            if not shutil.which(tool):
                raise Unavailable(f"no {tool} here: the peers are fetched "
                                  "from Debian")
        self.archives.mkdir(parents=True, exist_ok=True)
        lists = []
        if not _run("apt-cache", "show", package, may_fail=True):
            # A system without package lists, as containers have: ours.
            lists = self._own_lists()
        try:
            _run("apt-get", *lists, "download", package, cwd=self.archives)
        except Unavailable as why:
            raise Unavailable(f"{why}; is there a network?") from None

    def _own_lists(self):
        options = ["-o", f"Dir::State::Lists={self.folder}/lists",
                   "-o", f"Dir::Cache={self.folder}/cache"]
        if not self.has_own_lists:
            (self.folder / "lists/partial").mkdir(parents=True, exist_ok=True)
            (self.folder / "cache").mkdir(exist_ok=True)
            _run("apt-get", *options, "update")
            self.has_own_lists = True
        return options


def owner(library, depends):
    """The package that has `library`, one of `depends`.

    Debian names it after the library (policy, 8.1): libfoo.so.3 is in libfoo3,
    libfoo2.so.9 in libfoo2-9. Some are older than the rule: libident."""
    stem, _, version = library.lower().partition(".so.")
    by_rule = stem + ("-" if stem[-1].isdigit() else "") + version
    for name in depends:
        if name.removesuffix("t64") == by_rule:
            return name
    return next((name for name in depends if name.startswith(stem)), by_rule)


def _run(*command, may_fail=False, **options):
    """What a command printed."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, timeout=ASK_SECONDS,
                              **options)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{words[0]} did not end in {ASK_SECONDS} s; "
                          "is there a network?") from None
    except OSError as problem:
        raise Unavailable(f"{words[0]}: {problem.strerror}") from None
    if done.returncode != 0 and not may_fail:
        said = re.findall(r"^E: .*", done.stderr, re.MULTILINE)
        why = said[-1] if said else f"exit status {done.returncode}"
        raise Unavailable(f"{' '.join(words[:1] + words[-2:])}: {why}")
    return done.stdout
