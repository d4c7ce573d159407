"""`python -m bench`: on a database of its own, thrown away afterwards."""

from pathlib import Path

import django
from django.conf import settings
from django.test.utils import get_runner, setup_test_environment, teardown_test_environment


def main() -> None:
    django.setup()
    from bench import lists, sweeps
    from bench.measure import tell
    from bench.world import make_people

    runner = get_runner(settings)(verbosity=0)
    setup_test_environment()
    databases = runner.setup_databases()
    try:
        world = make_people()
        results = [*sweeps.run(world), *lists.run(world)]
        tell(results, Path(settings.BASE_DIR) / ".local/bench.json")
    finally:
        runner.teardown_databases(databases)
        teardown_test_environment()


if __name__ == "__main__":
    main()
