"""Run as a part by a test: forks a child that forks another, and all three wait."""

import os
import time

if os.fork() == 0 and os.fork() == 0:
    print("forked", flush=True)  # noqa: T201
time.sleep(60)
