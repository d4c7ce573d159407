"""Telling people (R16)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from kernel.transactions import require_transaction
from notices.commands.mailing import queue_mails
from notices.kinds import kind_of
from notices.models import Channel

# One statement, because sweeps tell thousands at once.
TELL = """
INSERT INTO notices_notice
    (recipient_id, channel, kind, key, params, path, created_at, next_try_at, attempts, error)
SELECT told.recipient_id, channel.name, told.kind, told.key, told.params::jsonb, told.path,
    %(now)s, CASE WHEN channel.name = %(mail)s THEN %(now)s END, 0, ''
FROM unnest(%(recipients)s::bigint[], %(kinds)s::text[], %(keys)s::text[], %(params)s::text[],
        %(paths)s::text[])
    WITH ORDINALITY AS told (recipient_id, kind, key, params, path, nth)
CROSS JOIN unnest(%(channels)s::text[]) AS channel (name)
WHERE channel.name <> %(mail)s OR told.kind = ANY(%(essential)s::text[]) OR NOT EXISTS (
    SELECT 1 FROM notices_unwanted AS unwanted
    WHERE unwanted.user_id = told.recipient_id AND unwanted.kind = told.kind
)
ORDER BY told.nth
ON CONFLICT (key, kind, recipient_id, channel) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is to be told; `key` is what it is about, `path` the page to open."""

    recipient_id: int
    kind: str
    key: str
    path: str
    params: dict[str, Any] = field(default_factory=dict)


def notify(messages: Iterable[Message], *, now: datetime) -> None:
    """Put each message into the inbox, and into the mail unless it is unwanted.

    What was told already under the same key is not told again. Requires a transaction: who
    is told of something is told if, and only if, it has happened. One statement. Raises
    `KeyError` for a kind that nobody has registered.
    """
    require_transaction()
    told = list(messages)
    kinds = {message.kind: kind_of(message.kind) for message in told}
    if not told:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            TELL,
            {
                "now": now,
                "mail": Channel.MAIL,
                "channels": [channel.value for channel in Channel],
                "essential": [code for code, kind in kinds.items() if kind.essential],
                "recipients": [message.recipient_id for message in told],
                "kinds": [message.kind for message in told],
                "keys": [message.key for message in told],
                "params": _written(told),
                "paths": [message.path for message in told],
            },
        )
    # Robust: what has happened has happened, whatever becomes of the mails.
    transaction.on_commit(queue_mails, robust=True)


def _written(told: Sequence[Message]) -> list[str]:
    """The parameters of each message; those that several people are told are written once."""
    written = {id(message.params): message.params for message in told}
    texts = {key: json.dumps(params) for key, params in written.items()}
    return [texts[id(message.params)] for message in told]
