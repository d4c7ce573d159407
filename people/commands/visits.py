"""What is kept of a visit: when the session was last used, and in which language."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession

from people.models import User

# "Last active" may be this far behind, so that reading a page does not write each time.
NOTED_EVERY = timedelta(minutes=5)


def note_visit(*, user: User, session_key: str, language: str, now: datetime) -> None:
    """Record that the reader is here. Writes every few minutes, or when the language changes."""
    stale = UserSession.objects.filter(session_key=session_key, last_seen_at__lte=now - NOTED_EVERY)
    stale.update(last_seen_at=now)
    if user.language != language:
        User.objects.filter(pk=user.pk).update(language=language)
