"""Makes .venv, or says in a sentence what is missing.

Reads on any Python 3, so that an old one gets the sentence and not a syntax error.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER = ["python3.%d" % minor for minor in (14, 13, 12, 11)]  # noqa: UP031
FOLDER = ".venv"
WORKS = "import sys, pip; sys.exit(sys.version_info < (%d, %d))" % OLDEST  # noqa: UP031


def main():  # type: () -> None
    python = os.path.join(FOLDER, "bin", "python")  # noqa: PTH118
    if os.path.exists(python) and runs(python, WORKS):  # noqa: PTH110
        return
    if sys.version_info < OLDEST:
        use_a_newer_one()
    if not runs(sys.executable, "import venv, ensurepip"):
        sys.exit(
            "This Python cannot make a virtual environment: its venv or ensurepip is missing.\n"
            "On Debian or Ubuntu: sudo apt install python3-venv"
        )
    print("making %s with Python %d.%d" % (FOLDER, *sys.version_info[:2]), flush=True)  # noqa: UP031
    sys.exit(subprocess.call([sys.executable, "-m", "venv", "--clear", FOLDER]))


def runs(python, program):  # type: (str, str) -> bool
    asked = [python, "-c", program]
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        return subprocess.call(asked, stdout=nowhere, stderr=nowhere) == 0


def use_a_newer_one():  # type: () -> None
    found = [name for name in NEWER if shutil.which(name)]
    if found:
        os.execvp(found[0], [found[0], *sys.argv])  # noqa: S606
    sys.exit(
        "Python %d.%d or newer is needed, and %s is %d.%d.\n"  # noqa: UP031
        "Name another one with: make run PYTHON=/path/to/python3"
        % (*OLDEST, sys.executable, *sys.version_info[:2])
    )


if __name__ == "__main__":
    main()
