"""Runs a Python module as a part: `part READY_MARK MODULE ARGUMENTS…`.

What it forks dies with it, and it makes the file READY_MARK when Celery is up.
"""

import multiprocessing
import runpy
import sys
from pathlib import Path
from typing import Any

from celery.signals import beat_init, worker_ready

from refunds_portal.launcher.lifeline import HAS_LIFELINE, tie_every_fork


def main() -> None:
    mark, module, *arguments = sys.argv[1:]
    if HAS_LIFELINE:
        tie_every_fork()
        # The default of newer Pythons starts workers that the tie would not reach.
        multiprocessing.set_start_method("fork")

    def announce(**_: Any) -> None:
        Path(mark).touch()

    worker_ready.connect(announce, weak=False)
    beat_init.connect(announce, weak=False)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
