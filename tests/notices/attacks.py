"""What the database must refuse to do to notices. `%(names)s` are those of the world."""

from tests.billing.database import copied


def _notice(**changes: object) -> str:
    """A notice like Ann's, of another thing."""
    return copied("notices_notice", "inbox", **{"key": "new", **changes})


def _mail(**changes: object) -> str:
    return copied("notices_notice", "mail", **{"key": "new", **changes})


NOW = "2026-07-01T00:00:00Z"

ATTACKS = (
    ("told_once", copied("notices_notice", "inbox")),
    ("notice_fits_its_channel", _notice(channel="pigeon")),
    ("notice_fits_its_channel", _notice(sent_at=NOW)),
    ("notice_fits_its_channel", _notice(next_try_at=NOW)),
    ("notice_fits_its_channel", _notice(given_up_at=NOW)),
    ("notice_fits_its_channel", _mail(read_at=NOW)),
    ("mail_has_one_fate", _mail(next_try_at=NOW, sent_at=NOW)),
    ("mail_has_one_fate", _mail(next_try_at=NOW, given_up_at=NOW)),
    ("mail_has_one_fate", _mail(next_try_at=None, sent_at=NOW, given_up_at=NOW)),
    ("notice_leads_into_the_portal", _notice(path="https://example.com/")),
    ("notice_leads_into_the_portal", _notice(path="//example.com/")),
    ("notice_leads_into_the_portal", _notice(path="")),
    ("notices_notice_attempts_check", _mail(attempts=-1)),
    (
        "unwanted_once",
        "INSERT INTO notices_unwanted (user_id, kind) SELECT user_id, kind FROM notices_unwanted",
    ),
)
