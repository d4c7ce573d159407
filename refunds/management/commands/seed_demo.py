"""`manage.py seed_demo`: fill the portal with the demo."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from refunds.demo.seed import seed


class Command(BaseCommand):
    help = "Fills the portal with a demo; called again, tops it up."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError(
                "seed_demo makes accounts with a known password. Set DEMO=1 where that is wanted."
            )
        seed(now=timezone.now())
        self.stdout.write("The demo is ready.")
