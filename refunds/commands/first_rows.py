"""The policy and the grounds that a new database begins with (R2, R6, R7, R8, R10, R13)."""

from datetime import UTC, datetime

from django.conf import settings

from orders.models import DeliveryType
from refunds.commands.policies import add_policy_version
from refunds.models import GroundSide, PolicyVersion, RejectionGround, TicketGround

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

# Delivery type: window in days, natural days to decide, approved by the clock, orders refunded.
FIRST_POLICIES = {
    DeliveryType.SAAS: (5, 3, True, 4),
    DeliveryType.SERVICE: (None, 5, False, None),
    DeliveryType.API: (None, 3, False, None),
    DeliveryType.IMAGE: (None, 3, False, None),
}
FIRST_CREDIT_DELAY_MINUTES = 30
FIRST_MAX_SUBMISSIONS = 3
FIRST_OFFER_DAYS = 3
FIRST_MAX_DECLINED_OFFERS = 2
FIRST_MAX_HOLD_DAYS = 7
FIRST_REMINDER_HOURS = 24
LAST_REMINDER_HOURS = 2

FIRST_GROUNDS = (
    ("consumed", "Consumed or used up", "已消耗或已用完"),
    ("abuse", "Abuse", "滥用"),
    ("duplicate", "Duplicate request", "重复申请"),
    ("delivered_as_agreed", "Delivered as agreed", "已按约定交付"),
    ("invoice_not_returned", "Invoice not returned", "发票未退回"),
    ("other", "Other", "其他"),
)

FIRST_TICKET_GROUNDS = {
    GroundSide.FOR: (
        ("late_delivery", "Delivery is late or is being dragged out", "延迟交付或拖延交付"),
        ("not_as_described", "What was delivered is not as described", "交付内容与描述不符"),
        ("cannot_perform", "The vendor cannot perform", "服务商无法履约"),
        ("out_of_business", "The vendor has gone out of business", "服务商停止经营"),
        ("unreachable", "The vendor cannot be reached", "无法联系到服务商"),
        ("not_begun", "The buyer ends a service that has not begun", "买家终止尚未开始的服务"),
    ),
    GroundSide.AGAINST: (
        ("no_requirement", "No requirement given in 3 months", "超过 3 个月未提交需求"),
        ("material_missing", "Material missing for 3 months", "超过 3 个月未提供所需资料"),
        ("scope_grown", "The scope has grown beyond the order", "需求超出订单约定范围"),
        ("legal_problem", "A legal problem on the buyer's side", "买家自身存在法律问题"),
        ("own_change", "A change on the buyer's own side", "买家自身原因变更"),
    ),
}


def make_first_rows() -> None:
    """Make what is missing; never touch what is there."""
    known = set(PolicyVersion.objects.values_list("delivery_type", flat=True))
    for delivery_type, (window, decision, by_clock, limit) in FIRST_POLICIES.items():
        if delivery_type in known:
            continue
        add_policy_version(
            delivery_type=delivery_type,
            effective_from=BEGINNING,
            zone=settings.TIME_ZONE,
            window_days=window,
            decision_days=decision,
            approves_at_deadline=by_clock,
            credit_delay_minutes=FIRST_CREDIT_DELAY_MINUTES,
            max_submissions=FIRST_MAX_SUBMISSIONS,
            max_refunded_orders=limit,
            offer_days=FIRST_OFFER_DAYS,
            max_declined_offers=FIRST_MAX_DECLINED_OFFERS,
            max_hold_days=FIRST_MAX_HOLD_DAYS,
            first_reminder_hours=FIRST_REMINDER_HOURS,
            last_reminder_hours=LAST_REMINDER_HOURS,
        )
    for position, (code, english, chinese) in enumerate(FIRST_GROUNDS):
        RejectionGround.objects.get_or_create(
            code=code,
            defaults={"label_en": english, "label_zh": chinese, "position": position},
        )
    for side, grounds in FIRST_TICKET_GROUNDS.items():
        for position, (code, english, chinese) in enumerate(grounds):
            TicketGround.objects.get_or_create(
                code=code,
                defaults={
                    "side": side,
                    "label_en": english,
                    "label_zh": chinese,
                    "position": position,
                },
            )
