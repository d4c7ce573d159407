"""What must hold of the delivery of services (R11): a query an invariant."""

from billing.verification.running import Check

FACTS = (
    Check(
        "service_misplaced",
        """
        SELECT 'instance ' || i.id, format(
            '%s is a %s of vendor %s; its delivery is by %s',
            i.resource_id, i.delivery_type, i.vendor_id, coalesce(s.vendor_id::text, 'nobody'))
        FROM orders_instance i LEFT JOIN orders_service s ON s.instance_id = i.id
        WHERE i.delivery_type = 'service' AND s.vendor_id IS DISTINCT FROM i.vendor_id
            OR i.delivery_type <> 'service' AND s.id IS NOT NULL
        """,
    ),
    Check(
        "wrongly_frozen",
        """
        SELECT 'service ' || s.id, format(
            '%s is %s and held by "%s"; its delivery %s', i.resource_id, i.state, i.held_by,
            CASE WHEN s.frozen_since IS NULL THEN 'goes on' ELSE 'stands still' END)
        FROM orders_service s JOIN orders_instance i ON i.id = s.instance_id
        WHERE s.state <> 'complete'
            AND (i.held_by <> '' OR i.state = 'terminated') = (s.frozen_since IS NULL)
        """,
    ),
)

HISTORY = (
    Check(
        "service_state_differs",
        """
        SELECT 'service ' || s.id, format(
            'it is %s, its history ends at %s', s.state, coalesce(last.to_state, 'nothing'))
        FROM orders_service s
        LEFT JOIN (
            SELECT DISTINCT ON (service_id) service_id, to_state
            FROM orders_serviceevent ORDER BY service_id, id DESC
        ) last ON last.service_id = s.id
        WHERE last.to_state IS DISTINCT FROM s.state
        """,
    ),
    Check(
        "service_broken_chain",
        """
        SELECT 'step ' || id, format(
            'service %s: it begins at "%s" where the one before ended at "%s"',
            service_id, from_state, before)
        FROM (
            SELECT *, lag(to_state, 1, '') OVER (PARTITION BY service_id ORDER BY id) AS before
            FROM orders_serviceevent
        ) step WHERE before <> from_state
        """,
    ),
    Check(
        "service_illegal_step",
        # As orders.transitions.WAYS; one that is resumed after it was set aside stays as it is.
        """
        SELECT 'step ' || id, format(
            'service %s goes from "%s" to "%s"', service_id, from_state, to_state)
        FROM orders_serviceevent
        WHERE from_state <> to_state AND (from_state, to_state) NOT IN (
            ('', 'awaiting_requirement'), ('awaiting_requirement', 'requirement_submitted'),
            ('requirement_submitted', 'in_progress'),
            ('requirement_submitted', 'awaiting_requirement'),
            ('in_progress', 'awaiting_acceptance'),
            ('awaiting_acceptance', 'complete'), ('awaiting_acceptance', 'in_progress')
        )
        """,
    ),
    Check(
        "acceptance_differs",
        """
        SELECT 'service ' || s.id, format(
            'it says that it was accepted at %s, its history says %s',
            s.accepted_at, coalesce(e.at::text, 'never'))
        FROM orders_service s
        LEFT JOIN orders_serviceevent e ON e.service_id = s.id AND e.to_state = 'complete'
        WHERE s.accepted_at IS DISTINCT FROM e.at
        """,
    ),
    Check(
        "send_backs_differ",
        """
        SELECT 'service ' || s.id, format(
            'it counts %s send-backs, its history %s', s.send_backs, count(e.id))
        FROM orders_service s
        LEFT JOIN orders_serviceevent e ON e.service_id = s.id
            AND (e.from_state, e.to_state) = ('awaiting_acceptance', 'in_progress')
        GROUP BY s.id HAVING s.send_backs <> count(e.id)
        """,
    ),
)

DELIVERIES = FACTS + HISTORY
