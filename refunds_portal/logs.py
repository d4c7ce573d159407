"""How every process of the site logs: one line of JSON for each event, or a line for people.

Every line carries what is bound to the request or task that it belongs to: `request_id`,
`user_id`, `ip`, `task_id`, `task`. No line has mail addresses, comments or local variables.
"""

import logging
import re
import sys
from typing import Any, Literal, get_args

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

Format = Literal["json", "console"]

# What other loggers would say a second time, or say every minute of nothing.
QUIET = {
    "django.request": "CRITICAL",  # RequestLog tells of every request, and of its failure
    "celery.app.trace": "CRITICAL",  # and django-structlog of the failure of a task
    "celery.beat": "WARNING",
    "celery.worker.request": "WARNING",
    "celery.worker.strategy": "WARNING",
}
# A worker's name looks the same, and is wanted.
MAIL_ADDRESS = re.compile(r"(?<![\w.+%-])(?!celery@)[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
# PostgreSQL quotes the offending row in full, whatever a person has written there.
QUOTED_ROW = re.compile(
    r"\bDETAIL: .*?(?=\n(?:CONTEXT|HINT|QUERY): |\n\n+(?:The above|During handling of)|\Z)",
    re.DOTALL,
)


def default_format() -> Format:
    """Lines for people where people read them at once."""
    return "console" if sys.stderr.isatty() else "json"


def logging_config(*, style: str, level: str) -> dict[str, Any]:
    """Django's LOGGING, for a style of `Format` and the lowest level that is logged.

    Sets structlog up on the way, so that both write the same lines.
    """
    if style not in get_args(Format):
        raise ValueError(f"LOG_FORMAT is json or console, not {style!r}")
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_context(style),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "style": style}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Without Django's own handlers, which would say everything twice with DEBUG.
            "django": {"handlers": [], "level": "INFO"},
            **{name: {"level": quiet} for name, quiet in QUIET.items()},
        },
    }


def formatter(style: str = "json") -> logging.Formatter:
    """Makes a line of a record of structlog's or of anybody else's."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_context(style),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            leave_rows_out,
            _renderer(style),
            leave_mail_addresses_out,
        ],
    )


def leave_rows_out(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Without the rows that PostgreSQL quotes in its errors."""
    return {
        key: QUOTED_ROW.sub("DETAIL: (left out)", value) if isinstance(value, str) else value
        for key, value in event.items()
    }


def leave_mail_addresses_out(logger: WrappedLogger, method: str, line: Any) -> str:
    """Without the mail addresses in a finished line, wherever they came from."""
    return MAIL_ADDRESS.sub("(mail address)", str(line))


def _context(style: str) -> list[Processor]:
    in_json = style == "json"
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(
            fmt="iso" if in_json else "%Y-%m-%d %H:%M:%S", utc=in_json
        ),
    ]


def _renderer(style: str) -> Processor:
    if style == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    # The other tracebacks show local variables, and with them what people wrote.
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
