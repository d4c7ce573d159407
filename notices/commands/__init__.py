"""Every write about notices: telling, mailing, and what people do with what they are told."""

from notices.commands.mailing import NotGivenUp, Send, queue_mails, send_next, try_again
from notices.commands.reading import choose_mails, mark_read, open_notice
from notices.commands.telling import Message, notify

__all__ = [
    "Message",
    "NotGivenUp",
    "Send",
    "choose_mails",
    "mark_read",
    "notify",
    "open_notice",
    "queue_mails",
    "send_next",
    "try_again",
]
