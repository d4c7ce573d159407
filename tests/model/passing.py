"""Time passes, in leaps and to the very moment; sweeps come when they come (R6, R8, R13, R16)."""

from datetime import datetime, timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import rule

from orders import commands as deliveries
from refunds import commands
from refunds.commands import Swept, tickets
from tests.model.asking import mostly_right
from tests.model.cast import OPERATOR
from tests.model.deciding import notes
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

# By the name that the world has for them.
SWEEPS = {
    "approvals": commands.approve_due,
    "credits": commands.credit_due,
    "offers": commands.lapse_due,
    "holds": commands.end_holds_due,
    "tickets": tickets.approve_due_tickets,
    "acceptances": deliveries.accept_due,
    "service_reminders": deliveries.remind_due,
    "reminders": commands.remind_due,
    "ticket_reminders": tickets.remind_of_tickets,
}

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

    @rule(which=st.sampled_from(tuple(SWEEPS)), size=st.sampled_from((1, 1_000, 2)))
    def sweep_one(self, which: str, size: int) -> None:
        """However late it comes, and however little it takes at once: the oldest first."""
        self.sweep(which, size)

    @rule(stop=st.sampled_from((False, False, False, True)), who=mostly_right, note=notes)
    def turn_the_switch(self, stop: bool, who: str, note: str) -> None:
        """What is stopped goes on again soon; often somebody does what has been done."""
        self.switch(who or OPERATOR, note, stop=stop)

    @rule(which=st.sampled_from(tuple(SWEEPS)), days=st.sampled_from((3, 2, 8, 91)))
    def stop_for_days(self, which: str, days: int) -> None:
        """Nothing happens, however long; afterwards the sweeps catch up."""
        self.world.now += timedelta(days=days, hours=1)
        self.sweep_in_vain(which)
        self.sweep(which, 1_000)

    def sweep_in_vain(self, which: str) -> None:
        """While an operator has stopped them all."""
        self.switch(OPERATOR, "a drill", stop=True)
        self.sweep(which, 1_000)
        self.switch(OPERATOR, "it is over", stop=False)

    def switch(self, who: str, note: str, *, stop: bool) -> None:
        self.agree(
            self.world.turn_the_switch(who, note, stop=stop),
            partial(
                commands.stop_sweeps if stop else commands.start_sweeps,
                actor=self.user(who),
                reason=note,
                now=self.world.now,
            ),
        )

    def sweep(self, which: str, size: int) -> None:
        is_stopped = self.world.stopped
        done = 0 if is_stopped else getattr(self.world, f"sweep_{which}")(size)
        swept = self.agree(DONE, partial(SWEEPS[which], now=self.world.now, size=size))
        is_full = done == size and not is_stopped
        # Reminders come all at once, however many are told by one statement.
        all_at_once = which in ("reminders", "ticket_reminders")
        expected = done if all_at_once else Swept(done=done, set_aside=0, full=is_full)
        self.compare(f"sweep of {which}", [expected], [swept])
