"""Starting the whole site, watching it, and stopping it in order."""

import http.client
import json
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from refunds_portal.launcher.environment import site_environment, zone
from refunds_portal.launcher.places import clusters, private_file
from refunds_portal.launcher.ports import HOST
from refunds_portal.launcher.processes import POLL_SECONDS, Part
from refunds_portal.launcher.progress import Progress
from refunds_portal.launcher.servers import Servers
from refunds_portal.launcher.site import SCHEMA, SERVERS, Site
from refunds_portal.launcher.space import Shortage
from refunds_portal.launcher.trouble import Trouble

SIGN_IN = "/accounts/login/"
READY_SECONDS = 120
WATCH_SECONDS = 0.2
# A worker finishes what it holds; a batch takes well under a second.
STOP_SECONDS: Mapping[str, float] = {"web": 10, "beat": 5, "worker": 20, "prepare": 5}


class Running:
    """The site in `folder`: what has been started, and what is watched."""

    def __init__(self, folder: Path, *, port: int, say: Progress) -> None:
        self._say = say
        self._port = port
        self._servers = Servers(folder, zone=zone(), spare=[port])
        env = site_environment(folder, self._servers.environment)
        self._site = Site(folder=folder, env=env, port=port)
        self._started: list[Part] = []
        self._watched: list[Part] = []

    @property
    def data(self) -> str:
        """Where the data lies, for people."""
        return self._servers.whereabouts

    def start(self) -> None:
        """Return when a page is served and the timed work runs."""
        prepare = self._site.prepare()
        self._begin(prepare)  # it loads while the servers start
        self._start_servers()
        schema = self._site.mark(SCHEMA)
        self._until({"the tables are up to date": lambda: prepare.has_finished or schema.exists()})
        web, worker, beat = self._site.web(), self._site.worker(), self._site.beat()
        self._begin_watched(web)
        # The demo is made with back-dated times: a sweep at the real time must not run in between.
        self._until({"the demo data is there": lambda: prepare.has_finished})
        self._begin_watched(worker)
        self._begin_watched(beat)
        self._until(
            {
                "the worker is up": self._site.mark(worker.name).exists,
                "beat is up": self._site.mark(beat.name).exists,
                "the web server answers": lambda: _answers(self._port),
            }
        )

    def watch(self) -> None:
        """Return never; raise PartDied when a part ends."""
        shortage = Shortage((self._site.folder, *clusters(self._site.folder)), say=self._say)
        while True:
            self._check()
            shortage.look()
            time.sleep(WATCH_SECONDS)

    def hurry(self) -> None:
        """Kill the site's parts. The servers are asked all the same: theirs is the data."""
        for part in self._started:
            part.kill()

    def stop(self) -> None:
        """Web first, so that no request meets a site without its database."""
        order = list(STOP_SECONDS)
        for part in sorted(self._started, key=lambda part: order.index(part.name)):
            part.stop(grace=STOP_SECONDS[part.name])
        self._servers.stop()

    def _begin_watched(self, part: Part) -> None:
        self._begin(part)
        self._watched.append(part)

    def _begin(self, part: Part) -> None:
        self._started.append(part)
        part.start()

    def _start_servers(self) -> None:
        self._say(f"data: {self.data}")
        self._servers.start()
        self._watched.extend(self._servers.parts)
        self._servers.wait()
        # Private: it has the passwords, for `manage` to use the same servers.
        private_file(self._site.mark(SERVERS), json.dumps(self._servers.environment))
        self._say("the database and the broker answer")

    def _check(self) -> None:
        for part in self._watched:
            part.check()

    def _until(self, conditions: Mapping[str, Callable[[], bool]]) -> None:
        waiting = dict(conditions)
        until = time.monotonic() + READY_SECONDS
        while waiting and time.monotonic() < until:
            self._check()
            for line in [line for line, holds in waiting.items() if holds()]:
                self._say(line)
                del waiting[line]
            time.sleep(POLL_SECONDS)
        if waiting:
            raise Trouble(
                f"Gave up after {READY_SECONDS} s waiting for this: {', '.join(waiting)}.\n"
                f"The logs: {self._site.folder / 'logs'}"
            )


def _answers(port: int) -> bool:
    """Whether the sign-in page is served; by hand, since urllib would ask a proxy."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=5)) as connection:
        try:
            connection.request("GET", SIGN_IN)
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
