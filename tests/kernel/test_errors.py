"""A refusal carries a code for machines and a sentence for people."""

from django.utils import translation

from kernel.errors import DomainError, NotFound


class TooMuch(DomainError):
    code = "too_much"
    sentence = "%(amount)s is 100% too much."


def test_the_details_are_filled_into_the_sentence() -> None:
    class Late(DomainError):
        code = "late"
        sentence = "It was due at %(due)s."

    refusal = Late(due="noon")
    assert str(refusal) == "It was due at noon."
    assert refusal.code == "late"
    assert refusal.details == {"due": "noon"}


def test_a_sentence_without_details_may_hold_a_percent_sign() -> None:
    assert str(TooMuch()) == "%(amount)s is 100% too much."


def test_the_sentence_is_made_in_the_language_of_its_reader() -> None:
    refusal = NotFound()
    with translation.override("en"):
        assert str(refusal) == "There is no such thing, or it is not yours."
