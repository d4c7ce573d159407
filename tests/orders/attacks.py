"""What the database must refuse to do to people, products, orders and instances.

`%(names)s` are those of `tests.billing.world`.
"""

from tests.billing.database import copied
from tests.orders.attacks_service import ATTACKS as ON_SERVICES

PEOPLE = (
    ("email_in_lower_case", "UPDATE people_user SET email = 'Ann@example.com' WHERE id = %(ann)s"),
    (
        "people_user_email_key",
        (
            "UPDATE people_user SET email = other.email FROM people_user other"
            " WHERE people_user.id = %(ann)s AND other.id = %(bob)s"
        ),
    ),
    (
        "one_vendor_per_name",
        (
            "UPDATE people_vendor SET name = other.name FROM people_vendor other"
            " WHERE people_vendor.id = %(vendor)s AND other.id = %(other_vendor)s"
        ),
    ),
    (
        "one_membership_per_vendor",
        (
            "INSERT INTO people_membership (vendor_id, user_id, role)"
            " SELECT vendor_id, user_id, 'read_only' FROM people_membership"
        ),
    ),
    ("membership_role_known", "UPDATE people_membership SET role = 'emperor'"),
    (
        "one_invitation_per_address_and_vendor",
        (
            "INSERT INTO people_invitation"
            " (vendor_id, email, role, invited_by_id, invited_at, lapses_at)"
            " SELECT vendor_id, email, 'owner', invited_by_id, invited_at, lapses_at"
            " FROM people_invitation"
        ),
    ),
    ("invitation_email_in_lower_case", "UPDATE people_invitation SET email = 'Ann@example.com'"),
    ("invitation_role_known", "UPDATE people_invitation SET role = 'emperor'"),
    ("suspension_says_why", copied("people_suspension", "suspension", reason="")),
    ("suspension_append_only", "UPDATE people_suspension SET suspended = NOT suspended"),
    ("suspension_append_only", "DELETE FROM people_suspension"),
    ("suspension_never_truncated", "TRUNCATE people_suspension"),
)

PRODUCTS = (
    (
        "product_delivery_type_known",
        "UPDATE orders_product SET delivery_type = 'pigeon' WHERE id = %(product)s",
    ),
    (
        "orders_product_code_key",
        (
            "UPDATE orders_product SET code = other.code FROM orders_product other"
            " WHERE orders_product.id = %(product)s AND other.id = %(other_product)s"
        ),
    ),
)


def _order(**changes: object) -> str:
    return copied("orders_order", "plain_order", **{"number": "new", **changes})


def _instance(**changes: object) -> str:
    return copied("orders_instance", "plain", **{"resource_id": "new", **changes})


NEW_ORDERS = (
    ("orders_order_number_key", copied("orders_order", "plain_order")),
    ("order_kind_known", _order(kind="gift")),
    ("order_currency_is_a_code", _order(currency="cny")),
    ("order_currency_is_a_code", _order(currency="CN")),
    ("order_paid_is_list_price_less_coupon", _order(list_price=5, coupon=2, paid=4)),
    ("order_paid_is_list_price_less_coupon", _order(list_price=5, coupon=6, paid=-1)),
    ("order_paid_is_list_price_less_coupon", _order(list_price=5, coupon=-1, paid=6)),
)

NEW_INSTANCES = (
    ("orders_instance_resource_id_key", copied("orders_instance", "plain")),
    ("resource_id_fits_a_url", _instance(resource_id="a/b")),
    ("resource_id_fits_a_url", _instance(resource_id="")),
    ("resource_id_fits_a_url", _instance(resource_id="a\\nb")),
    ("resource_id_fits_a_url", _instance(resource_id="a\\n")),
    ("instance_delivery_type_known", _instance(delivery_type="pigeon")),
    ("instance_paid_is_list_price_less_coupon", _instance(list_price=5, coupon=2, paid=4)),
    ("instance_paid_is_list_price_less_coupon", _instance(list_price=5, coupon=6, paid=-1)),
    ("instance_paid_is_list_price_less_coupon", _instance(list_price=5, coupon=-1, paid=6)),
)

_OF_ORDER = {
    "id": "id + 999",
    "number": "'another'",
    "buyer_id": "%(bob)s",
    "product_id": "%(other_product)s",
    "kind": "'renewal'",
    "currency": "'USD'",
    "list_price": "list_price + 1",
    "coupon": "coupon + 1",
    "paid": "paid + 1",
    "purchased_at": "purchased_at + interval '1 day'",
}

_OF_PURCHASE = {
    "id": "id + 999",
    "resource_id": "'another'",
    "order_id": "%(again_order)s",
    "buyer_id": "%(bob)s",
    "vendor_id": "%(other_vendor)s",
    "product_id": "%(other_product)s",
    "delivery_type": "'image'",
    "currency": "'USD'",
    "list_price": "list_price + 1",
    "coupon": "coupon + 1",
    "paid": "paid + 1",
    "purchased_at": "purchased_at + interval '1 day'",
}

FROZEN = (
    *(
        ("order_frozen", f"UPDATE orders_order SET {column} = {value} WHERE id = %(plain_order)s")
        for column, value in _OF_ORDER.items()
    ),
    *(
        ("purchase_frozen", f"UPDATE orders_instance SET {column} = {value} WHERE id = %(plain)s")
        for column, value in _OF_PURCHASE.items()
    ),
)


def _plain(change: str) -> str:
    return f"UPDATE orders_instance SET {change} WHERE id = %(plain)s"


STATES = (
    (
        "instance_stays_terminated",
        (
            "UPDATE orders_instance SET state = 'active', terminated_at = NULL"
            " WHERE id = %(credited_instance)s"
        ),
    ),
    ("instance_terminated_says_when", _plain("state = 'terminated'")),
    ("instance_terminated_says_when", _plain("terminated_at = now()")),
    ("instance_terminated_says_when", _plain("state = 'expired'")),
    (
        "instance_terminated_says_when",
        _plain("state = 'terminated', terminated_at = now(), held_by = 'refund:1'"),
    ),
)

ATTACKS = PEOPLE + PRODUCTS + NEW_ORDERS + NEW_INSTANCES + FROZEN + STATES + ON_SERVICES
