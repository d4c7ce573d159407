"""What people fill in about tickets. The commands check again; these say it beside the field."""

import time
from dataclasses import replace
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.locks import alone
from refunds.evidence import BadEvidence, Limits, Sound, judge
from refunds.forms import LongTextField, OperatorForm, WithdrawInvoiceField
from refunds.models import DESCRIPTION_LENGTH, GroundSide, Ticket, TicketGround
from refunds.queries import grounds
from refunds.ticket_queries import offered_grounds

CHOOSE = gettext_lazy("Please choose")
# How long one waits while the files of somebody else are being checked.
PATIENCE_SECONDS = 2.0


class AmountField(forms.DecimalField):
    """An amount as people write it, such as 1234.50; the form gets whole minor units (fen)."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        self.places = get_currency_precision(currency)
        super().__init__(max_digits=14, decimal_places=self.places, **kwargs)

    def clean(self, value: Any) -> int | None:
        amount = super().clean(value)
        return None if amount is None else int(amount.scaleb(self.places))

    def prepare_value(self, value: Any) -> Any:
        """Minor units as people write them; what somebody has typed stays as it is."""
        return Decimal(value).scaleb(-self.places) if isinstance(value, int) else value


class FilesInput(forms.FileInput):
    """Any number of files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        return files.getlist(name) if hasattr(files, "getlist") else []

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files


class EvidenceField(forms.Field):
    """Files that become evidence: each is judged by its content, and refused with its name."""

    widget = FilesInput(
        attrs={"multiple": True, "accept": ".png,.jpg,.jpeg,.webp,.pdf,image/*,application/pdf"}
    )

    def __init__(self, **kwargs: Any) -> None:
        most, size = settings.EVIDENCE_TICKET_FILES, settings.EVIDENCE_FILE_BYTES // 1024**2
        kwargs.setdefault("label", gettext_lazy("Evidence"))
        super().__init__(required=False, **kwargs)
        self.most, self.size = most, size

    def clean(self, value: list[UploadedFile]) -> list[Sound]:
        limits = Limits(
            file_bytes=settings.EVIDENCE_FILE_BYTES,
            pixels=settings.EVIDENCE_PIXELS,
            pdf_pages=settings.EVIDENCE_PDF_PAGES,
            seconds=settings.EVIDENCE_SECONDS,
        )
        if len(value) > self.most:
            raise forms.ValidationError(_("Please send fewer files."))
        if not value:
            return []
        # One at a time, so that hostile files never keep more than one process busy.
        with alone("refunds.evidence", patience=PATIENCE_SECONDS) as is_turn:
            if not is_turn:
                raise forms.ValidationError(
                    _("Other files are being checked at the moment. Please choose yours again.")
                )
            return self._judge(value, limits)

    def _judge(self, value: list[UploadedFile], limits: Limits) -> list[Sound]:
        sound, errors = [], []
        begun = time.monotonic()
        for file in value:
            left = settings.EVIDENCE_SECONDS - (time.monotonic() - begun)
            try:
                # One byte more than allowed tells as much as the whole of it.
                content = file.read(limits.file_bytes + 1)
                sound.append(judge(file.name or "", content, replace(limits, seconds=left)))
            except BadEvidence as error:
                errors.append(str(error))
        if errors:
            raise forms.ValidationError(errors)
        return sound


