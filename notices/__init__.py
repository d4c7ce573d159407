"""What people are told, in the portal's inbox and by mail (R16).

To tell somebody something, an app above

1. registers what it has to say, once, when it is ready (`AppConfig.ready`):

       KINDS = (Kind(code="offer_made", label=_("Offer"), title=_("An offer for %(product)s"),
                     body=_("%(vendor)s offers %(amount)s."), action=_("See the offer")),)

       kinds.register(*KINDS)

   `essential=True` where nobody may do without the mail, `for_vendor=True` for what a vendor's
   members are told. The texts are lazy translations; they are filled in when they are read, in
   the reader's language, with the parameters of the message.

2. tells it in the command that makes it so, inside its transaction:

       notify([Message(recipient_id=buyer_id, kind="offer_made", key="offer:7",
                       path=reverse("refund", args=[12]),
                       params={"product": name, "amount": amount(5_000, "CNY")})], now=now)

   Money, times and listed grounds are `amount`, `moment` and `bilingual` of `notices.kinds`.
   The same kind and key is told to the same person once, however often it is said. A vendor's
   news goes to `people.queries.deciders_of`. One call for a whole batch: it is one statement.

Mails leave after the commit, at least once each: a worker that dies between sending and noting
it sends that mail again, with the same Message-ID.
"""
