"""The site's pages as a browser gets them, with what each costs the database."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urljoin

from django.db import connection
from django.db.models import QuerySet
from django.test import Client

from people.models import User

NEXT = re.compile(r'href="([^"]+)" rel="next"')
# The statement's lines say themselves which they are; the rows of the other lists by their link.
ROW = re.compile(r'<tr id="([^"]+)"|<a class="cell-main" href="([^"]+)"')


@dataclass(frozen=True, slots=True)
class List:
    """A list as somebody reads it: its address with filters on, and what it must show.

    `shown` says by what a row on the page is known.
    """

    name: str
    reader: User
    url: str
    rows: QuerySet[Any]
    key: tuple[str, ...]
    shown: Callable[[Any], str]
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows, where it leads ("" at the end), and what it costs."""

    rows: list[str]
    next_url: str
    queries: int
    seconds: float


class Reader:
    """Somebody who is signed in."""

    def __init__(self, user: User) -> None:
        # By a name that the site answers to.
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(user)

    def page(self, url: str) -> Page:
        """Get a page. Raises `AssertionError` where there is none."""
        queries = 0

        def count(execute: Callable[..., Any], *statement: Any) -> Any:
            nonlocal queries
            queries += 1
            return execute(*statement)

        begun = time.perf_counter()
        with connection.execute_wrapper(count):
            answer = self.client.get(url)
        seconds = time.perf_counter() - begun
        if answer.status_code != 200:
            raise AssertionError(f"{url}: {answer.status_code}")
        html = answer.content.decode()
        onward = NEXT.search(html)
        return Page(
            rows=["".join(groups) for groups in ROW.findall(html)],
            next_url=urljoin(url, unescape(onward[1])) if onward else "",
            queries=queries,
            seconds=seconds,
        )
