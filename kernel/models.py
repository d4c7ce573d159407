"""What the site records about itself."""

from django.db import models


class Heartbeat(models.Model):
    """When something that has to happen again and again was last done; one row for each name."""

    name = models.CharField(primary_key=True, max_length=40)
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.beaten_at:%Y-%m-%d %H:%M:%S %Z}"
