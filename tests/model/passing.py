"""Time passes, in leaps and to the very moment; sweeps come when they come (R6, R13)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import rule

from refunds import commands
from refunds.commands import Swept
from tests.model.stage import Stage
from tests.model.world import DONE

INSTANT = timedelta(microseconds=1)

LEAPS = (
    None,
    None,
    None,
    timedelta(seconds=1),
    timedelta(minutes=20),
    timedelta(hours=5),
    timedelta(hours=5),
    timedelta(days=1, hours=7),
)


# Just at the moment, before it, after it.
sides = st.sampled_from((timedelta(), -INSTANT, INSTANT))


class Passing(Stage):
    @rule(leap=st.sampled_from(LEAPS), pick=st.integers(0, 3), side=sides)
    def wait(self, leap: timedelta | None, pick: int, side: timedelta) -> None:
        """For a while, or to just before, at or after one of the next moments that matter."""
        ahead = sorted({m for m in self.world.moments() if m > self.world.now}, reverse=True)
        if leap is None and ahead:
            self.wait_until(self.pick(ahead, pick), side)
        else:
            self.world.now += leap or INSTANT

    def wait_until(self, moment: datetime, side: timedelta) -> None:
        self.world.now = max(moment + side, self.world.now)

    @rule(approvals=st.booleans(), size=st.sampled_from((1, 1_000, 2)))
    def sweep(self, approvals: bool, size: int) -> None:
        """However late it comes, and however little it takes at once: the oldest first."""
        if approvals:
            self._sweep(self.world.sweep_approvals(size), size, commands.approve_due)
        else:
            self._sweep(self.world.sweep_credits(size), size, commands.credit_due)

    def _sweep(self, done: int, size: int, sweep: Callable[..., Swept]) -> None:
        swept = self.agree(DONE, partial(sweep, now=self.world.now, size=size))
        expected = Swept(done=done, set_aside=0, full=done == size)
        self.compare("sweep", [expected], [swept])
