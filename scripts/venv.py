"""Makes .venv, or says in a sentence what is missing.

Written so that an old Python too can read it, and answers with the sentence.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
NEWER = [f"python3.{minor}" for minor in (14, 13, 12, 11)]
FOLDER = Path(".venv")
WORKS = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"


def main() -> None:
    python = FOLDER / "bin" / "python"
    if python.exists() and runs(str(python), WORKS):
        return
    if sys.version_info < OLDEST:
        use_a_newer_one()
    if not runs(sys.executable, "import venv, ensurepip"):
        sys.exit(
            "This Python cannot make a virtual environment: its venv or ensurepip is missing.\n"
            "On Debian or Ubuntu: sudo apt install python3-venv"
        )
    print(f"making {FOLDER} with Python {version()}", flush=True)
    make()


def make() -> None:
    command = [sys.executable, "-m", "venv", "--clear", str(FOLDER)]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode == 0:
        return
    free = shutil.disk_usage(".").free // 1024**2
    if free < 100:
        sys.exit(
            f"{FOLDER} could not be made: the disk that holds {Path.cwd()} is full, {free} MB are "
            "left. Free about 1 GB there, then do the same again."
        )
    sys.exit(f"{FOLDER} could not be made:\n{done.stdout.decode(errors='replace')}")


def runs(python: str, program: str) -> bool:
    nowhere = subprocess.DEVNULL
    return subprocess.call([python, "-c", program], stdout=nowhere, stderr=nowhere) == 0


def use_a_newer_one() -> None:
    found = [name for name in NEWER if shutil.which(name)]
    if found:
        os.execvp(found[0], [found[0], *sys.argv])
    sys.exit(
        f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, and {sys.executable} is {version()}.\n"
        "Name another one with: make run PYTHON=/path/to/python3"
    )


def version() -> str:
    return ".".join(map(str, sys.version_info[:2]))


if __name__ == "__main__":
    main()
