"""Damage to the delivery of services, and what `verify_ledger` must call it.

`sql` is run with all triggers off; its `%(names)s` are those of `tests.billing.world`.
"""

from tests.billing.damages import damage

SET = "UPDATE orders_service SET {} WHERE id = %({})s"
EVENT = "UPDATE orders_serviceevent SET {} WHERE id = %(service_event)s"

SERVICE_DAMAGES = (
    damage(
        "a service has no delivery",
        (
            "DELETE FROM orders_serviceevent WHERE service_id = %(awaiting_requirement)s;"
            "DELETE FROM orders_service WHERE id = %(awaiting_requirement)s"
        ),
        "service_misplaced",
    ),
    damage(
        "a service is another vendor's",
        SET.format("vendor_id = %(other_vendor)s", "in_progress"),
        "service_misplaced",
    ),
    damage(
        "software has a delivery",
        SET.format("instance_id = %(plain)s", "complete"),
        "service_misplaced",
    ),
    damage("a held service goes on", SET.format("frozen_since = NULL", "held"), "wrongly_frozen"),
    damage(
        "a service stands still for nothing",
        SET.format("frozen_since = now()", "in_progress"),
        "wrongly_frozen",
    ),
    damage(
        "a terminated instance's delivery goes on",
        (
            "UPDATE orders_instance SET state = 'terminated', terminated_at = now()"
            " WHERE id = %(in_progress_instance)s"
        ),
        "wrongly_frozen",
    ),
    damage(
        "a service is where its history does not lead",
        SET.format(
            "state = 'in_progress', accepts_at = NULL, remind_at = NULL, late_at = now()", "held"
        ),
        "service_state_differs",
    ),
    damage(
        "a step is missing",
        (
            "DELETE FROM orders_serviceevent"
            " WHERE service_id = %(held)s AND to_state = 'in_progress'"
        ),
        "service_broken_chain",
    ),
    damage(
        "a step leads nowhere",
        EVENT.format("from_state = 'awaiting_requirement'"),
        "service_broken_chain",
        "service_illegal_step",
    ),
    damage(
        "an acceptance was at another time",
        SET.format("accepted_at = accepted_at + interval '1 hour'", "complete"),
        "acceptance_differs",
    ),
    damage(
        "a send-back is not counted",
        SET.format("send_backs = 1", "in_progress"),
        "send_backs_differ",
    ),
    damage(
        "a step is taken while a request is open",
        (
            "UPDATE orders_serviceevent SET at = r.decided_at - interval '2 minutes',"
            " service_id = %(complete)s FROM refunds_refundrequest r"
            " WHERE r.id = %(rejected)s AND service_id = %(complete)s AND to_state = 'complete';"
            "UPDATE orders_instance SET delivery_type = 'service'"
            " WHERE id = %(rejected_instance)s;"
            "UPDATE orders_service s SET instance_id = i.id, vendor_id = i.vendor_id,"
            " accepted_at = (SELECT max(at) FROM orders_serviceevent WHERE service_id = s.id)"
            " FROM orders_instance i WHERE i.id = %(rejected_instance)s AND s.id = %(complete)s;"
            "UPDATE orders_instance SET delivery_type = 'saas' WHERE id = %(complete_instance)s"
        ),
        "step_while_frozen",
    ),
)