class ThreadTextField(forms.CharField):
    """A message, as long as a ticket's description."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=DESCRIPTION_LENGTH, **kwargs)


def _evidence_help() -> str:
    return _(
        "Pictures (PNG, JPEG, WebP) or PDF, up to %(size)s MB each; a ticket holds up to %(files)s"
        " files and %(most)s MB in all."
    ) % {
        "size": settings.EVIDENCE_FILE_BYTES // 1024**2,
        "files": settings.EVIDENCE_TICKET_FILES,
        "most": settings.EVIDENCE_TICKET_BYTES // 1024**2,
    }


class MessageForm(forms.Form):
    """A message, evidence, or both."""

    text = ThreadTextField(label=gettext_lazy("Message"), required=False)
    evidence = EvidenceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The page of a ticket has other forms in dialogs, and each label names its own field.
        super().__init__(*args, **{"auto_id": "write_%s"} | kwargs)
        self.fields["evidence"].help_text = _evidence_help()

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not self.errors and not told.get("text") and not told.get("evidence"):
            self.add_error("text", _("Please write something, or choose a file."))
        return told


class TicketForm(forms.Form):
    """A buyer's case (R10); inside the window neither ground nor amount is asked for.

    `invoice_pending` asks for the withdrawal of an invoice, too (R9).
    """

    ground = forms.ModelChoiceField(
        label=gettext_lazy("Ground for the refund"),
        queryset=TicketGround.objects.none(),
        empty_label=CHOOSE,
        error_messages={
            "required": gettext_lazy("Please choose the ground on which you ask for the refund.")
        },
    )
    description = ThreadTextField(
        label=gettext_lazy("Description"),
        help_text=gettext_lazy("What happened, when, and what the vendor said."),
        error_messages={"required": gettext_lazy("Please describe what happened.")},
    )
    evidence = EvidenceField()

    def __init__(
        self,
        *args: Any,
        inside: bool,
        paid: int,
        currency: str,
        invoice_pending: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].help_text = _evidence_help()
        if invoice_pending:
            self.fields["withdraw_invoice"] = WithdrawInvoiceField()
        if inside:
            del self.fields["ground"]
            return
        self.fields["ground"].queryset = offered_grounds(GroundSide.FOR)  # type: ignore[attr-defined]
        self.fields["amount"] = AmountField(
            label=_("Amount asked (%(currency)s)") % {"currency": currency},
            currency=currency,
            initial=paid,
        )
        self.order_fields(("ground", "amount", "description", "evidence"))


class AppealForm(forms.Form):
    """One click; words are optional. `invoice_pending` as for a ticket (R9)."""

    text = ThreadTextField(
        label=gettext_lazy("What should the platform know?"),
        required=False,
    )

    def __init__(self, *args: Any, invoice_pending: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if invoice_pending:
            self.fields["withdraw_invoice"] = WithdrawInvoiceField()


class VendorsAppealForm(forms.Form):
    """Why the vendor goes to the platform; the buyer reads it, too (R4)."""

    text = ThreadTextField(
        label=gettext_lazy("What should the platform know?"),
        help_text=gettext_lazy("The buyer reads this word for word."),
        error_messages={
            "required": gettext_lazy("Please write what the platform and the buyer should know.")
        },
    )


class AgreementForm(forms.Form):
    """What the vendor agrees to; inside the window nothing but the full amount."""

    text = LongTextField(label=gettext_lazy("Message to the buyer"), required=False)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ticket.inside:
            self.fields["amount"] = AmountField(
                label=_("Amount agreed (%(currency)s)") % {"currency": ticket.currency},
                currency=ticket.currency,
                initial=ticket.amount_asked,
            )
            self.order_fields(("amount", "text"))


class RefusalForm(forms.Form):
    """Why the vendor does not agree."""

    text = LongTextField(
        label=gettext_lazy("Explanation to the buyer"),
        help_text=gettext_lazy("The buyer reads this word for word."),
        error_messages={"required": gettext_lazy("Please explain the decline to the buyer.")},
    )


class TicketApprovalForm(OperatorForm):
    """An operator's approval: how much, on which ground, why."""

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if ticket.inside:
            return
        self.fields["amount"] = AmountField(
            label=_("Amount to refund (%(currency)s)") % {"currency": ticket.currency},
            currency=ticket.currency,
            initial=ticket.vendor_amount or ticket.amount_asked,
        )
        self.fields["ground"] = forms.ModelChoiceField(
            label=_("Ground for the refund"),
            queryset=offered_grounds(GroundSide.FOR),
            required=False,
            empty_label=_("None"),
            initial=ticket.ground,
            help_text=_("The full amount needs one."),
        )
        self.order_fields(("amount", "ground", "note"))


class TicketDeclineForm(OperatorForm):
    """An operator's refusal. A request that waits still is rejected, on a ground of its own."""

    def __init__(self, *args: Any, rejects: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = _("Buyer and vendor see it.")
        if rejects:
            self.fields["rejection_ground"] = forms.ModelChoiceField(
                label=_("Ground"), queryset=grounds(), empty_label=CHOOSE
            )
        else:
            self.fields["ground"] = forms.ModelChoiceField(
                label=_("Ground against a full refund"),
                queryset=offered_grounds(GroundSide.AGAINST),
                required=False,
                empty_label=_("None"),
            )
        self.order_fields(("ground", "rejection_ground", "note"))
