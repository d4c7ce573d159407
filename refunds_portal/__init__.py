"""Wiring only: settings, URLs, Celery, WSGI and the one-command launcher."""

from refunds_portal.celery import app as celery_app

__all__ = ["celery_app"]
