"""Services in every state of their delivery (R11)."""

from datetime import datetime, timedelta

from orders import commands
from orders.models import Service
from refunds.demo.catalogue import BUYER, SOFIA, WANG, decider, person
from refunds.demo.script import Purchase, Script
from refunds.demo.story import days

# As the first delivery policy says: when the system accepts what nobody answers.
ACCEPTANCE = timedelta(days=90)

NEED = "Please set up the CRM for 20 people in two teams, and move our 3,400 contacts over."
DONE = "Both teams work with it, the contacts are in, and the handbook is in your inbox."


class Delivery(Purchase):
    """A purchased service in the script, and the steps of its delivery."""

    def submitted(self, at: datetime, text: str = NEED) -> "Delivery":
        self.script.at(
            at,
            lambda now: commands.submit_requirement(
                service_id=self._service.pk, buyer=person(self.buyer), text=text, now=now
            ),
        )
        return self

    def returned(self, at: datetime, text: str) -> "Delivery":
        """The vendor sends the requirement back."""
        self.script.at(
            at,
            lambda now: commands.send_back_requirement(
                service_id=self._service.pk, actor=decider(self.code), text=text, now=now
            ),
        )
        return self

    def begun(self, at: datetime) -> "Delivery":
        self.script.at(
            at,
            lambda now: commands.accept_requirement(
                service_id=self._service.pk, actor=decider(self.code), now=now
            ),
        )
        return self

    def done(self, at: datetime, note: str = DONE) -> "Delivery":
        self.script.at(
            at,
            lambda now: commands.mark_done(
                service_id=self._service.pk, actor=decider(self.code), note=note, now=now
            ),
        )
        return self

    def sent_back(self, at: datetime, text: str) -> "Delivery":
        """The buyer sends the service back."""
        self.script.at(
            at,
            lambda now: commands.send_back_service(
                service_id=self._service.pk, buyer=person(self.buyer), text=text, now=now
            ),
        )
        return self

    def accepted(self, at: datetime) -> "Delivery":
        self.script.at(
            at,
            lambda now: commands.accept_service(
                service_id=self._service.pk, buyer=person(self.buyer), now=now
            ),
        )
        return self

    @property
    def _service(self) -> Service:
        return Service.objects.get(instance__resource_id=self.resource_id)


def the_deliveries(script: Script, now: datetime) -> None:
    """One of each: to be submitted, confirmed, done, accepted, appealed, and complete."""

    def bought(code: str, ago: float, *, buyer: str = BUYER) -> Delivery:
        return Delivery(script, buyer=buyer, code=code, at=now - days(ago))

    bought("onboard", 6, buyer=WANG).submitted(now - days(0.4))
    bought("onboard", 7, buyer=SOFIA).submitted(now - days(6))  # late
    bought("pentest", 5).submitted(now - days(4), "Please test our shop.").returned(
        now - days(3), "Which hosts are in scope, and at what hours may we test?"
    )
    bought("onboard", 26).submitted(now - days(25)).begun(now - days(24)).done(
        now - days(10)
    ).sent_back(now - days(9), "The contacts of the second team are missing.")
    bought("onboard", 14).submitted(now - days(13)).begun(now - days(12)).done(now - days(2))
    bought("onboard", 60, buyer=WANG).submitted(now - days(59)).begun(now - days(58)).done(
        now - days(50)
    ).accepted(now - days(48))
    often = bought("icp", 40).submitted(now - days(39), "One domain, for a company in Hangzhou.")
    often.begun(now - days(38))
    for ago, what in ((30, "The form"), (20, "The company's seal"), (10, "The address")):
        often.done(now - days(ago), "Filed.").sent_back(now - days(ago - 1), f"{what} is wrong.")


def to_accept(script: Script, now: datetime) -> None:
    """A service for whoever has just started the site: about to be accepted by the system."""
    done = now - ACCEPTANCE + timedelta(seconds=90)
    Delivery(script, buyer=BUYER, code="onboard", at=done - days(20)).submitted(
        done - days(19)
    ).begun(done - days(18)).done(done)
