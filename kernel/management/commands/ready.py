"""Says what `/readyz` says, and exits with 0 only when all of it is in order.

For health checks of processes that serve no pages, and for scripts that wait for the site.
"""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from kernel.health import is_ready, report


class Command(BaseCommand):
    """Prints the report as JSON."""

    help = __doc__ or ""
    # It must answer, with what is the matter, where a check would fail.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        found = report(now=timezone.now())
        ready = is_ready(found)
        self.stdout.write(json.dumps({"ready": ready, **found}))
        if not ready:
            sys.exit(1)
