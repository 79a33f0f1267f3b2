"""What the fixer does to real packages: their own tests before, `--fix`, what the check still finds, their tests after.

    python benchmarks/fixer.py [NAME…]

Each package is taken from PyPI as a source distribution of a fixed version, and lives with its tests in a virtual environment of its own.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
CHECK = ("-m", "stackerr.lint", "--wrp-call-scope=all")


@dataclass(frozen=True)
class Package:
    """A package, where its source and its tests lie, and what its tests need."""

    pin: str
    source: str
    tests: str
    needs: tuple[str, ...]


PACKAGES = {
    "cachelib": Package("cachelib==0.17.0", "src/cachelib", "tests/test_file_system_cache.py", ("pytest-xprocess",)),
    "configobj": Package("configobj==5.0.9", "src", "src/tests", ()),
    "jsonlines": Package("jsonlines==4.0.0", "jsonlines", "tests", ()),
    "pyproject-hooks": Package("pyproject-hooks==1.3.3", "src", "tests", ("setuptools", "testpath")),
    "python-dotenv": Package("python-dotenv==1.2.4", "src", "tests", ("click", "sh", "ipython")),
    "requests-file": Package("requests-file==3.0.1", "requests_file", "tests", ()),
}


def run(*command: object, cwd: Path, quiet: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command; one that is not quiet must succeed."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    if not quiet and done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done


def unpack(package: Package, folder: Path) -> Path:
    """Download the source distribution, unpack it, and return where it lies."""
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "-d", folder)
    run(*pip, package.pin, cwd=folder, quiet=False)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(path for path in folder.iterdir() if path.is_dir())


def tested(python: Path, package: Package, home: Path) -> str:
    """What the package's own tests say, in the words of pytest's last line, times left out."""
    done = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", package.tests, cwd=home)
    lines = done.stdout.strip().splitlines() or [done.stderr.strip()]
    return re.sub(r" in [\d.]+s.*|=", "", lines[-1]).strip()


def found(python: Path, package: Package, home: Path) -> int:
    """How much the check finds of what the fixer mends."""
    done = run(python, *CHECK, package.source, cwd=home)
    return len(re.findall(r": WRP10[123] ", done.stdout))


def fix(name: str) -> bool:
    """Fix one package, print its row, and return whether it came through clean and whole."""
    package = PACKAGES[name]
    with tempfile.TemporaryDirectory() as temporary:
        home = unpack(package, Path(temporary))
        run(sys.executable, "-m", "venv", home / ".venv", cwd=home, quiet=False)
        python = home / ".venv" / "bin" / "python"
        run(
            python,
            "-m",
            "pip",
            "install",
            "-q",
            "-e",
            home,
            f"{ROOT}[libcst]",
            "pytest",
            *package.needs,
            cwd=home,
            quiet=False,
        )
        before, reported = tested(python, package, home), found(python, package, home)
        run(python, *CHECK, "--fix", package.source, cwd=home)
        after, left = tested(python, package, home), found(python, package, home)
    print(f"| {package.pin.replace('==', ' ')} | {reported} | {left} | {before} | {after} |", flush=True)
    return before == after and left == 0 and "passed" in after


def main(names: list[str]) -> int:
    """Fix all, print a table, and return 1 if any did not come through."""
    print("| package | reported | left | its tests before | its tests after |\n|---|---|---|---|---|")
    results = [fix(name) for name in names or PACKAGES]
    return int(not all(results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
