"""Evidence, as harmless as it can be served (R10)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from people.http import SignedInRequest
from refunds.ticket_queries import evidence_seen_by

# Nothing in it may run, load or be framed, whatever a browser takes it for.
CLOSED = "sandbox; default-src 'none'"


@require_safe
def evidence(request: SignedInRequest, evidence_id: int) -> HttpResponse:
    """One file: a picture is shown, a PDF is only saved. 404 for whoever has no part in it."""
    file = get_object_or_404(evidence_seen_by(request.user), pk=evidence_id)
    disposition = content_disposition_header(as_attachment=not file.is_picture, filename=file.name)
    return HttpResponse(
        bytes(file.content),
        content_type=file.content_type,
        headers={
            "Content-Disposition": disposition or "attachment",
            "Content-Security-Policy": CLOSED,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-store",
        },
    )
